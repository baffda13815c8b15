//! What a relation has loaded, by data.

use std::any::Any;
use std::sync::Arc;

use crate::model::{Cursor, Model, Record};
use crate::schema::{FieldSchema, ModelSchema};
use crate::{Error, Result};

/// What a relation has loaded, by data: how rows of any model are put into it.
pub trait Slot {
    /// The model of the rows.
    fn target(&self) -> &'static ModelSchema;

    /// Reads the row that a relation to one leads to, and takes it; an error for one to many.
    fn read_one(&mut self, cursor: &mut Cursor<'_>) -> Result<()>;

    /// The row that [`read_one`](Self::read_one) has taken, to load more into it; nothing once it is
    /// shared.
    fn one_mut(&mut self) -> Option<&mut dyn Record>;

    /// How rows of that model are read.
    fn reader(&self) -> ReadRow;

    /// Takes the rows in the place of what was loaded; an error if they are of another model, or
    /// several for a relation to one.
    fn fill(&mut self, rows: Vec<Box<dyn Record>>) -> Result<()>;

    /// Whether it has loaded anything, if only that there is nothing.
    fn is_loaded(&self) -> bool;

    /// The rows that it has loaded.
    fn rows(&self) -> Vec<&dyn Record>;

    /// What it has loaded, to be shared with others that lead to the same.
    fn shared(&self) -> Option<Arc<dyn Any + Send + Sync>>;

    /// Takes what another of the same relation has loaded; an error if it is of another type.
    fn share_with(&mut self, loaded: Arc<dyn Any + Send + Sync>) -> Result<()>;

    /// Forgets what it has loaded.
    fn clear(&mut self);
}

/// Reads a row of a model, without its type.
pub type ReadRow = fn(&mut Cursor<'_>) -> Result<Box<dyn Record>>;

/// Rows without their type; `Vec<T>` inside.
pub(super) type Loaded = Option<Arc<dyn Any + Send + Sync>>;

pub(super) fn typed<T: Model>(rows: Vec<Box<dyn Record>>) -> Result<Vec<T>> {
    // A loop: an adapter would be compiled for each model.
    let mut typed = Vec::with_capacity(rows.len());
    for row in rows {
        let row: Box<dyn Any> = row;
        match row.downcast::<T>() {
            Ok(row) => typed.push(*row),
            Err(_) => {
                let name = T::schema().name;
                return Err(Error::shape(format!("the row is of another model than `{name}`")));
            }
        }
    }
    Ok(typed)
}

pub(super) fn read<T: Model>(cursor: &mut Cursor<'_>) -> Result<Box<dyn Record>> {
    Ok(Box::new(T::read(cursor)?))
}

pub(super) fn other_type<T: Model>() -> Error {
    Error::shape(format!("what is shared is of another model than `{}`", T::schema().name))
}

/// The sentence for a relation that was asked for what it has not loaded.
pub(super) fn not_loaded<T: Model>(
    place: Option<&'static FieldSchema>,
    relation: &str,
    method: &str,
) -> Error {
    let target = T::schema().name;
    Error::not_loaded(match place {
        Some(field) => format!(
            "`{0}.{1}` is not loaded: add `.{method}({0}::{2})` to the query",
            field.model,
            field.name,
            field.constant()
        ),
        None => format!(
            "this `{relation}<{target}>` is not loaded, since its row was made here: read it by a query with `.{method}(…)`"
        ),
    })
}
