//! Rows that are written without their type.

use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::query::{Node, Operator, Select, Step};
use carafe_model::schema::{Auto, FieldSchema, ModelSchema};
use carafe_model::{Record, Value};

use super::bulk::{insert_all, settable, update_all};
use super::delete::delete;
use super::insert::Conflict;
use super::moment::stamp;
use super::save::{Save, value_of};
use super::update::update;
use crate::executor::Executor;
use crate::query::key_columns_of;

/// How many rows one statement updates.
const BATCH: usize = 500;

/// Inserts rows of one model, all or none; they get their keys.
pub(crate) async fn create_records(
    records: &mut [&mut dyn Record],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    insert_all(records, &Conflict::Refuse, usize::MAX, executor, caller).await
}

/// Saves a row: it is updated where there is one of its key, else inserted.
pub(crate) async fn save_record(
    record: &mut dyn Record,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let key = key_of(record);
    let has_key = key.is_some();
    let is_row = key.map_or_else(Node::never, |key| is_row(record.model(), key));
    Save::Upsert { is_row, has_key }.run(record, executor, caller).await
}

/// Updates fields of rows of one model, each to what it holds, all or none; tells how many there were.
pub(crate) async fn update_records(
    records: &mut [&mut dyn Record],
    fields: &[&'static FieldSchema],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    let Some(model) = records.first().map(|record| record.model()) else { return Ok(0) };
    let fields: Result<Vec<_>> = fields.iter().map(|field| settable(model, field)).collect();
    let fields = fields?;
    if fields.is_empty() {
        return Ok(0);
    }
    let mut known = Vec::with_capacity(records.len());
    for record in records {
        stamp(&mut **record, false)?;
        let Some(key) = key_of(&**record) else {
            return Err(Error::internal(format!("a row of {} has no key yet", model.name))
                .hint("create it, rather than to update it"));
        };
        let values = fields.iter().map(|field| value_of(&**record, field.index)).collect();
        known.push((Node::key(key.clone()), is_row(model, key), values));
    }
    update_all(model, &fields, known, BATCH, executor, caller).await
}

/// Sets fields of all rows of a query; tells how many there were.
pub(crate) async fn update_rows(
    select: &Select,
    set: Vec<(u16, Node)>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    match update(select, set, executor)? {
        Some(ready) => ready.execute(executor, caller).await,
        None => Ok(0),
    }
}

/// Deletes all rows of a query; tells how many there were.
pub(crate) async fn delete_rows(
    select: Select,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    Ok(delete(select, executor, caller).await?.total())
}

/// The query of a row alone; none that has rows where it has no key yet.
pub(crate) fn only_record(record: &dyn Record) -> Select {
    let mut select = Select::new(record.model());
    let is_it = key_of(record).map_or_else(Node::never, |key| is_row(record.model(), key));
    select.steps.push(Step::Filter(is_it));
    select
}

/// The values of a row's key, one a column; none where it has none yet.
pub(crate) fn key_of(record: &dyn Record) -> Option<Vec<Value>> {
    let mut values = Vec::with_capacity(1);
    for field in record.model().primary_key() {
        let before = values.len();
        record.field_at(field.index.into())?.write(&mut values);
        let counted = matches!(field.auto, Auto::Database);
        let is_unset = |value: &Value| match value {
            Value::Null => true,
            Value::I64(0) => counted,
            _ => false,
        };
        if values[before..].iter().any(is_unset) {
            return None;
        }
    }
    Some(values).filter(|values| !values.is_empty())
}

/// The condition that a row is the one of that key.
fn is_row(model: &ModelSchema, key: Vec<Value>) -> Node {
    Node::binary(key_columns_of(model), Operator::Eq, Node::key(key))
}
