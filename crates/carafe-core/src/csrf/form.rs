//! The token in a form's body.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The name of the form's field.
pub const FIELD: &str = "csrf_token";

/// The bytes of a body that [`form_token`] has to be given at most: the field stands before any
/// file.
pub const FORM_PREFIX: usize = 64 * 1024;

/// The token in the body of a form, urlencoded or multipart; the first [`FORM_PREFIX`] bytes of
/// the body are enough.
///
/// ```
/// use carafe_core::csrf::form_token;
/// use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
/// assert_eq!(form_token(&headers, b"title=Hi&csrf_token=abc").as_deref(), Some("abc"));
/// ```
pub fn form_token(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let body = &body[..body.len().min(FORM_PREFIX)];
    match kind(headers)? {
        Form::Urlencoded => form_urlencoded::parse(body)
            .find(|(name, _)| name == FIELD)
            .map(|(_, value)| value.into_owned()),
        Form::Multipart(boundary) => in_multipart(&boundary, body),
        Form::Text => None,
    }
}

/// True for what a plain form can send without any script.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    // A body without a type comes from a script at most, but such a script needs no leave (CORS).
    !headers.contains_key(CONTENT_TYPE) || kind(headers).is_some()
}

enum Form {
    Urlencoded,
    Multipart(String),
    Text,
}

fn kind(headers: &HeaderMap) -> Option<Form> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Some(Form::Urlencoded),
        "multipart/form-data" => Some(Form::Multipart(boundary(parameters).unwrap_or_default())),
        "text/plain" => Some(Form::Text),
        _ => None,
    }
}

fn boundary(parameters: &str) -> Option<String> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// Walks the parts up to the field. A part that the prefix cuts off is none.
fn in_multipart(boundary: &str, body: &[u8]) -> Option<String> {
    if boundary.is_empty() {
        return None;
    }
    let delimiter = format!("--{boundary}");
    let mut rest = after(body, delimiter.as_bytes())?;
    let end = format!("\r\n{delimiter}");
    loop {
        let part = &rest[..find(rest, end.as_bytes())?];
        let middle = find(part, b"\r\n\r\n")?;
        if is_field(&part[..middle]) {
            return String::from_utf8(part[middle + 4..].to_vec()).ok();
        }
        rest = after(rest, end.as_bytes())?;
    }
}

fn is_field(headers: &[u8]) -> bool {
    headers.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()).any(
        |line| {
            let Some((name, value)) = line.split_once(':') else {
                return false;
            };
            let mut parameters = value.split(';').map(str::trim);
            name.trim().eq_ignore_ascii_case("content-disposition")
                && parameters.any(|parameter| {
                    parameter
                        .strip_prefix("name=")
                        .is_some_and(|name| name.trim_matches('"') == FIELD)
                })
        },
    )
}

fn after<'a>(bytes: &'a [u8], text: &[u8]) -> Option<&'a [u8]> {
    find(bytes, text).map(|place| &bytes[place + text.len()..])
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}
