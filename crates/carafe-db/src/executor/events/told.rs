//! Who is told, and how they are called.

use std::any::Any;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::{Cursor, Model, Record};

use super::relation::ChangeData;
use super::row::{Deletion, Saved, Saving};
use crate::executor::Executor;
use crate::held;
use crate::statement::BoxFuture;

type Done<'h> = BoxFuture<'h, Result<()>>;
type BeforeSave = Arc<dyn for<'h> Fn(&'h mut dyn Record, Saving<'h>) -> Done<'h> + Send + Sync>;
type AfterSave = Arc<dyn for<'h> Fn(&'h dyn Record, Saved<'h>) -> Done<'h> + Send + Sync>;
type OnDelete = Arc<dyn for<'h> Fn(&'h dyn Record, Deletion<'h>) -> Done<'h> + Send + Sync>;
type OnChange = Arc<dyn for<'h> Fn(ChangeData<'h>) -> Done<'h> + Send + Sync>;

/// Who is told of the rows of a model.
#[derive(Clone)]
pub(crate) struct OfModel {
    /// Reads a row of it.
    pub(crate) read: fn(&mut Cursor<'_>) -> carafe_model::Result<Box<dyn Record>>,
    pub(super) before_save: Vec<BeforeSave>,
    pub(super) after_save: Vec<AfterSave>,
    pub(super) before_delete: Vec<OnDelete>,
    pub(super) after_delete: Vec<OnDelete>,
}

/// Who is told of a relation.
#[derive(Clone, Default)]
pub(crate) struct OfRelation {
    pub(super) before: Vec<OnChange>,
    pub(super) after: Vec<OnChange>,
}

impl OfModel {
    pub(super) fn new<M: Model>() -> Self {
        Self {
            read: |cursor| Ok(Box::new(M::read(cursor)?)),
            before_save: Vec::new(),
            after_save: Vec::new(),
            before_delete: Vec::new(),
            after_delete: Vec::new(),
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.before_save.extend(others.before_save);
        self.after_save.extend(others.after_save);
        self.before_delete.extend(others.before_delete);
        self.after_delete.extend(others.after_delete);
    }

    /// Whether anybody is told of a save.
    pub(crate) fn saves(&self) -> bool {
        !(self.before_save.is_empty() && self.after_save.is_empty())
    }

    /// Whether anybody is told of a delete.
    pub(crate) fn deletes(&self) -> bool {
        !(self.before_delete.is_empty() && self.after_delete.is_empty())
    }

    pub(crate) async fn before_save(
        &self,
        row: &mut dyn Record,
        fields: Option<&[&'static str]>,
        tx: &dyn Executor,
    ) -> Result<()> {
        for handler in &self.before_save {
            held::hold(tx.database(), handler(row, Saving { tx, fields })).await?;
        }
        Ok(())
    }

    pub(crate) async fn after_save(
        &self,
        row: &dyn Record,
        created: bool,
        fields: Option<&[&'static str]>,
        tx: &dyn Executor,
    ) -> Result<()> {
        for handler in &self.after_save {
            held::hold(tx.database(), handler(row, Saved { tx, fields, created })).await?;
        }
        Ok(())
    }

    pub(crate) async fn before_delete(
        &self,
        row: &dyn Record,
        cascaded: bool,
        tx: &dyn Executor,
    ) -> Result<()> {
        for handler in &self.before_delete {
            held::hold(tx.database(), handler(row, Deletion { tx, cascaded })).await?;
        }
        Ok(())
    }

    pub(crate) async fn after_delete(
        &self,
        row: &dyn Record,
        cascaded: bool,
        tx: &dyn Executor,
    ) -> Result<()> {
        for handler in &self.after_delete {
            held::hold(tx.database(), handler(row, Deletion { tx, cascaded })).await?;
        }
        Ok(())
    }
}

impl OfRelation {
    pub(super) fn extend(&mut self, others: Self) {
        self.before.extend(others.before);
        self.after.extend(others.after);
    }

    pub(crate) async fn before(&self, change: ChangeData<'_>) -> Result<()> {
        for handler in &self.before {
            held::hold(change.tx.database(), handler(change)).await?;
        }
        Ok(())
    }

    pub(crate) async fn after(&self, change: ChangeData<'_>) -> Result<()> {
        for handler in &self.after {
            held::hold(change.tx.database(), handler(change)).await?;
        }
        Ok(())
    }
}

/// Calls a function with a row in its type.
pub(super) fn mutably<'h, M: Model>(
    row: &'h mut dyn Record,
    call: impl FnOnce(&'h mut M) -> Done<'h>,
) -> Done<'h> {
    let row: &mut dyn Any = row;
    match row.downcast_mut() {
        Some(row) => call(row),
        None => Box::pin(std::future::ready(Err(other_model::<M>()))),
    }
}

/// Calls a function with a row in its type.
pub(super) fn shared<'h, M: Model>(
    row: &'h dyn Record,
    call: impl FnOnce(&'h M) -> Done<'h>,
) -> Done<'h> {
    let row: &dyn Any = row;
    match row.downcast_ref() {
        Some(row) => call(row),
        None => Box::pin(std::future::ready(Err(other_model::<M>()))),
    }
}

fn other_model<M: Model>() -> Error {
    Error::internal(format!("an event of {} was told of another model's row", M::schema().name))
}
