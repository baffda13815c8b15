//! The rules that a section must keep.

use super::parse::{Default, Field, Place, Section};
use crate::errors::Errors;

pub(super) fn section(section: &Section, errors: &mut Errors) {
    if let Some(span) = section.generics {
        errors.at(
            span,
            "a section of the settings has no generic parameters: it is one place in one file",
        );
    }
    match &section.place {
        Place::Named(name) if !is_key(&name.value()) => errors.at(
            name.span(),
            "a section is named in lower-case letters, digits and single `_`, as `blog`: it becomes [blog] and CARAFE_BLOG__…",
        ),
        Place::Named(name) if name.value() == "env" => {
            errors.at(name.span(), "[env.…] holds the tables of the environments; take another name");
        }
        _ => {}
    }
    for field in &section.fields {
        check(field, &section.place, errors);
    }
}

fn check(field: &Field, place: &Place, errors: &mut Errors) {
    if !is_key(&field.key()) {
        errors.at(
            field.name.span(),
            "a key has lower-case letters, digits and single `_`: `__` separates keys in the names of variables",
        );
    }
    if matches!(place, Place::TopLevel) && field.key() == "env" {
        errors.at(
            field.name.span(),
            "[env.…] holds the tables of the environments; take another name",
        );
    }
    for name in &field.env {
        let text = name.value();
        if text.is_empty() || text.starts_with("CARAFE_") || text.contains(['=', '\0']) {
            errors.at(
                name.span(),
                "this is a name that the world already has, as `DATABASE_URL`; the CARAFE_ name of a key comes by itself",
            );
        }
    }
    let default = match &field.default {
        Default::None => None,
        Default::OfType(span) | Default::Value(span, _) => Some(*span),
    };
    if let (Some(span), Some(_)) = (default, field.optional()) {
        errors.at(
            span,
            "an `Option` is `None` when nobody sets it; with a default, drop the `Option`",
        );
    }
    if let (Some(span), Some(_)) = (default, field.nested) {
        errors.at(span, "a nested struct has its defaults at its own fields");
    }
    if let (Some(_), Some(name)) = (field.nested, field.env.first()) {
        errors
            .at(name.span(), "a variable sets one value; name it at a field of the nested struct");
    }
    if let (Some(_), Some(span)) = (field.nested, field.from_str) {
        errors.at(span, "a nested struct is read key by key, not from text");
    }
    if let (Default::OfType(span), Some(_)) = (&field.default, field.from_str) {
        errors.at(*span, "with `from_str` a default is text: `default = \"…\"`");
    }
}

/// What survives the way into a variable's name and back.
fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !text.contains("__")
        && !text.ends_with('_')
}
