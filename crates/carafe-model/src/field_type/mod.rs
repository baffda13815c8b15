//! A Rust type that fills one column.

mod number;
mod option;
mod text;

#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "uuid")]
mod uuid;

use crate::{Reader, Result, Value};

/// A Rust type that fills one column of a row.
///
/// A type of your own lowers to one that has it already:
///
/// ```
/// use carafe_model::{Error, FieldType, Reader, Result, Value};
///
/// #[derive(Debug, PartialEq)]
/// enum Colour { Red, Blue }
///
/// impl FieldType for Colour {
///     fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
///         match reader.str(column)? {
///             "red" => Ok(Self::Red),
///             "blue" => Ok(Self::Blue),
///             _ => Err(Error::unfit(reader.name(column), "a colour (red, blue)")),
///         }
///     }
///
///     fn into_value(self) -> Value {
///         Value::Text(match self { Self::Red => "red", Self::Blue => "blue" }.into())
///     }
/// }
/// assert_eq!(Colour::Red.into_value(), Value::Text("red".into()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    note = "integers up to 64 bits, floats, `bool`, `String`, `Vec<u8>`, `Option` of these, and with their features jiff's times, `Uuid` and `serde_json::Value` can; your own types implement `FieldType`"
)]
pub trait FieldType: Sized + Send + 'static {
    /// Reads it from a column of the row.
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self>;

    /// The value that is sent for it.
    fn into_value(self) -> Value;
}

/// The column as it is, for code that does not know its type.
impl FieldType for Value {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.value(column)
    }

    fn into_value(self) -> Value {
        self
    }
}
