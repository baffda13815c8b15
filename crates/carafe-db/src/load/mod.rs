//! Rows of relations, loaded for many rows at once (Django's `prefetch_related`).
//!
//! One query a relation and level: the rows that all parents lead to are asked for by their keys,
//! get their own relations first, and are then put where they belong.

mod attach;
mod beside;
mod children;
mod generic;
mod keys;
mod peers;

pub(crate) use attach::attach;
pub(crate) use children::{holds_table, key_kinds};
pub(crate) use generic::Target;
pub(crate) use keys::{KeyBytes, key_bytes};
pub(crate) use peers::{load as load_peer, missing};

use std::collections::HashMap;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Record;
use carafe_model::model::relation::{Rows, Slot};
use carafe_model::query::{Distinct, Path, Select};
use carafe_model::schema::ModelSchema;

use self::beside::Beside;
use crate::driver::Connection;
use crate::executor::Executor;

/// A relation to load, by its path from the rows of a query.
#[derive(Debug)]
pub(crate) struct Prefetch {
    /// The relations that are crossed, the last one included.
    pub(crate) path: Path,
    /// Which of the rows behind the last one, and in which order; all of them if nothing is said.
    pub(crate) query: Option<Select>,
    /// What is loaded for the rows behind the last one.
    pub(crate) then: Vec<Arc<Prefetch>>,
    /// Where the path ends at a reference to rows of any model: those of which, and how.
    pub(crate) targets: Vec<Arc<Target>>,
}

/// What may be done about relations that a query does not load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unloaded {
    /// Each is loaded for itself, where that is asked for.
    #[default]
    Alone,
    /// Those of all its rows are loaded together.
    Peers,
}

/// A relation of one model, and what is loaded behind it.
struct Branch<'p> {
    field: u16,
    query: Option<&'p Select>,
    branches: Vec<Branch<'p>>,
    targets: &'p [Arc<Target>],
}

/// How a tree of relations is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Loading<'e> {
    pub(crate) executor: &'e dyn Executor,
    pub(crate) caller: &'static Location<'static>,
    pub(crate) unloaded: Unloaded,
}

impl<'e> Loading<'e> {
    /// Loads relations for rows of one model. What is loaded already stays, unless a query says which
    /// of the rows are wanted.
    pub(crate) async fn load(
        self,
        mut records: Vec<&mut dyn Record>,
        prefetch: &[Arc<Prefetch>],
    ) -> Result<()> {
        let Some(model) = records.first().map(|record| record.model()) else { return Ok(()) };
        let mut branches = Vec::new();
        for one in prefetch {
            grow(&mut branches, model, one)?;
        }
        self.branches(&mut records, &branches).await?;
        self.join(&mut records);
        Ok(())
    }

    /// The same, on a connection that is lent already, where there is one.
    pub(crate) async fn load_beside(
        self,
        connection: Option<&dyn Connection>,
        records: Vec<&mut dyn Record>,
        prefetch: &[Arc<Prefetch>],
    ) -> Result<()> {
        match connection {
            Some(connection) => {
                let beside = Beside { executor: self.executor, connection };
                Loading { executor: &beside, ..self }.load(records, prefetch).await
            }
            None => self.load(records, prefetch).await,
        }
    }

    /// Has those relations that are not loaded load together, if that is wanted.
    fn join(self, records: &mut [&mut dyn Record]) {
        if self.unloaded == Unloaded::Peers {
            peers::join(records);
        }
    }

    /// Loads a tree of relations for rows of one model.
    fn branches<'f>(
        self,
        records: &'f mut [&mut dyn Record],
        branches: &'f [Branch<'_>],
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'f>>
    where
        'e: 'f,
    {
        Box::pin(async move {
            for branch in branches {
                if !branch.targets.is_empty() {
                    self.generic(records, branch.field, branch.targets).await?;
                    continue;
                }
                let mut open = match branch.query {
                    Some(_) => records.iter_mut().map(|record| &mut **record).collect(),
                    None => self.beyond_loaded(records, branch).await?,
                };
                let Some(asked) = children::ask(&open, branch.field, branch.query)? else {
                    continue;
                };
                let mut children = children::fetch(asked, self.executor, self.caller).await?;
                let rows = children.iter_mut().map(|child| &mut *child.row as &mut dyn Record);
                let mut rows: Vec<_> = rows.collect();
                self.branches(&mut rows, &branch.branches).await?;
                self.join(&mut rows);
                children::give(&mut open, branch.field, children)?;
            }
            Ok(())
        })
    }

    /// Goes on from rows that a relation has loaded already; gives those of which it is not loaded.
    ///
    /// What others hold too cannot be changed, and is loaded anew.
    async fn beyond_loaded<'r, 'd: 'r>(
        self,
        records: &'r mut [&'d mut dyn Record],
        branch: &Branch<'_>,
    ) -> Result<Vec<&'r mut dyn Record>> {
        let field = usize::from(branch.field);
        let model = records.first().map(|record| record.model());
        if let (Some(model), false) = (model, branch.branches.is_empty()) {
            let (_, relation) = children::relation_of(model, branch.field)?;
            let kept = Rows::of(relation.target())?;
            // One keeps what several share until it is changed, and gives it to the others again.
            let mut holders: HashMap<usize, usize> = HashMap::new();
            let mut sharing = Vec::new();
            for (at, record) in records.iter_mut().enumerate() {
                let Some(slot) = slot(&mut **record, field) else { continue };
                let Some(loaded) = slot.shared() else { continue };
                let address = Arc::as_ptr(&loaded).addr();
                if let Some(holder) = holders.get(&address) {
                    slot.clear();
                    sharing.push((at, *holder));
                } else {
                    holders.insert(address, at);
                }
            }
            let mut rows = Vec::new();
            for record in records.iter_mut() {
                let Some(slot) = slot(&mut **record, field) else { continue };
                if slot.unshared().is_none() {
                    slot.clear();
                }
                rows.extend(slot.unshared().map(|own| kept.all_mut(own)).unwrap_or_default());
            }
            self.branches(&mut rows, &branch.branches).await?;
            for (at, holder) in sharing {
                let loaded = slot(&mut *records[holder], field).and_then(|slot| slot.shared());
                if let (Some(loaded), Some(slot)) = (loaded, slot(&mut *records[at], field)) {
                    slot.share_with(loaded)?;
                }
            }
        }
        let mut open: Vec<&mut dyn Record> = Vec::new();
        for record in records.iter_mut() {
            let slot = record.field_at(field).and_then(|field| field.slot_ref());
            if slot.is_some_and(|slot| !slot.is_loaded()) {
                open.push(&mut **record);
            }
        }
        Ok(open)
    }
}

/// Why a query of related rows cannot have its slice, and what to do: it is one of each parent's rows.
pub(crate) fn wrong_slice(query: &Select) -> Option<(&'static str, &'static str)> {
    let whole = matches!(query.distinct, Distinct::No) && query.combined.is_empty();
    (query.is_sliced() && !whole).then_some((
        "The query of related rows cannot be sliced where it is distinct or combined.",
        "the slice is one of each parent's rows, whose places are counted before that; leave `distinct` out, or the slice",
    ))
}

fn slot(record: &mut dyn Record, field: usize) -> Option<&mut dyn Slot> {
    record.field_at_mut(field).and_then(|field| field.slot())
}

/// Adds a path to a tree of relations.
fn grow<'p>(
    branches: &mut Vec<Branch<'p>>,
    model: &'static ModelSchema,
    prefetch: &'p Prefetch,
) -> Result<()> {
    let fields = prefetch.path.fields(model)?;
    let mut level = branches;
    let mut reached = model;
    for (index, field) in fields.iter().enumerate() {
        let place = if let Some(place) = level.iter().position(|branch| branch.field == field.index)
        {
            place
        } else {
            level.push(Branch {
                field: field.index,
                query: None,
                branches: Vec::new(),
                targets: &[],
            });
            level.len() - 1
        };
        let branch = &mut level[place];
        if index + 1 == fields.len() && prefetch.query.is_some() {
            branch.query = prefetch.query.as_ref();
        }
        if index + 1 == fields.len() && !prefetch.targets.is_empty() {
            branch.targets = &prefetch.targets;
        }
        if let Some(relation) = &field.relation {
            reached = relation.target();
        }
        level = &mut branch.branches;
    }
    prefetch.then.iter().try_for_each(|then| grow(level, reached, then))
}
