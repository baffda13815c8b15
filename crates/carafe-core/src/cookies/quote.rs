//! How a value that a cookie cannot hold as it is becomes one that it can: Werkzeug's and
//! Python's quotes with octal escapes, so that the three read each other.

use std::borrow::Cow;
use std::fmt::Write;

/// The value that stands in a cookie.
pub(super) fn read(raw: &[u8]) -> Cow<'_, str> {
    let inner = match raw {
        [b'"', inner @ .., b'"'] => inner,
        bare => return String::from_utf8_lossy(bare),
    };
    if !inner.contains(&b'\\') {
        return String::from_utf8_lossy(inner);
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&first, tail)) = rest.split_first() {
        let byte;
        (byte, rest) = match (first, tail) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), tail)
            }
            (b'\\', [escaped, tail @ ..]) => (*escaped, tail),
            (plain, tail) => (plain, tail),
        };
        bytes.push(byte);
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The form of a value that a cookie can hold.
pub(super) fn write(value: &str) -> Cow<'_, str> {
    if value.bytes().all(is_plain) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len() + 8);
    text.push('"');
    for byte in value.bytes() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b' ' => text.push(' '),
            _ if is_plain(byte) => text.push(char::from(byte)),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\{byte:03o}");
            }
        }
    }
    text.push('"');
    Cow::Owned(text)
}

/// The bytes that RFC 6265 allows in a bare value (`cookie-octet`).
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~')
}
