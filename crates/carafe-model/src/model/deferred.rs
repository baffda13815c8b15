//! A column that a query may leave out.

use std::fmt;

use super::{AnyField, Field, Shape};
use crate::kinds::{Blank, ColumnType};
use crate::schema::FieldSchema;
use crate::{Error, Reader, Result, Value};

/// A column that a query may leave out (Django's `defer` and `only`): it holds its value, or says
/// that it was not read.
///
/// ```
/// use carafe::models::{Deferred, Model};
///
/// #[derive(Model)]
/// struct Post {
///     id: i64,
///     title: String,
///     body: Deferred<String>,
/// }
/// let mut post = Post { body: "Long.".to_owned().into(), ..Post::blank() };
/// assert_eq!(post.body.get()?, "Long.");
/// post.body.set("Longer.".to_owned());
/// assert_eq!(post.body.into_inner()?, "Longer.");
/// # Ok::<(), carafe::models::Error>(())
/// ```
///
/// A value that was left out is an error that names the fix, never empty and never a hidden query;
/// saving such a row leaves the column as it is. Fields of other types are always read.
#[derive(Clone)]
pub struct Deferred<T>(State<T>);

#[derive(Clone)]
enum State<T> {
    Loaded(T),
    Missing(&'static FieldSchema),
}

impl<T> Deferred<T> {
    /// A value that is there.
    pub const fn new(value: T) -> Self {
        Self(State::Loaded(value))
    }

    /// The value; an error that names the fix where the query left it out.
    pub fn get(&self) -> Result<&T> {
        match &self.0 {
            State::Loaded(value) => Ok(value),
            State::Missing(field) => Err(left_out(field)),
        }
    }

    /// The value, to change.
    pub fn get_mut(&mut self) -> Result<&mut T> {
        match &mut self.0 {
            State::Loaded(value) => Ok(value),
            State::Missing(field) => Err(left_out(field)),
        }
    }

    /// The value, to keep.
    pub fn into_inner(self) -> Result<T> {
        match self.0 {
            State::Loaded(value) => Ok(value),
            State::Missing(field) => Err(left_out(field)),
        }
    }

    /// Puts a value in, whether one was read or not.
    pub fn set(&mut self, value: T) {
        self.0 = State::Loaded(value);
    }

    /// Whether there is a value.
    pub const fn is_loaded(&self) -> bool {
        matches!(self.0, State::Loaded(_))
    }
}

/// The sentence for a value that is asked for where the query left it out.
pub(super) fn left_out(field: &FieldSchema) -> Error {
    let (model, name, constant) = (field.model, field.name, field.constant());
    Error::not_loaded(format!(
        "`{model}.{name}` was deferred: leave out `.defer({model}::{constant})`, or name it in `.only(…)`"
    ))
}

impl<T> From<T> for Deferred<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl From<&str> for Deferred<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

impl<T: Default> Default for Deferred<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: Blank> Blank for Deferred<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }
}

/// Two values that were left out are the same.
impl<T: PartialEq> PartialEq for Deferred<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get().ok() == other.get().ok()
    }
}

impl<T: Eq> Eq for Deferred<T> {}

impl<T: fmt::Debug> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Loaded(value) => value.fmt(f),
            State::Missing(_) => f.write_str("deferred"),
        }
    }
}

/// What may be deferred: a type that fills a column, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be deferred",
    note = "`Deferred<T>` holds what fills one column, or an `Option` of it; a relation is read by `select_related` or `prefetch_related` only where it is asked for"
)]
pub trait Deferrable: Field {}

impl<T: ColumnType> Deferrable for T {}
impl<T: ColumnType> Deferrable for Option<T> {}

impl<T: Deferrable> Field for Deferred<T> {
    const SHAPE: Shape = Shape { deferrable: true, ..T::SHAPE };
    type Null = T::Null;
    type Base = T::Base;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        T::read(reader, column, schema).map(Self::new)
    }

    fn missing(schema: &'static FieldSchema) -> Result<Self> {
        Ok(Self(State::Missing(schema)))
    }

    fn is_missing(&self) -> bool {
        !self.is_loaded()
    }

    fn write(&self, values: &mut Vec<Value>) {
        match &self.0 {
            State::Loaded(value) => Field::write(value, values),
            State::Missing(_) => values.push(Value::Null),
        }
    }
}

/// Its value; nothing where it was left out.
#[cfg(feature = "serde")]
impl<T: serde_core::Serialize> serde_core::Serialize for Deferred<T> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().ok().serialize(serializer)
    }
}

/// The value of a field, or the error of one that was left out.
pub(super) fn written(field: &dyn AnyField, schema: &FieldSchema) -> Result<Vec<Value>> {
    if field.is_missing() {
        return Err(left_out(schema));
    }
    let mut values = Vec::with_capacity(schema.width.into());
    field.write(&mut values);
    Ok(values)
}
