//! Rows of relations, loaded for many rows at once (Django's `prefetch_related`).
//!
//! One query a relation and level: the rows that all parents lead to are asked for by their keys,
//! get their own relations first, and are then put where they belong.

mod children;
mod keys;

pub(crate) use children::key_kinds;
pub(crate) use keys::{KeyBytes, key_bytes};

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Record;
use carafe_model::query::{Path, Select};
use carafe_model::schema::ModelSchema;

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
}

/// A relation of one model, and what is loaded behind it.
struct Branch<'p> {
    field: u16,
    query: Option<&'p Select>,
    branches: Vec<Branch<'p>>,
}

/// Loads relations for rows of one model.
pub(crate) async fn load(
    records: Vec<&mut dyn Record>,
    prefetch: &[Arc<Prefetch>],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let Some(model) = records.first().map(|record| record.model()) else { return Ok(()) };
    let mut branches = Vec::new();
    for one in prefetch {
        grow(&mut branches, model, one)?;
    }
    load_branches(records, &branches, executor, caller).await
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
            level.push(Branch { field: field.index, query: None, branches: Vec::new() });
            level.len() - 1
        };
        let branch = &mut level[place];
        if index + 1 == fields.len() && prefetch.query.is_some() {
            branch.query = prefetch.query.as_ref();
        }
        if let Some(relation) = &field.relation {
            reached = (relation.target)();
        }
        level = &mut branch.branches;
    }
    prefetch.then.iter().try_for_each(|then| grow(level, reached, then))
}

/// Loads a tree of relations for rows of one model.
fn load_branches<'f>(
    mut records: Vec<&'f mut dyn Record>,
    branches: &'f [Branch<'_>],
    executor: &'f dyn Executor,
    caller: &'static Location<'static>,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'f>> {
    Box::pin(async move {
        for branch in branches {
            let Some(asked) = children::ask(&records, branch.field, branch.query)? else {
                continue;
            };
            let mut children = children::fetch(asked, executor, caller).await?;
            if !branch.branches.is_empty() {
                let rows = children.iter_mut().map(|child| &mut *child.row as &mut dyn Record);
                load_branches(rows.collect(), &branch.branches, executor, caller).await?;
            }
            children::give(&mut records, branch.field, children)?;
        }
        Ok(())
    })
}
