//! How a value is written into a page.

use std::fmt::Write as _;

use minijinja::{AutoEscape, Error, Output, State, Value, escape_formatter};

/// As `MiniJinja` does, but in HTML slashes stay as they are: `/posts/7` is an address that people read
/// in the source of a page and look for in tests. Quotes are written as Jinja writes them.
pub(crate) fn write(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if *state.auto_escape() == AutoEscape::Html && !value.is_safe() => {
            escape_into(text, |piece| out.write_str(piece)).map_err(Error::from)
        }
        _ => escape_formatter(out, state, value),
    }
}

/// The text with what HTML takes for markup escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // A string takes whatever is written to it.
    let _ = escape_into(text, |piece| escaped.write_str(piece));
    escaped
}

fn escape_into(text: &str, mut write: impl FnMut(&str) -> std::fmt::Result) -> std::fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| MARKUP[usize::from(byte)]) {
        let entity = match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&#34;",
            _ => "&#39;",
        };
        if at > 0 {
            write(&rest[..at])?;
        }
        write(entity)?;
        rest = &rest[at + 1..];
    }
    if rest.is_empty() { Ok(()) } else { write(rest) }
}

/// Most of a page is none of these, so each byte is looked at once.
static MARKUP: [bool; 256] = {
    let mut table = [false; 256];
    let mut index = 0;
    while index < b"<>&\"'".len() {
        table[b"<>&\"'"[index] as usize] = true;
        index += 1;
    }
    table
};

/// What a template's name says of its kind: pages and other markup are escaped, and so are texts
/// without a name of a file.
pub(crate) fn auto_escape(name: &str) -> AutoEscape {
    let name = name.strip_suffix(".j2").or_else(|| name.strip_suffix(".jinja")).unwrap_or(name);
    match extension(name) {
        "html" | "htm" | "xml" | "xhtml" | "svg" => AutoEscape::Html,
        _ if name == crate::root::TEXT => AutoEscape::Html,
        _ => AutoEscape::None,
    }
}

/// The type of the body that a template makes.
pub(crate) fn content_type(name: &str) -> &'static str {
    match extension(name) {
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "xhtml" => "application/xhtml+xml; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "json" => "application/json",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        _ => "text/html; charset=utf-8",
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
