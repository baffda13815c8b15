//! Typed names of fields, and of fields of related models.

use std::fmt;
use std::marker::PhantomData;

use super::{AnyField, Field, Model, Part};
use crate::model::query::Path;
use crate::schema::FieldSchema;

/// A field by its type: `Post::TITLE` is a `Column<Post, String>`.
///
/// It is the name of the field, not its value, and leads over relations by [`on`](Self::on).
/// Queries take it; what may be asked of it depends on the type of the field.
///
/// ```
/// use carafe::models::{Column, ForeignKey, Model};
///
/// #[derive(Model)]
/// struct User { id: i64, name: String }
/// #[derive(Model)]
/// struct Post { id: i64, author: Option<ForeignKey<User>> }
///
/// // A post without an author has no author's name: `Option`.
/// const AUTHOR_NAME: Column<Post, Option<String>> = Post::AUTHOR.on(User::NAME);
/// assert_eq!(AUTHOR_NAME.to_string(), "author.name");
/// ```
pub struct Column<M, T> {
    path: Path,
    // Not the values: a column is `Send`, `Copy` and small whatever its types are.
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> Column<M, T> {
    /// The field at that place; for the derive.
    #[doc(hidden)]
    pub const fn at(index: usize) -> Self {
        Self { path: Path::at(index), types: PhantomData }
    }

    /// The field of the model that this relation leads to, or of this embedded part.
    pub const fn on<U: PathEnd>(self, field: Column<T::To, U>) -> Column<M, T::On<U>>
    where
        T: Hop,
    {
        Column { path: self.path.join(field.path, T::FLAT), types: PhantomData }
    }

    /// The fields that are crossed, by their place in each model; nothing where the path crosses
    /// more than eight relations.
    pub fn hops(&self) -> Option<&[u16]> {
        self.path.hops()
    }

    /// The way as data.
    pub const fn path_data(&self) -> Path {
        self.path
    }
}

impl<M: Model, T> Column<M, T> {
    /// The fields that are crossed, the last one being the column's own; an error where there are
    /// more than eight.
    pub fn path(&self) -> crate::Result<Vec<&'static FieldSchema>> {
        self.path.fields(M::schema())
    }

    /// The field as data, whatever model it belongs to.
    pub fn schema(&self) -> crate::Result<&'static FieldSchema> {
        self.path.end(M::schema())
    }

    /// The field of an instance, where the column is the model's own.
    pub fn of<'m>(&self, model: &'m M) -> Option<&'m T>
    where
        T: AnyField,
    {
        let [index] = self.hops()? else { return None };
        let field: &dyn std::any::Any = model.field_at(usize::from(*index))?;
        field.downcast_ref()
    }

    /// The same, to change.
    pub fn of_mut<'m>(&self, model: &'m mut M) -> Option<&'m mut T>
    where
        T: AnyField,
    {
        let [index] = self.hops()? else { return None };
        let field: &mut dyn std::any::Any = model.field_at_mut(usize::from(*index))?;
        field.downcast_mut()
    }
}

/// The names on the path, with points between.
impl<M: Model, T> fmt::Display for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().unwrap_or_default();
        let names: Vec<&str> = path.iter().map(|field| field.name).collect();
        f.write_str(&names.join("."))
    }
}

impl<M: Model, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{self}", M::schema().name)
    }
}

/// The type of a field that leads to other fields: a relation or an embedded part.
#[diagnostic::on_unimplemented(
    message = "a field of `{Self}` leads to no other model",
    note = "`on` follows `ForeignKey`, `OneToOne`, `ManyToMany`, `HasMany`, `HasOne` and embedded parts"
)]
pub trait Hop {
    /// What it leads to.
    type To;
    /// The type of a field over there, seen from here: an `Option` where the way may lead nowhere.
    type On<U: PathEnd>;
    /// Whether the fields over there stand in the same row.
    const FLAT: bool = false;
}

impl<P: Part> Hop for P {
    type To = P;
    type On<U: PathEnd> = U;
    const FLAT: bool = true;
}

/// A part of a row that may be missing.
impl<P: Part> Hop for Option<P> {
    type To = P;
    type On<U: PathEnd> = U::Null;
    const FLAT: bool = true;
}

/// What a path may end at: a field, or an embedded part.
pub trait PathEnd {
    /// The type where the row around it may be missing.
    type Null;
}

impl<T: Field> PathEnd for T {
    type Null = <T as Field>::Null;
}
