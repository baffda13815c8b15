//! Show it or save it, and under which name: `Content-Disposition` (RFC 6266, RFC 8187).

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::file_names::to_ascii;

/// Whether a browser shows a file or saves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    Inline,
    Attachment,
}

impl Disposition {
    /// The header's value, as Werkzeug writes it: `attachment; filename=u.txt;
    /// filename*=UTF-8''%C3%BC.txt` for `ü.txt`.
    pub(super) fn header(self, name: Option<&str>) -> HeaderValue {
        let kind = match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return HeaderValue::from_static(kind);
        };
        let simple: String = to_ascii(name).chars().filter(|c| !c.is_ascii_control()).collect();
        let value = if name.is_ascii() {
            format!("{kind}; filename={}", quoted(&simple))
        } else {
            let encoded = utf8_percent_encode(name, ATTR_CHAR);
            format!("{kind}; filename={}; filename*=UTF-8''{encoded}", quoted(&simple))
        };
        HeaderValue::try_from(value).unwrap_or_else(|_| HeaderValue::from_static(kind))
    }
}

/// What RFC 8187 lets stand unencoded.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// A token as it is, anything else between quotes.
fn quoted(text: &str) -> String {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if !text.is_empty() && text.chars().all(token) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
