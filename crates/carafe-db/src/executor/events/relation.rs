//! What is told of a many-to-many relation.

use std::fmt;
use std::marker::PhantomData;

use carafe_core::Result;
use carafe_model::model::Key;
use carafe_model::{Model, Value, read_values};

use crate::executor::Executor;

/// What is told before and after rows are added to, or taken from, a many-to-many relation from `M` to `R`
/// (Django's `m2m_changed`).
pub struct RelationChange<'h, M, R> {
    pub(super) data: ChangeData<'h>,
    pub(super) types: PhantomData<fn() -> (M, R)>,
}

/// What happens to a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Rows are added, which were not related before.
    Add,
    /// Rows are taken away.
    Remove,
    /// All rows are taken away.
    Clear,
}

/// The same without its types.
#[derive(Clone, Copy)]
pub(crate) struct ChangeData<'h> {
    pub(crate) tx: &'h dyn Executor,
    pub(crate) change: Change,
    /// It is made from the side that the field leads to.
    pub(crate) reverse: bool,
    /// The row whose relation it is.
    pub(crate) key: &'h [Value],
    /// The rows that are added or taken away; nothing where that is all.
    pub(crate) keys: Option<&'h [Vec<Value>]>,
}

impl<'h, M: Model, R: Model> RelationChange<'h, M, R> {
    /// The transaction that it is changed in.
    pub fn tx(&self) -> &'h dyn Executor {
        self.data.tx
    }

    /// What happens.
    pub fn change(&self) -> Change {
        self.data.change
    }

    /// Whether it is changed from the side that the field leads to: `tag.related(Tag::POSTS)` where it is
    /// `Post::TAGS`.
    pub fn is_reverse(&self) -> bool {
        self.data.reverse
    }

    /// The keys of the rows that have the field; nothing where that is all to which the other one was related.
    pub fn from(&self) -> Result<Option<Vec<M::Key>>> {
        keys::<M>(&self.data, !self.data.reverse)
    }

    /// The keys of the rows that the field leads to; nothing where that is all of them.
    pub fn to(&self) -> Result<Option<Vec<R::Key>>> {
        keys::<R>(&self.data, self.data.reverse)
    }
}

/// The keys of the one row, or of the others.
fn keys<M: Model>(data: &ChangeData<'_>, one: bool) -> Result<Option<Vec<M::Key>>> {
    let read = |key: &[Value]| Ok(read_values(key.to_vec(), |reader| M::Key::read(reader, 0))?);
    match data.keys {
        _ if one => Ok(Some(vec![read(data.key)?])),
        None => Ok(None),
        Some(keys) => keys.iter().map(|key| read(key)).collect::<Result<_>>().map(Some),
    }
}

impl<M, R> Clone for RelationChange<'_, M, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, R> Copy for RelationChange<'_, M, R> {}

impl<M, R> fmt::Debug for RelationChange<'_, M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RelationChange");
        debug.field("change", &self.data.change).field("reverse", &self.data.reverse);
        debug.finish_non_exhaustive()
    }
}
