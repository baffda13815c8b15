//! Rows that are deleted, with what goes with them.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::Model;
use carafe_model::query::{Node, Select, Step};

use super::collect::{Collected, has_key};
use super::run::Ready;
use super::update::update;
use super::whole::Together;
use crate::executor::Executor;
use crate::query::{QuerySet, is_empty, line};
use crate::sql::{Fragment, Param, Shape};
use crate::statement::Access;

/// How many rows were deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    by_table: BTreeMap<String, u64>,
}

impl Deleted {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.by_table.values().sum()
    }

    /// Those of each table.
    pub fn by_table(&self) -> impl Iterator<Item = (&str, u64)> {
        self.by_table.iter().map(|(table, rows)| (&**table, *rows))
    }

    /// Those of one table.
    pub fn of(&self, table: &str) -> u64 {
        self.by_table.get(table).copied().unwrap_or(0)
    }

    fn add(&mut self, table: &str, rows: u64) {
        if rows > 0 {
            *self.by_table.entry(table.to_owned()).or_default() += rows;
        }
    }
}

impl<M: Model, R> QuerySet<M, R> {
    /// Deletes all rows of the query, and what goes with them by `on_delete`; tells how many rows of
    /// which table.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let deleted = Post::all().filter(Post::VIEWS.eq(0)).delete(db).await?;
    /// println!("{} posts are gone", deleted.of("post"));
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn delete<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<Deleted>> + Send + use<'e, M, R> {
        let asked = self.check().and_then(|()| whole(&self.select));
        asked_to_delete(asked, executor, Location::caller())
    }
}

/// A query of which all rows are meant.
fn whole(select: &Select) -> Result<Select> {
    if select.is_sliced() || !select.combined.is_empty() {
        let sliced = Error::internal("Cannot use 'limit' or 'offset' with delete().");
        return Err(sliced.hint("filter by the keys of the rows instead"));
    }
    Ok(select.clone())
}

async fn asked_to_delete(
    asked: Result<Select>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Deleted> {
    let select = asked.map_err(|error| error.at(line(caller)))?;
    delete(select, executor, caller).await
}

/// Deletes the rows of a query.
pub(super) async fn delete(
    select: Select,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Deleted> {
    let mut deleted = Deleted::default();
    if is_empty(&select) {
        return Ok(deleted);
    }
    let model = select.model;
    let alone = executor.models().referring(model.table).is_empty()
        && !model.stored().any(|field| field.relation.is_some_and(|relation| relation.parent));
    if alone {
        // Nothing goes with them: one statement does it.
        let rows = rows(&select, executor)?.execute(executor, caller).await?;
        deleted.add(model.table, rows);
        return Ok(deleted);
    }
    let together = Together::begin(executor).await?;
    let collected = Collected::of(&select, together.executor(), caller).await?;
    for (model, field, value, keys) in &collected.set {
        for keys in keys.chunks(1000) {
            let mut select = Select::new(model);
            select.steps.push(Step::Filter(has_key(model, keys)));
            let set = vec![(field.index, Node::Value(value.clone()))];
            if let Some(ready) = update(&select, set, together.executor())? {
                ready.execute(together.executor(), caller).await?;
            }
        }
    }
    for (table, columns, keys) in &collected.fast {
        for keys in keys.chunks(1000) {
            let ready = joins(table, columns, keys, together.executor())?;
            deleted.add(table, ready.execute(together.executor(), caller).await?);
        }
    }
    for (model, keys) in collected.rows.iter().rev() {
        for keys in keys.chunks(1000) {
            let mut select = Select::new(model);
            select.steps.push(Step::Filter(has_key(model, keys)));
            let ready = rows(&select, together.executor())?;
            deleted.add(model.table, ready.execute(together.executor(), caller).await?);
        }
    }
    together.done().await?;
    Ok(deleted)
}

/// The statement that deletes the rows of a query and nothing else.
fn rows(select: &Select, executor: &dyn Executor) -> Result<Ready> {
    let mut shape = Shape::default();
    shape.byte(b'D');
    shape.select(select);
    Ready::of(executor, shape, Access::Write, |compiler| compiler.delete(select))
}

/// The statement that deletes rows of a table that is no model's, by columns that refer to others.
pub(super) fn joins(
    table: &str,
    columns: &[String],
    keys: &[Vec<carafe_model::Value>],
    executor: &dyn Executor,
) -> Result<Ready> {
    let mut shape = Shape::default();
    shape.byte(b'J');
    shape.text(table);
    for column in columns {
        shape.text(column);
    }
    shape.number(keys.len());
    let ids: Vec<Vec<_>> =
        keys.iter().map(|key| key.iter().map(|value| shape.own(value.clone())).collect()).collect();
    Ready::of(executor, shape, Access::Write, |compiler| {
        let quoted = compiler.dialect.quote(table);
        let mut sql = Fragment::new(format!("DELETE FROM {quoted} WHERE "));
        sql.append(compiler.columns_of(&quoted, columns));
        let keys = ids.iter().map(|key| {
            let parts = key.iter().map(|id| Fragment::param(Param::Given(*id)));
            let parts = Fragment::joined(parts, ", ");
            if key.len() > 1 { parts.wrapped("(", ")") } else { parts }
        });
        sql.append(Fragment::joined(keys, ", ").wrapped(" IN (", ")"));
        Ok(sql)
    })
}
