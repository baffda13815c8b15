//! Why a value does not fit its type, told with the key and the place of the innermost value.

use std::fmt;

use serde_core::de::{Expected, Unexpected};

use super::fault::Fault;
use super::node::without_password;
use super::origin::Origin;
use crate::suggest::nearest;

/// Why a value does not fit: what serde says, in the words of the settings.
#[derive(Debug)]
pub(super) struct Mistake {
    /// What follows the key: "must be …, not …".
    predicate: String,
    /// The keys below the field, innermost first.
    below: Vec<Key>,
    origin: Option<Origin>,
}

/// One step from a field down to the value that is wrong.
#[derive(Debug)]
pub(super) enum Key {
    Name(String),
    Place(usize),
}

impl Mistake {
    fn new(predicate: impl Into<String>) -> Self {
        Self { predicate: predicate.into(), below: Vec::new(), origin: None }
    }

    /// Text that cannot be read as a list or a table; it is not quoted, as it may hold a secret.
    pub(super) fn unreadable(expected: &str) -> Self {
        Self::new(format!("must be {expected}"))
    }

    pub(super) fn one_of(variants: &[&str]) -> Self {
        Self::new(format!("must be one of {}", list(variants)))
    }

    pub(super) fn unknown(key: &str, known: &[&str]) -> Self {
        let hint = match nearest(key, known.iter().copied()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!("; it knows {}", list(known)),
        };
        Self::new(format!("has no key `{key}`{hint}"))
    }

    /// Says where, unless a value further inside has said it.
    pub(super) fn at(mut self, origin: &Origin) -> Self {
        self.origin.get_or_insert_with(|| origin.clone());
        self
    }

    pub(super) fn under(mut self, key: Key) -> Self {
        self.below.push(key);
        self
    }

    /// The fault of the field `path`.
    pub(super) fn fault(self, path: &str, origin: &Origin, masked: bool) -> Fault {
        let mut key = path.to_owned();
        for step in self.below.iter().rev() {
            match step {
                Key::Name(name) => key.extend([".", name]),
                Key::Place(place) => key.extend(["[", &place.to_string(), "]"]),
            }
        }
        let place = self.origin.unwrap_or_else(|| origin.clone());
        let predicate = if masked {
            "does not fit its type (what stands there is secret)"
        } else {
            &self.predicate
        };
        match place {
            Origin::Default => {
                Fault::missing(format!("the program's default of `{key}` {predicate}"))
            }
            place => Fault::at(place, format!("`{key}` {predicate}")),
        }
    }
}

impl serde_core::de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        // Our own types speak in the words of the settings already.
        if message.starts_with("must be ") || message.starts_with("is read by ") {
            return Self::new(message);
        }
        Self::new(format!("is not accepted: {message}"))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {}, not {}", plain(&expected.to_string()), name(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {}, not {length} values", plain(&expected.to_string())))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let hint = nearest(variant, expected.iter().copied())
            .map(|near| format!("; did you mean `{near}`?"));
        let found = name(Unexpected::Str(variant));
        Self::new(format!(
            "must be one of {}, not {found}{}",
            list(expected),
            hint.unwrap_or_default()
        ))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown(field, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("needs the key `{field}`"))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.predicate)
    }
}

impl std::error::Error for Mistake {}

/// What serde expects, in words that are not Rust's.
fn plain(expected: &str) -> String {
    let range = |from: &dyn fmt::Display, to: &dyn fmt::Display| {
        format!("a whole number from {from} to {to}")
    };
    match expected {
        "u8" => range(&u8::MIN, &u8::MAX),
        "u16" => range(&u16::MIN, &u16::MAX),
        "u32" => range(&u32::MIN, &u32::MAX),
        "u64" | "usize" | "u128" => "a whole number from 0".to_owned(),
        "i8" => range(&i8::MIN, &i8::MAX),
        "i16" => range(&i16::MIN, &i16::MAX),
        "i32" => range(&i32::MIN, &i32::MAX),
        "i64" | "isize" | "i128" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "text".to_owned(),
        "path string" => "a path".to_owned(),
        "a character" => "one character".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        other => {
            other.strip_prefix("struct ").map_or_else(|| other.to_owned(), |_| "a table".to_owned())
        }
    }
}

/// What was found, in words that are not Rust's.
fn name(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Float(number) => format!("{number:?}"),
        Unexpected::Char(c) => format!("the text {c:?}"),
        Unexpected::Str("") | Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Str(text) => {
            // Masked before it is cut: half a password is a secret too.
            let text = without_password(text);
            let short: String = text.chars().take(40).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("the text {:?}", format!("{short}{more}"))
        }
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
