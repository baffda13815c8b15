//! Several values of one kind in one column.

use std::ops::{Deref, DerefMut};

use crate::kinds::{Blank, ColumnType};
use crate::schema::Kind;
use crate::values::Values;
use crate::{FieldType, Reader, Result, Value};

/// Several values of one kind in one column (Django's `ArrayField`); PostgreSQL has these.
///
/// It reads like the `Vec` that it holds. `max_length` and `min_length` of the field are how many
/// there are; `Array<Option<T>>` may hold NULL, and `Array<Array<T>>` is a table of equal rows.
///
/// ```
/// use carafe::models::{Array, Model, schema::Kind};
///
/// #[derive(Model)]
/// struct Post {
///     id: i64,
///     #[model(max_length = 5)]
///     tags: Array<String>,
/// }
/// let post = Post { tags: Array(vec!["rust".to_owned()]), ..Post::blank() };
/// assert_eq!(post.tags.len(), 1);
/// assert_eq!(Post::schema().field("tags")?.kind, Kind::Array(&Kind::Text));
/// # Ok::<(), carafe::models::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Array<T>(pub Vec<T>);

impl<T> Default for Array<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Array<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Array<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T> FromIterator<T> for Array<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// What an [`Array`] may hold: what fills a column, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in an array",
    note = "an `Array` holds what fills a column, `Option` of it, or arrays"
)]
pub trait Element: FieldType + Clone + Sync {
    /// What kind of value it is.
    const KIND: Kind;
    /// The most digits and those behind the point.
    const DIGITS: Option<(u8, u8)>;
}

impl<T: ColumnType> Element for T {
    const KIND: Kind = T::KIND;
    const DIGITS: Option<(u8, u8)> = T::DIGITS;
}

impl<T: ColumnType> Element for Option<T> {
    const KIND: Kind = T::KIND;
    const DIGITS: Option<(u8, u8)> = T::DIGITS;
}

impl<T: Element> FieldType for Array<T> {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let values = reader.array(column)?;
        let count = values.len();
        let mut values = Values::new(reader.name(column), values);
        (0..count).map(|index| T::from_reader(&mut values, index)).collect()
    }

    fn into_value(self) -> Value {
        Value::Array(self.0.into_iter().map(FieldType::into_value).collect())
    }
}

impl<T: Element> ColumnType for Array<T> {
    const KIND: Kind = Kind::Array(&T::KIND);
    const DIGITS: Option<(u8, u8)> = T::DIGITS;
}

impl<T> Blank for Array<T> {
    fn blank() -> Self {
        Self::default()
    }
}

#[cfg(feature = "serde")]
impl<T: serde_core::Serialize> serde_core::Serialize for Array<T> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
