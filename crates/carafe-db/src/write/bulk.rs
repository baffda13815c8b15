//! Many rows at once.

use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::query::{Node, Operator, Select, Step};
use carafe_model::schema::{FieldSchema, ModelSchema};
use carafe_model::{Model, Record};

use super::insert::{Conflict, insert, most_rows};
use super::moment::stamp;
use super::save::value_of;
use super::update::update;
use super::whole::Together;
use crate::executor::Executor;
use crate::query::{is_row, key_columns_of, line};

/// Many rows to insert: made by [`Writes::bulk_create`](crate::Writes::bulk_create).
#[must_use = "nothing is inserted before `.run(&db)` is awaited"]
pub struct BulkCreate<M> {
    rows: Vec<M>,
    conflict: Conflict,
    batch: usize,
    problem: Result<()>,
}

impl<M: Model> BulkCreate<M> {
    pub(super) fn new(rows: Vec<M>) -> Self {
        Self { rows, conflict: Conflict::Refuse, batch: usize::MAX, problem: Ok(()) }
    }

    /// Rows that are there already are left out; no row gets its key then.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, #[model(unique)] name: String }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let tags = ["rust", "sql"].map(|name| Tag { name: name.into(), ..Tag::blank() });
    /// Tag::bulk_create(tags).ignore_conflicts().run(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn ignore_conflicts(mut self) -> Self {
        self.conflict = Conflict::Ignore;
        self
    }

    /// Where a row is there that has the same in the fields `unique`, these fields of it are changed.
    /// MariaDB and MySQL look at all unique fields, whichever are named.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, #[model(unique)] name: String, posts: i32 }
    /// # async fn doc(db: &Db, counted: Vec<Tag>) -> Result<()> {
    /// Tag::bulk_create(counted).update_conflicts(&["posts"], &["name"]).run(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn update_conflicts(mut self, fields: &[&str], unique: &[&str]) -> Self {
        let named = |names: &[&str]| -> Result<Vec<u16>> {
            let fields = names.iter().map(|name| Ok(M::schema().field(name)?.index));
            fields.collect()
        };
        match named(fields).and_then(|fields| Ok((fields, named(unique)?))) {
            Ok((fields, unique)) => self.conflict = Conflict::Update { fields, unique },
            Err(error) => self.problem = Err(error),
        }
        self
    }

    /// At most so many rows a statement; as many as the database takes if nothing is said.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch = rows.max(1);
        self
    }

    /// Inserts them, all or none; gives them back with their keys.
    #[track_caller]
    pub fn run(
        self,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<Vec<M>>> + Send + use<'_, M> {
        let caller = Location::caller();
        async move {
            self.problem.map_err(|error| error.at(line(caller)))?;
            let mut rows = self.rows;
            let mut records: Vec<&mut dyn Record> =
                rows.iter_mut().map(|row| row as &mut dyn Record).collect();
            insert_all(&mut records, &self.conflict, self.batch, executor, caller).await?;
            drop(records);
            Ok(rows)
        }
    }
}

pub(super) async fn insert_all(
    records: &mut [&mut dyn Record],
    conflict: &Conflict,
    batch: usize,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let Some(model) = records.first().map(|record| record.model()) else { return Ok(()) };
    let batch = batch.min(most_rows(model, executor));
    if records.len() <= batch {
        return insert(records, conflict, executor, caller).await.map(drop);
    }
    let together = Together::begin(executor).await?;
    for records in records.chunks_mut(batch) {
        insert(records, conflict, together.executor(), caller).await?;
    }
    together.done().await
}

/// Fields of many rows to update: made by [`Writes::bulk_update`](crate::Writes::bulk_update).
#[must_use = "nothing is updated before `.run(&db)` is awaited"]
pub struct BulkUpdate<'r, M> {
    rows: Vec<&'r mut M>,
    fields: Result<Vec<&'static FieldSchema>>,
    batch: usize,
}

impl<'r, M: Model> BulkUpdate<'r, M> {
    pub(super) fn new(rows: Vec<&'r mut M>, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|name| settable(M::schema(), M::schema().field(name)?));
        Self { rows, fields: fields.collect(), batch: 500 }
    }

    /// At most so many rows a statement.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch = rows.max(1);
        self
    }

    /// Updates them, all or none; tells how many there were.
    #[track_caller]
    pub fn run<'e>(
        self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<u64>> + Send + use<'r, 'e, M>
    where
        'r: 'e,
    {
        let caller = Location::caller();
        async move {
            let fields = self.fields.map_err(|error| error.at(line(caller)))?;
            if fields.is_empty() || self.rows.is_empty() {
                return Ok(0);
            }
            let mut known = Vec::with_capacity(self.rows.len());
            for row in self.rows {
                stamp(row, false)?;
                let Some(key) = carafe_model::model::parts_of(row) else {
                    return Err(Error::internal(
                        "All bulk_update() objects must have a primary key set.",
                    )
                    .at(line(caller)));
                };
                let is_row = is_row(row);
                let values: Vec<Node> =
                    fields.iter().map(|field| value_of(row, field.index)).collect();
                known.push((Node::key(key), is_row, values));
            }
            update_all(M::schema(), &fields, known, self.batch, executor, caller).await
        }
    }
}

/// A field that can be updated in bulk; else an error.
pub(super) fn settable(
    model: &ModelSchema,
    field: &'static FieldSchema,
) -> Result<&'static FieldSchema> {
    if field.primary_key || field.width != 1 {
        let sentence = format!("`{}.{}` cannot be updated in bulk", model.name, field.name);
        return Err(
            Error::internal(sentence).hint("keys, and fields of none or several columns, cannot")
        );
    }
    Ok(field)
}

/// Updates fields of many rows, all or none; tells how many there were.
pub(super) async fn update_all(
    model: &'static ModelSchema,
    fields: &[&'static FieldSchema],
    known: Vec<Changed>,
    batch: usize,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    // One statement is all or none by itself.
    if known.len() <= batch {
        return update_batch(model, fields, known, executor, caller).await;
    }
    let together = Together::begin(executor).await?;
    let mut changed = 0;
    let mut rows = known.into_iter().peekable();
    while rows.peek().is_some() {
        let batch = rows.by_ref().take(batch).collect();
        changed += update_batch(model, fields, batch, together.executor(), caller).await?;
    }
    together.done().await?;
    Ok(changed)
}

/// A row to update: its key, the condition that a row is this one, and the values of the fields.
pub(super) type Changed = (Node, Node, Vec<Node>);

async fn update_batch(
    model: &'static ModelSchema,
    fields: &[&'static FieldSchema],
    batch: Vec<Changed>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    let select = keyed(model, batch.iter().map(|(key, ..)| key.clone()).collect());
    match update(&select, cases(fields, batch), executor)? {
        Some(ready) => ready.execute(executor, caller).await,
        None => Ok(0),
    }
}

/// For each field: the value that belongs to the row.
fn cases(fields: &[&'static FieldSchema], batch: Vec<Changed>) -> Vec<(u16, Node)> {
    let mut cases: Vec<Vec<(Node, Node)>> = fields.iter().map(|_| Vec::new()).collect();
    for (_, is_row, values) in batch {
        for ((cases, value), field) in cases.iter_mut().zip(values).zip(fields) {
            let value = match value {
                Node::Value(value) => Node::Typed(value, field.kind),
                other => other,
            };
            cases.push((is_row.clone(), value));
        }
    }
    let fields = fields.iter().zip(cases);
    fields.map(|(field, cases)| (field.index, Node::Case(cases, None))).collect()
}

/// The rows of these keys.
fn keyed(model: &'static ModelSchema, keys: Vec<Node>) -> Select {
    let mut select = Select::new(model);
    let filter = match keys.len() {
        0 => Node::never(),
        1 => {
            let only = keys.into_iter().next().unwrap_or_else(Node::never);
            Node::binary(key_columns_of(model), Operator::Eq, only)
        }
        _ => Node::In(Box::new(key_columns_of(model)), keys),
    };
    select.steps.push(Step::Filter(filter));
    select
}
