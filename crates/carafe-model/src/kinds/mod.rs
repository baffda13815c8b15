//! Which kind of column a Rust type makes.

mod address;
mod file;
mod number;
mod postgres;
mod text;

#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "uuid")]
mod uuid;

pub use file::{FilePath, StoredFile, StoredImage};
#[cfg(feature = "json")]
pub use json::JsonField;
pub use postgres::{Array, Element, HStore, PgRange, RangeBound, SearchVector, Vector};

use crate::schema::{Auto, Choice, FieldSchema, Kind};
use crate::{FieldType, Reader, Result, Value};

/// A Rust type that may be a field of a model: it fills one column, and says of which kind.
///
/// A kind of your own is a [`FieldType`] that adds what it is kept as:
///
/// ```
/// use carafe::models::{Blank, ColumnType, FieldType, Model, Reader, Result, Value};
/// use carafe::models::schema::{CustomKind, Kind};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Tags(Vec<String>);
///
/// impl FieldType for Tags {
///     fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
///         Ok(Self(reader.str(column)?.split_whitespace().map(str::to_owned).collect()))
///     }
///     fn into_value(self) -> Value {
///         Value::Text(self.0.join(" "))
///     }
/// }
/// impl ColumnType for Tags {
///     const KIND: Kind = Kind::Custom(&CustomKind { name: "tags", base: Kind::Text, types: &[] });
/// }
/// impl Blank for Tags {
///     fn blank() -> Self { Self(Vec::new()) }
/// }
///
/// #[derive(Model)]
/// struct Post { id: i64, tags: Tags }
/// assert_eq!(Post::blank().tags, Tags(Vec::new()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    label = "not a kind of column",
    note = "integers up to 64 bits, floats, `bool`, `String`, `Vec<u8>`, `IpAddr`, jiff's times, `Uuid`, `Decimal`, `JsonField<T>`, enums with `#[derive(Choices)]`, relations and `Option` of these can; your own types implement `FieldType` and `ColumnType`"
)]
pub trait ColumnType: FieldType + Clone + Sync {
    /// What kind of value it holds.
    const KIND: Kind;

    /// Who makes it where it is the primary key.
    const AUTO: Auto = Auto::None;

    /// The values that there are, for an enum.
    const CHOICES: &'static [Choice] = &[];

    /// The most digits and those behind the point, for a decimal that says nothing else.
    const DIGITS: Option<(u8, u8)> = None;

    /// The most characters, for a field that says nothing else.
    const MAX_LENGTH: Option<u32> = None;

    /// Reads it from the column of a field; what the field says may matter.
    fn from_column(reader: &mut dyn Reader, column: usize, field: &FieldSchema) -> Result<Self> {
        let _ = field;
        Self::from_reader(reader, column)
    }

    /// What is sent for it; NULL for what stands for "nobody has said yet".
    fn to_value(&self) -> Value {
        self.clone().into_value()
    }
}

/// What a field holds in `Model::blank()` where it has no default: zero, empty, or a value that
/// says "nobody has said yet", which cannot be saved.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no blank value",
    label = "what should `blank()` put here?",
    note = "give the field `#[model(default = …)]`, or make it an `Option`"
)]
pub trait Blank {
    /// The blank value.
    fn blank() -> Self;
}

/// The column of any kind, NULL included.
impl<T> Blank for Option<T> {
    fn blank() -> Self {
        None
    }
}
