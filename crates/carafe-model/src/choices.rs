//! Enums whose variants are the values of a column.

use crate::schema::{Choice, Literal};
use crate::{Error, Reader, Result, Value};

/// An enum whose variants are the values of a column, each with its label (Django's `TextChoices`
/// and `IntegerChoices`).
///
/// ```
/// use carafe::models::Choices;
///
/// #[derive(Choices, Clone, Copy, Debug, PartialEq)]
/// enum Status {
///     Draft,
///     #[choice(label = "On the site")]
///     Published,
/// }
/// assert_eq!(Status::Published.label(), "On the site");
/// assert_eq!(Status::from_text("draft"), Some(Status::Draft));
///
/// // With numbers the column is an integer.
/// #[derive(Choices, Clone, Copy, Debug, PartialEq)]
/// enum Priority { Low = 1, High = 5 }
/// assert_eq!(Priority::from_number(5), Some(Priority::High));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of choices",
    note = "put `#[derive(Choices)]` on an enum whose variants hold no data"
)]
pub trait Choices: Copy + Send + Sync + Sized + 'static {
    /// The values and labels, in the order of the variants.
    const CHOICES: &'static [Choice];

    /// The variants, in order.
    const ALL: &'static [Self];

    /// Where the variant stands among them.
    fn index(self) -> usize;

    /// What people see.
    fn label(self) -> &'static str {
        Self::CHOICES.get(self.index()).map_or("", |choice| choice.label)
    }

    /// The variant of a text column.
    fn from_text(text: &str) -> Option<Self> {
        find(Self::CHOICES, |value| matches!(value, Literal::Text(own) if *own == text))
            .and_then(|index| Self::ALL.get(index).copied())
    }

    /// The variant of an integer column.
    fn from_number(number: i64) -> Option<Self> {
        find(Self::CHOICES, |value| matches!(value, Literal::I64(own) if *own == number))
            .and_then(|index| Self::ALL.get(index).copied())
    }
}

/// The value of a variant.
#[doc(hidden)]
pub fn choice_value<T: Choices>(choice: T) -> Value {
    match T::CHOICES.get(choice.index()).map(|choice| choice.value) {
        Some(Literal::Text(text)) => Value::Text(text.to_owned()),
        Some(Literal::I64(number)) => Value::I64(number),
        _ => Value::Null,
    }
}

/// Reads a variant from a column.
#[doc(hidden)]
pub fn read_choice<T: Choices>(reader: &mut dyn Reader, column: usize) -> Result<T> {
    let choice = match T::CHOICES.first().map(|choice| choice.value) {
        Some(Literal::I64(_)) => T::from_number(reader.i64(column)?),
        _ => T::from_text(reader.str(column)?),
    };
    choice.ok_or_else(|| Error::unfit(reader.name(column), expected(T::CHOICES)))
}

fn find(choices: &[Choice], is: impl Fn(&Literal) -> bool) -> Option<usize> {
    choices.iter().position(|choice| is(&choice.value))
}

fn expected(choices: &[Choice]) -> String {
    let values: Vec<String> = choices.iter().map(|choice| choice.value.to_string()).collect();
    format!("one of {}", values.join(", "))
}
