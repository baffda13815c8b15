//! Text: how long it is, and how it is formed.

use super::address;
use crate::schema::Kind;
use crate::{Invalid, Value};

pub(super) fn too_long(value: &Value, most: u32) -> Option<Invalid> {
    if let Value::Array(values) = value {
        return (values.len() > most as usize).then(|| {
            let (there, most) = (items(values.len()), items(most as usize));
            let told = format!("List contains {there}, it should contain no more than {most}.");
            Invalid::new("max_length", told)
        });
    }
    let (length, noun) = length(value)?;
    (length > most as usize).then(|| {
        Invalid::new(
            "max_length",
            format!("Ensure this value has at most {} (it has {length}).", counted(most, noun)),
        )
    })
}

pub(super) fn too_short(value: &Value, least: u32) -> Option<Invalid> {
    if let Value::Array(values) = value {
        return (values.len() < least as usize).then(|| {
            let (there, least) = (items(values.len()), items(least as usize));
            let told = format!("List contains {there}, it should contain no fewer than {least}.");
            Invalid::new("min_length", told)
        });
    }
    let (length, noun) = length(value)?;
    (length < least as usize).then(|| {
        Invalid::new(
            "min_length",
            format!("Ensure this value has at least {} (it has {length}).", counted(least, noun)),
        )
    })
}

/// PostgreSQL refuses the character, and what shows text may stop at it.
pub(super) fn has_nul(value: &Value) -> Option<Invalid> {
    matches!(value, Value::Text(text) if text.contains('\0'))
        .then(|| Invalid::new("null_characters_not_allowed", "Null characters are not allowed."))
}

/// What the kind demands of its text.
pub(super) fn format_error(kind: Kind, value: &Value) -> Option<Invalid> {
    let Value::Text(text) = value else { return None };
    let (is_right, message) = match kind.base() {
        Kind::Slug => (
            is_slug(text),
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        Kind::Email => (address::is_email(text), "Enter a valid email address."),
        Kind::Url => (address::is_url(text), "Enter a valid URL."),
        _ if kind.is_text() => return has_nul(value),
        _ => return None,
    };
    (!is_right).then(|| Invalid::new("invalid", message))
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Characters of text, as databases count them, or bytes.
fn length(value: &Value) -> Option<(usize, &'static str)> {
    match value {
        Value::Text(text) => Some((text.chars().count(), "character")),
        Value::Bytes(bytes) => Some((bytes.len(), "byte")),
        _ => None,
    }
}

fn items(count: usize) -> String {
    format!("{count} item{}", if count == 1 { "" } else { "s" })
}

fn counted(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
