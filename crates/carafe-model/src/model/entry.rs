//! A model without its type, for lists.

use std::fmt;

use super::{Cursor, Model, Record};
use crate::Result;
use crate::schema::SchemaFn;

/// What is known of a model where its type is not: its schema, and how an instance is made.
///
/// ```
/// use carafe::models::{Entry, Model, Record};
///
/// #[derive(Model)]
/// struct Tag { id: i64, name: String }
///
/// const ENTRIES: [Entry; 1] = [Entry::of::<Tag>()];
/// let mut tag: Box<dyn Record> = (ENTRIES[0].blank)();
/// tag.set("name", carafe::models::Value::Text("rust".into()))?;
/// assert_eq!((ENTRIES[0].schema)().table, tag.model().table);
/// # Ok::<(), carafe::models::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Entry {
    /// The model as data.
    pub schema: SchemaFn,
    /// Makes an instance with its defaults.
    pub blank: fn() -> Box<dyn Record>,
    /// Reads an instance from a row.
    pub read: fn(&mut Cursor<'_>) -> Result<Box<dyn Record>>,
}

impl Entry {
    /// The entry of a model.
    pub const fn of<M: Model>() -> Self {
        Self {
            schema: M::schema,
            blank: || Box::new(M::blank()),
            read: |cursor| Ok(Box::new(M::read(cursor)?)),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&(self.schema)().name).finish()
    }
}
