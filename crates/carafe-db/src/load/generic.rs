//! Rows that references to rows of any model lead to (Django's `GenericPrefetch`).

use std::sync::Arc;

use carafe_core::Result;
use carafe_model::query::Select;
use carafe_model::schema::{ModelSchema, RelationKind};
use carafe_model::{Model, Record};

use super::children::{self, Asked, Given, Keys};
use super::{Loading, Prefetch, grow};

/// One of the models that such references may lead to, and which of its rows are wanted.
#[derive(Debug)]
pub(crate) struct Target {
    model: &'static ModelSchema,
    query: Select,
    then: Vec<Arc<Prefetch>>,
}

impl Target {
    /// The rows of a model that a query gives.
    pub(crate) fn of<T: Model>(query: Select, then: Vec<Arc<Prefetch>>) -> Self {
        Self { model: T::schema(), query, then }
    }
}

impl Loading<'_> {
    /// Loads what references to rows of any model lead to: one query a model.
    pub(super) async fn generic(
        self,
        records: &mut [&mut dyn Record],
        field: u16,
        targets: &[Arc<Target>],
    ) -> Result<()> {
        let field = usize::from(field);
        for target in targets {
            let mut keys = Keys::default();
            for record in records.iter_mut() {
                let slot = record.generic_at_mut(field);
                let slot = slot.filter(|slot| slot.content_type() == target.model.table);
                if let Some(slot) = slot {
                    keys.add(&mut vec![slot.object_id()]);
                }
            }
            if keys.is_empty() {
                continue;
            }
            let asked = Asked::by_key(target.model, &keys, &target.query)?;
            let mut children = children::fetch(asked, self.executor, self.caller).await?;
            let mut branches = Vec::new();
            for then in &target.then {
                grow(&mut branches, target.model, then)?;
            }
            let rows = children.iter_mut().map(|child| &mut *child.row as &mut dyn Record);
            let mut rows: Vec<_> = rows.collect();
            self.branches(&mut rows, &branches).await?;
            self.join(&mut rows);
            let mut given = Given::packed(children, target.model, RelationKind::ForeignKey)?;
            for record in records.iter_mut() {
                let Some(slot) = record.generic_at_mut(field) else { continue };
                if slot.content_type() != target.model.table {
                    continue;
                }
                if let Some(row) = given.to(&[slot.object_id()])? {
                    slot.take(row);
                }
            }
        }
        Ok(())
    }
}
