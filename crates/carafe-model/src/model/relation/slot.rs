//! What a relation has loaded, by data.

use std::any::Any;
use std::sync::Arc;

use super::Peer;
use crate::model::{Cursor, Model};
use crate::schema::FieldSchema;
use crate::{Error, Result};

/// What a relation has loaded, by data: how rows of any model are put into it, which
/// [`Rows`](super::Rows) of the model that it leads to makes and looks at.
///
/// None of its methods leads to functions of that model's [`Record`](crate::Record): see there.
pub trait Slot {
    /// Reads the row that a relation to one leads to, and takes it; an error for one to many.
    fn read_one(&mut self, cursor: &mut Cursor<'_>) -> Result<()>;

    /// Whether it has loaded anything, if only that there is nothing.
    fn is_loaded(&self) -> bool {
        self.shared().is_some()
    }

    /// What it has loaded, to be shared with others that lead to the same.
    fn shared(&self) -> Option<Packed>;

    /// What it has loaded, to change; nothing where others hold it too.
    fn unshared(&mut self) -> Option<&mut (dyn Any + Send + Sync)>;

    /// Takes what rows were packed to, in the place of what was loaded; an error if they are of another
    /// model, or several for a relation to one.
    fn share_with(&mut self, loaded: Packed) -> Result<()>;

    /// Forgets what it has loaded.
    fn clear(&mut self);

    /// Its place among the rows that were read together, if they are loaded together.
    fn peer(&self) -> Option<Arc<Peer>>;

    /// Is loaded together with others from now on; it forgets what it has loaded.
    fn join(&mut self, peer: Arc<Peer>);
}

/// What a relation keeps, without its type.
pub type Packed = Arc<dyn Any + Send + Sync>;

/// What a one-to-one relation keeps that leads to no row.
pub(super) struct NoRow;

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

    /// What is packed, to change, where nobody else holds it.
    pub(super) fn unshared(&mut self) -> Option<&mut (dyn Any + Send + Sync)> {
        let kept = Arc::get_mut(self.0.as_mut()?)?;
        (!kept.is::<Peer>()).then_some(kept)
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

        fn unshared(&mut self) -> Option<&mut (dyn std::any::Any + Send + Sync)> {
            self.loaded.unshared()
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

/// The error of a relation that is given what another one keeps.
pub(super) fn other_type(place: Option<&'static FieldSchema>) -> Error {
    Error::shape(match place {
        Some(field) => format!(
            "what is shared with `{}.{}` is of another model, or of another number of rows",
            field.model, field.name
        ),
        None => "what is shared with a relation is of another model, or of another number of rows"
            .to_owned(),
    })
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
