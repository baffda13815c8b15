//! What a relation has loaded, by data.

use std::any::Any;
use std::sync::Arc;

use super::Peer;
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

    /// How rows become what it keeps.
    fn packer(&self) -> PackRows;

    /// Takes the rows in the place of what was loaded; an error if they are of another model, or
    /// several for a relation to one.
    fn fill(&mut self, rows: Vec<Box<dyn Record>>) -> Result<()> {
        let packed = self.packer()(rows)?;
        self.share_with(packed)
    }

    /// Whether it has loaded anything, if only that there is nothing.
    fn is_loaded(&self) -> bool {
        self.shared().is_some()
    }

    /// The rows that it has loaded.
    fn rows(&self) -> Vec<&dyn Record>;

    /// The same, to change; nothing where others hold them too.
    fn rows_mut(&mut self) -> Option<Vec<&mut dyn Record>>;

    /// What it has loaded, to be shared with others that lead to the same.
    fn shared(&self) -> Option<Packed>;

    /// Takes what another of the same relation has loaded; an error if it is of another type.
    fn share_with(&mut self, loaded: Packed) -> Result<()>;

    /// Forgets what it has loaded.
    fn clear(&mut self);

    /// Its place among the rows that were read together, if they are loaded together.
    fn peer(&self) -> Option<Arc<Peer>>;

    /// Is loaded together with others from now on; it forgets what it has loaded.
    fn join(&mut self, peer: Arc<Peer>);
}

/// Reads a row of a model, without its type.
pub type ReadRow = fn(&mut Cursor<'_>) -> Result<Box<dyn Record>>;

/// Makes of rows what a relation keeps of them; an error if they are of another model, or too many.
pub type PackRows = fn(Vec<Box<dyn Record>>) -> Result<Packed>;

/// What a relation keeps, without its type.
pub type Packed = Arc<dyn Any + Send + Sync>;

/// What a relation has loaded: packed rows, or a [`Peer`] that gets them. One word for both, so that
/// nobody pays for peers who has none.
#[derive(Clone, Default)]
pub(super) struct Loaded(Option<Packed>);

impl Loaded {
    pub(super) fn of(packed: Packed) -> Self {
        Self(Some(packed))
    }

    /// What is packed, if it is of that type.
    pub(super) fn get<P: Any>(&self) -> Option<&P> {
        let kept: &(dyn Any + Send + Sync) = &**self.0.as_ref()?;
        kept.downcast_ref().or_else(|| kept.downcast_ref::<Peer>()?.loaded()?.downcast_ref())
    }

    /// The same, to change, where nobody else holds it.
    pub(super) fn get_mut<P: Any>(&mut self) -> Option<&mut P> {
        Arc::get_mut(self.0.as_mut()?)?.downcast_mut()
    }

    pub(super) fn packed(&self) -> Option<&Packed> {
        let kept = self.0.as_ref()?;
        match kept.downcast_ref::<Peer>() {
            Some(peer) => peer.loaded(),
            None => Some(kept),
        }
    }

    pub(super) fn peer(&self) -> Option<Arc<Peer>> {
        Arc::clone(self.0.as_ref()?).downcast().ok()
    }

    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}

/// The methods of a [`Slot`] that are about its field `loaded` only.
macro_rules! kept {
    () => {
        fn shared(&self) -> Option<crate::model::relation::Packed> {
            self.loaded.packed().cloned()
        }

        fn clear(&mut self) {
            self.loaded.clear();
        }

        fn peer(&self) -> Option<std::sync::Arc<crate::model::relation::Peer>> {
            self.loaded.peer()
        }

        fn join(&mut self, peer: std::sync::Arc<crate::model::relation::Peer>) {
            self.loaded = crate::model::relation::slot::Loaded::of(peer);
        }
    };
}
pub(super) use kept;

pub(super) fn typed<T: Model>(rows: Vec<Box<dyn Record>>) -> Result<Vec<T>> {
    // A loop: an adapter would be compiled for each model.
    let mut typed = Vec::with_capacity(rows.len());
    for row in rows {
        let row: Box<dyn Any> = row;
        let Ok(row) = row.downcast::<T>() else {
            let name = T::schema().name;
            return Err(Error::shape(format!("the row is of another model than `{name}`")));
        };
        typed.push(*row);
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
            "`{0}.{1}` is not loaded: add `.{method}({0}::{2})` to the query, or load it by `.load(&db)`",
            field.model,
            field.name,
            field.constant()
        ),
        None => format!(
            "this `{relation}<{target}>` is not loaded, since its row was made here: read it by a query with `.{method}(…)`"
        ),
    })
}
