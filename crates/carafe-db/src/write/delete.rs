//! Rows that are deleted, with what goes with them.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::query::{Node, Select, Step};
use carafe_model::schema::ModelSchema;
use carafe_model::{Model, Value};

use super::collect::{Collected, generic, has_key};
use super::records::rows_of;
use super::run::Ready;
use super::update::update;
use super::whole::Together;
use crate::executor::Executor;
use crate::executor::events::OfModel;
use crate::query::{QuerySet, is_empty, line};
use crate::sql::{Fragment, Param, Shape};
use crate::statement::Access;

/// How many keys one statement names.
const MOST: usize = 1000;

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
        && generic(model).is_empty()
        && !model.stored().any(|field| field.relation.is_some_and(|relation| relation.parent))
        && who_is_told(model, executor).is_none();
    if alone {
        // Nothing goes with them: one statement does it.
        let rows = rows(&select, executor)?.execute(executor, caller).await?;
        deleted.add(model.table, rows);
        return Ok(deleted);
    }
    let mut together = Together::begin(executor).await?;
    // What is refused here leaves all as it was.
    let collected = Collected::of(&select, together.executor(), caller).await?;
    if collected.rows.iter().any(|(model, _)| who_is_told(model, executor).is_some()) {
        together.whole();
    }
    let done = delete_all(&collected, together.executor(), caller).await;
    together.ended(done).await
}

/// Deletes rows and what goes with them, and tells who is to be told.
async fn delete_all(
    collected: &Collected,
    tx: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Deleted> {
    let mut deleted = Deleted::default();
    let mut known = Vec::new();
    for (at, (model, keys)) in collected.rows.iter().enumerate() {
        if let Some(told) = who_is_told(model, tx) {
            let rows = rows_of(model, keys, told, tx, caller).await?;
            for row in &rows {
                told.before_delete(&**row, at > 0, tx).await?;
            }
            known.push((at, told, rows));
        }
    }
    for (model, field, value, keys) in &collected.set {
        for keys in keys.chunks(MOST) {
            let set = vec![(field.index, Node::Value(value.clone()))];
            if let Some(ready) = update(&with_keys(model, keys), set, tx)? {
                ready.execute(tx, caller).await?;
            }
        }
    }
    for (table, columns, keys) in &collected.fast {
        for keys in keys.chunks(MOST) {
            let ready = joins(table, columns, keys, tx)?;
            deleted.add(table, ready.execute(tx, caller).await?);
        }
    }
    for (at, (model, keys)) in collected.rows.iter().enumerate().rev() {
        for keys in keys.chunks(MOST) {
            let ready = rows(&with_keys(model, keys), tx)?;
            deleted.add(model.table, ready.execute(tx, caller).await?);
        }
        if let Some((_, told, rows)) = known.pop_if(|(known, ..)| *known == at) {
            for row in &rows {
                told.after_delete(&**row, at > 0, tx).await?;
            }
        }
    }
    Ok(deleted)
}

/// Who is told of rows of a model that are deleted.
fn who_is_told<'e>(model: &'static ModelSchema, executor: &'e dyn Executor) -> Option<&'e OfModel> {
    executor.events().of_model(model).filter(|told| told.deletes())
}

/// The query of the rows of these keys.
fn with_keys(model: &'static ModelSchema, keys: &[Vec<Value>]) -> Select {
    let mut select = Select::new(model);
    select.steps.push(Step::Filter(has_key(model, keys)));
    select
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
    keys: &[Vec<Value>],
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
