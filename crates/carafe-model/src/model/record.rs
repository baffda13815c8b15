//! An instance of any model, by data.

use std::any::Any;

use super::relation::GenericSlot;
use super::{AnyField, deferred};
use crate::schema::{FieldSchema, ModelSchema};
use crate::{Error, Invalids, Result, Value};

/// An instance of any model: what forms, the admin site and APIs work on without knowing its type.
///
/// `#[derive(Model)]` implements it; [`Model`](super::Model) builds on it.
pub trait Record: Any + Send + Sync {
    /// Its model as data.
    fn model(&self) -> &'static ModelSchema;

    /// Its field at that place.
    fn field_at(&self, index: usize) -> Option<&dyn AnyField>;

    /// Its field at that place, to change.
    fn field_at_mut(&mut self, index: usize) -> Option<&mut dyn AnyField>;

    /// The reference to a row of any model that begins at that place.
    fn generic_at_mut(&mut self, index: usize) -> Option<&mut dyn GenericSlot> {
        let _ = index;
        None
    }

    /// What the model demands of an instance as a whole: `#[model(clean = Post::check_dates)]`.
    fn clean(&self, _: &mut Invalids) {}

    /// The fields that the query which read it has left out (Django's `get_deferred_fields`). They
    /// have no value, and saving leaves them as they are.
    fn deferred(&self) -> Vec<&'static FieldSchema> {
        let fields = self.model().fields.iter();
        let is_missing = |field: &&FieldSchema| {
            let own = self.field_at(field.index.into());
            own.is_some_and(AnyField::is_missing)
        };
        fields.filter(is_missing).collect()
    }

    /// The value of the field of that name; an error for one that the query left out. A relation without a column is NULL here; a reference to
    /// a composite key is its first part, and all of it in [`get_all`](Self::get_all).
    fn get(&self, name: &str) -> Result<Value> {
        Ok(self.get_all(name)?.into_iter().next().unwrap_or_default())
    }

    /// The values of the field of that name, one a column.
    fn get_all(&self, name: &str) -> Result<Vec<Value>> {
        let field = self.model().field(name)?;
        let own = self.field_at(field.index.into());
        own.map_or_else(|| Ok(Vec::new()), |own| deferred::written(own, field))
    }

    /// Puts a value into the field of that name; an error if it does not fit the field's type.
    ///
    /// A relation forgets what it had loaded.
    fn set(&mut self, name: &str, value: Value) -> Result<()> {
        self.set_all(name, vec![value])
    }

    /// The same for a field of several columns.
    fn set_all(&mut self, name: &str, values: Vec<Value>) -> Result<()> {
        let schema = self.model().field(name)?;
        match self.field_at_mut(schema.index.into()) {
            Some(field) => field.assign(values, schema),
            None => Err(Error::no_field(name, std::iter::empty())),
        }
    }
}
