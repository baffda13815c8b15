//! One row that is inserted or updated, and who is told of it.

use std::panic::Location;

use carafe_core::{Error, Kind, Result};
use carafe_model::model::AnyField;
use carafe_model::query::{Node, Select, Step};
use carafe_model::schema::{FieldSchema, Moment};
use carafe_model::{Record, Value};

use super::insert::{Conflict, insert};
use super::moment::stamp;
use super::run::Ready;
use super::update::update;
use super::whole::Together;
use crate::executor::Executor;
use crate::query::line;
use crate::sql::Shape;
use crate::statement::Access;

/// How a row is written.
pub(super) enum Save<'s> {
    /// It is inserted.
    Create,
    /// It is updated where there is one of its key, if it has one; else inserted.
    Upsert { is_row: Node, has_key: bool },
    /// It is updated, and has to be there.
    Existing { is_row: Node, fields: Which<'s> },
}

/// Which fields of a row are updated.
pub(super) enum Which<'s> {
    /// All.
    All,
    /// These.
    These(Vec<&'static FieldSchema>),
    /// Those that differ from an earlier copy.
    Changed(&'s dyn Record),
}

impl Save<'_> {
    /// Writes a row, and tells who is to be told.
    pub(super) async fn run(
        &self,
        record: &mut dyn Record,
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<()> {
        let model = record.model();
        let Some(told) = executor.events().of_model(model).filter(|told| told.saves()) else {
            return self.write(record, executor, caller).await.map(drop);
        };
        let names = self.names(record);
        if names.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        let mut together = Together::begin(executor).await?;
        together.whole();
        let tx = together.executor();
        let done = async {
            told.before_save(record, names.as_deref(), tx).await?;
            let created = self.write(record, tx, caller).await?;
            told.after_save(record, created, names.as_deref(), tx).await
        };
        let done = done.await;
        together.ended(done).await
    }

    /// Writes a row; tells whether it was inserted.
    async fn write(
        &self,
        record: &mut dyn Record,
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<bool> {
        match self {
            Self::Create => {
                insert(&mut [record], &Conflict::Refuse, executor, caller).await?;
                Ok(true)
            }
            Self::Upsert { is_row, has_key } => {
                if *has_key {
                    stamp(record, false)?;
                    let fields = writable(record);
                    if update_fields(record, is_row, &fields, executor, caller).await? > 0 {
                        return Ok(false);
                    }
                }
                insert(&mut [record], &Conflict::Refuse, executor, caller).await?;
                Ok(true)
            }
            Self::Existing { is_row, fields } => {
                let fields = match fields {
                    Which::All => writable(record),
                    Which::These(fields) => fields.iter().map(|field| field.index).collect(),
                    Which::Changed(since) => changed_or_stamped(record, *since),
                };
                if fields.is_empty() && self.is_of_changes() {
                    return Ok(false);
                }
                stamp(record, false)?;
                if update_fields(record, is_row, &fields, executor, caller).await? > 0 {
                    return Ok(false);
                }
                let name = record.model().name;
                let sentence =
                    format!("Forced update did not affect any rows: there is no such {name}.");
                Err(Error::new(Kind::NotFound, sentence).at(line(caller)))
            }
        }
    }

    /// Whether only changes are written, so that nothing is asked where there are none.
    fn is_of_changes(&self) -> bool {
        matches!(self, Self::Existing { fields: Which::Changed(_), .. })
    }

    /// The names of the fields, where only some are saved.
    fn names(&self, record: &dyn Record) -> Option<Vec<&'static str>> {
        let Self::Existing { fields, .. } = self else { return None };
        match fields {
            Which::All => None,
            Which::These(fields) => Some(fields.iter().map(|field| field.name).collect()),
            Which::Changed(since) => {
                let changed = changed(record, *since);
                let fields = record.model().stored();
                let fields = fields.filter(|field| changed.contains(&field.index));
                Some(fields.map(|field| field.name).collect())
            }
        }
    }
}

/// The fields of a row that an update may set: not those that its query left out.
fn writable(record: &dyn Record) -> Vec<u16> {
    let is_missing =
        |field: &FieldSchema| record.field_at(field.index.into()).is_none_or(AnyField::is_missing);
    let fields = record
        .model()
        .stored()
        .filter(|field| !field.primary_key && field.generated.is_none() && !is_missing(field));
    fields.map(|field| field.index).collect()
}

/// The fields whose values differ, and with them those that saving puts the time into.
fn changed_or_stamped(one: &dyn Record, other: &dyn Record) -> Vec<u16> {
    let mut fields = changed(one, other);
    if !fields.is_empty() {
        let moments = one.model().stored().filter(|field| field.moment == Moment::Saved);
        for field in moments {
            if !fields.contains(&field.index) {
                fields.push(field.index);
            }
        }
    }
    fields
}

/// The fields whose values differ.
fn changed(one: &dyn Record, other: &dyn Record) -> Vec<u16> {
    let values = |record: &dyn Record, field: u16| {
        let mut values = Vec::new();
        if let Some(any) = record.field_at(field.into()) {
            any.write(&mut values);
        }
        values
    };
    let mut fields = writable(one);
    fields.retain(|field| values(one, *field) != values(other, *field));
    fields
}

/// Updates fields of a row to what its record holds; tells whether there was one.
async fn update_fields(
    record: &dyn Record,
    is_row: &Node,
    fields: &[u16],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    let mut select = Select::new(record.model());
    select.steps.push(Step::Filter(is_row.clone()));
    if fields.is_empty() {
        // A row of nothing but its key is there or not.
        let mut shape = Shape::default();
        shape.byte(1);
        shape.select(&select);
        let count = Ready::of(executor, shape, Access::Read, |compiler| compiler.count(&select))?;
        let there = count.number(executor, caller).await?;
        return Ok(u64::from(there.is_some_and(|rows| rows > 0)));
    }
    let set = fields.iter().map(|field| (*field, value_of(record, *field))).collect();
    match update(&select, set, executor)? {
        Some(ready) => ready.execute(executor, caller).await,
        None => Ok(0),
    }
}

/// What a record holds in a field.
pub(super) fn value_of(record: &dyn Record, field: u16) -> Node {
    let mut values = Vec::with_capacity(1);
    if let Some(any) = record.field_at(field.into()) {
        any.write(&mut values);
    }
    match values.pop() {
        Some(only) if values.is_empty() => Node::Value(only),
        Some(last) => {
            values.push(last);
            Node::Tuple(values.into_iter().map(Node::Value).collect())
        }
        None => Node::Value(Value::Null),
    }
}
