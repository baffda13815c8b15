//! Rows that are added to, or taken from, a relation, and who is told of it.

use std::collections::HashSet;
use std::panic::Location;

use carafe_core::Result;
use carafe_model::query::{Select, Step};
use carafe_model::{Model, Value};

use super::collect::{has_key, keys_of};
use super::related::Way;
use super::whole::Together;
use crate::executor::Executor;
use crate::executor::events::{Change, ChangeData, OfRelation};
use crate::load::key_bytes;

/// How many keys one statement names.
const MOST: usize = 1000;

/// Adds rows of these keys.
pub(super) async fn add<R: Model>(
    way: &Way,
    keys: &[Vec<Value>],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let Some(told) = who_is_told(way, executor) else {
        return way.add::<R>(keys, executor, caller).await;
    };
    let mut together = Together::begin(executor).await?;
    together.whole();
    let tx = together.executor();
    let done = async {
        let new = not_yet::<R>(way, keys, tx, caller).await?;
        let Some(change) = way.change(Change::Add, Some(&new), tx).filter(|_| !new.is_empty())
        else {
            return Ok(());
        };
        told.before(change).await?;
        way.add::<R>(&new, tx, caller).await?;
        told.after(change).await
    };
    let done = done.await;
    together.ended(done).await
}

/// Takes away rows of these keys, or all.
pub(super) async fn remove<R: Model>(
    way: &Way,
    keys: Option<&[Vec<Value>]>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let told = who_is_told(way, executor).filter(|_| !keys.is_some_and(<[_]>::is_empty));
    let Some(told) = told else { return way.remove::<R>(keys, executor, caller).await };
    let what = if keys.is_some() { Change::Remove } else { Change::Clear };
    let mut together = Together::begin(executor).await?;
    together.whole();
    let tx = together.executor();
    let done = async {
        let Some(change) = way.change(what, keys, tx) else { return Ok(()) };
        told.before(change).await?;
        way.remove::<R>(keys, tx, caller).await?;
        told.after(change).await
    };
    let done = done.await;
    together.ended(done).await
}

fn who_is_told<'e>(way: &Way, executor: &'e dyn Executor) -> Option<&'e OfRelation> {
    let Way::Between { relation: (model, field), .. } = way else { return None };
    executor.events().of_field(model, field)
}

/// The keys of the rows that are not related yet.
async fn not_yet<R: Model>(
    way: &Way,
    keys: &[Vec<Value>],
    tx: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Vec<Vec<Value>>> {
    let mut there = HashSet::new();
    for keys in keys.chunks(MOST) {
        let mut select = way.narrow(Select::new(R::schema()));
        select.steps.push(Step::Filter(has_key(R::schema(), keys)));
        let found = keys_of(select, tx, caller).await?;
        there.extend(found.iter().filter_map(|key| key_bytes(key)));
    }
    let is_new = |key: &&Vec<Value>| key_bytes(key).is_none_or(|bytes| !there.contains(&bytes));
    Ok(keys.iter().filter(is_new).cloned().collect())
}

impl Way {
    /// What is told of a change.
    fn change<'h>(
        &'h self,
        change: Change,
        keys: Option<&'h [Vec<Value>]>,
        tx: &'h dyn Executor,
    ) -> Option<ChangeData<'h>> {
        let Self::Between { key, reverse, .. } = self else { return None };
        Some(ChangeData { tx, change, reverse: *reverse, key, keys })
    }
}
