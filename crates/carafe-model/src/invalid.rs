//! Why a value of a field is not allowed: messages by field, as forms and APIs show them.

use std::collections::BTreeMap;
use std::fmt;

/// One thing that is wrong with a value: a code for programs, a sentence for people.
///
/// Codes and sentences are Django's: `max_length`, "Ensure this value has at most …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, for programs: `required`, `max_length`, `invalid_choice` …
    pub code: &'static str,
    /// What is wrong, for people.
    pub message: String,
}

impl Invalid {
    /// What is wrong, in both ways.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Everything that is wrong with an instance, by field; what concerns no single field stands apart.
///
/// ```
/// use carafe_model::{Invalid, Invalids};
///
/// let mut errors = Invalids::default();
/// errors.add("title", Invalid::new("blank", "This field cannot be blank."));
/// errors.add_general(Invalid::new("dates", "It ends before it begins."));
/// assert_eq!(errors.field("title")[0].code, "blank");
/// assert_eq!(
///     errors.to_string(),
///     "It ends before it begins. title: This field cannot be blank.",
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalids {
    general: Vec<Invalid>,
    fields: BTreeMap<&'static str, Vec<Invalid>>,
}

impl Invalids {
    /// Adds what is wrong with one field.
    pub fn add(&mut self, field: &'static str, invalid: Invalid) {
        self.fields.entry(field).or_default().push(invalid);
    }

    /// Adds what concerns no single field (Django's `__all__`).
    pub fn add_general(&mut self, invalid: Invalid) {
        self.general.push(invalid);
    }

    /// What is wrong with one field; nothing, where it is right.
    pub fn field(&self, name: &str) -> &[Invalid] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// What concerns no single field.
    pub fn general(&self) -> &[Invalid] {
        &self.general
    }

    /// The fields that are wrong, by name, with what is wrong.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &[Invalid])> {
        self.fields.iter().map(|(name, errors)| (*name, errors.as_slice()))
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.general.is_empty() && self.fields.is_empty()
    }

    /// Nothing, or these.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Invalids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let general = self.general.iter().map(ToString::to_string);
        let fields = self.fields.iter().flat_map(|(name, errors)| {
            errors.iter().map(move |invalid| format!("{name}: {invalid}"))
        });
        f.write_str(&general.chain(fields).collect::<Vec<_>>().join(" "))
    }
}

impl std::error::Error for Invalids {}
