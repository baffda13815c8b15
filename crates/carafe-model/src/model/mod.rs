//! A struct that is a row of a table.

mod by_name;
mod column;
mod cursor;
mod deferred;
mod entry;
mod field;
mod key;
pub mod query;
mod record;
pub mod relation;

pub use column::{Column, Hop, PathEnd};
pub use cursor::Cursor;
pub use deferred::{Deferrable, Deferred};
pub use entry::Entry;
pub use field::{
    AnyField, Field, Shape, checked_by, default_value, field_schema, positive, relation_of,
};
pub use key::{Key, KeyField, parts_of};
pub use record::Record;
use relation::ForeignKey;

use crate::schema::{FieldSchema, ModelSchema};
use crate::{Result, Value};

/// A struct that is a row of a table: `#[derive(Model)]`.
///
/// ```
/// use carafe::models::{ForeignKey, Model, Record, Value};
///
/// #[derive(Model)]
/// struct User { id: i64, name: String }
///
/// #[derive(Model)]
/// struct Post {
///     id: i64,
///     author: ForeignKey<User>,
///     #[model(max_length = 200)]
///     title: String,
///     #[model(default = 1)]
///     stars: i32,
/// }
///
/// let user = User { id: 7, name: "Ada".into() };
/// let mut post = Post { title: "Hi".into(), author: user.key(), ..Post::blank() };
/// assert_eq!((post.stars, post.author.pk()), (1, Some(&7)));
///
/// // The same by name, checked.
/// post.set("title", Value::Text("Hello".into()))?;
/// assert_eq!(post.get("title")?, Value::Text("Hello".into()));
/// assert!(post.set("title", Value::I64(1)).is_err());
/// # Ok::<(), carafe::models::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    note = "put `#[derive(Model)]` on the struct, and give it a primary key: `id: i64`"
)]
pub trait Model: Record + Sized {
    /// The type of its primary key; a tuple where the key is composite.
    type Key: Key;

    /// Its table; a proxy has that of its model.
    const TABLE: &'static str;

    /// The model as data.
    fn schema() -> &'static ModelSchema;

    /// An instance with its defaults; what has none is zero or empty.
    ///
    /// A required value that stays empty is an error when the instance is saved.
    fn blank() -> Self;

    /// Reads an instance from a row.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self>;

    /// Its primary key, unless it has none yet: the database has not counted it, or a part is unset.
    fn pk(&self) -> Option<Self::Key>;

    /// A reference to it, for a field of another instance: `author: user.key()`.
    fn key(&self) -> ForeignKey<Self> {
        self.pk().map_or_else(ForeignKey::unset, ForeignKey::from_pk)
    }
}

/// Fields that are embedded in many models (Django's abstract models):
/// `#[derive(Model)] #[model(abstract)]`.
///
/// ```
/// use carafe::models::{Column, Model};
///
/// #[derive(Model)]
/// #[model(abstract)]
/// struct Address { street: String, city: String }
///
/// #[derive(Model)]
/// struct Shop {
///     id: i64,
///     #[model(flatten)]
///     address: Address,
///     open: bool,
/// }
/// let names: Vec<_> = Shop::schema().fields.iter().map(|field| field.name).collect();
/// assert_eq!(names, ["id", "street", "city", "open"]);
///
/// const CITY: Column<Shop, String> = Shop::ADDRESS.on(Address::CITY);
/// assert_eq!(CITY.schema().unwrap().name, "city");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a model",
    note = "`#[model(flatten)]` embeds a struct with `#[derive(Model)] #[model(abstract)]`"
)]
pub trait Part: Send + Sync + Sized + 'static {
    /// Its fields, which become fields of each model that embeds it.
    const FIELDS: &'static [FieldSchema];

    /// A part with its defaults.
    fn blank() -> Self;

    /// Reads it from a row.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self>;

    /// Its field at that place.
    fn field_at(&self, index: usize) -> Option<&dyn AnyField>;

    /// Its field at that place, to change.
    fn field_at_mut(&mut self, index: usize) -> Option<&mut dyn AnyField>;

    /// The reference to a row of any model that begins at that place.
    fn generic_at_mut(&mut self, index: usize) -> Option<&mut dyn relation::GenericSlot> {
        let _ = index;
        None
    }
}

/// The values of a row that is written, in the order of [`ModelSchema::columns`]; NULL for what the
/// query that read it has left out ([`Record::deferred`]).
pub fn values(record: &dyn Record) -> Vec<Value> {
    let schema = record.model();
    let mut values = Vec::with_capacity(schema.width());
    for index in 0..schema.fields.len() {
        if let Some(field) = record.field_at(index) {
            field.write(&mut values);
        }
    }
    values
}
