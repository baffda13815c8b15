//! Rows of a model, without its type.

use std::any::Any;
use std::sync::Arc;

use super::slot::{NoRow, Packed};
use crate::model::{Cursor, Model, Record};
use crate::schema::{ModelSchema, RelationKind};
use crate::{Error, Result};

/// How rows of a model are read, and kept by relations, without its type.
///
/// It stands in the schema of its own model, and not in the relations that lead there: so the compiler,
/// which looks behind each function for others, does not go from model to model through functions that
/// are generic. It does not go far through these (its `recursion_limit`).
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    read: fn(&mut Cursor<'_>) -> Result<Box<dyn Record>>,
    pack: fn(RelationKind, Vec<Box<dyn Record>>) -> Result<Packed>,
    one_mut: fn(&mut (dyn Any + Send + Sync)) -> Option<&mut dyn Record>,
    all_mut: fn(&mut (dyn Any + Send + Sync)) -> Vec<&mut dyn Record>,
}

impl Rows {
    /// Rows of that model.
    pub const fn new<T: Model>() -> Self {
        Self { read: read::<T>, pack: pack::<T>, one_mut: one_mut::<T>, all_mut: all_mut::<T> }
    }

    /// Rows of the model of that schema; an error where `#[derive(Model)]` did not write it.
    pub fn of(schema: &ModelSchema) -> Result<&'static Self> {
        schema.rows.downcast_ref().ok_or_else(|| {
            Error::shape(format!("the schema of `{}` was written without a struct", schema.name))
        })
    }

    /// Reads a row.
    pub fn read(&self, cursor: &mut Cursor<'_>) -> Result<Box<dyn Record>> {
        (self.read)(cursor)
    }

    /// What a relation of that kind keeps of these rows; an error if they are of another model, or
    /// too many.
    pub fn pack(&self, kind: RelationKind, rows: Vec<Box<dyn Record>>) -> Result<Packed> {
        (self.pack)(kind, rows)
    }

    /// The row that a relation to one keeps, to change.
    pub fn one_mut<'p>(
        &self,
        packed: &'p mut (dyn Any + Send + Sync),
    ) -> Option<&'p mut dyn Record> {
        (self.one_mut)(packed)
    }

    /// The rows that a relation keeps, to change; none where they are of another model.
    pub fn all_mut<'p>(&self, packed: &'p mut (dyn Any + Send + Sync)) -> Vec<&'p mut dyn Record> {
        (self.all_mut)(packed)
    }
}

fn read<T: Model>(cursor: &mut Cursor<'_>) -> Result<Box<dyn Record>> {
    Ok(Box::new(T::read(cursor)?))
}

fn pack<T: Model>(kind: RelationKind, rows: Vec<Box<dyn Record>>) -> Result<Packed> {
    // A loop: an adapter would be compiled for each model.
    let mut typed = Vec::with_capacity(rows.len());
    for row in rows {
        let row: Box<dyn Any> = row;
        let Ok(row) = row.downcast::<T>() else {
            let name = T::schema().name;
            return Err(Error::shape(format!("the row is of another model than `{name}`")));
        };
        typed.push(*row);
    }
    if matches!(kind, RelationKind::ManyToMany | RelationKind::HasMany) {
        return Ok(Arc::new(typed));
    }
    match (typed.pop(), typed.is_empty()) {
        (Some(row), true) => Ok(Arc::new(row)),
        (None, true) if kind == RelationKind::HasOne => Ok(Arc::new(NoRow)),
        _ => Err(Error::shape("a relation to one leads to one row")),
    }
}

fn one_mut<T: Model>(packed: &mut (dyn Any + Send + Sync)) -> Option<&mut dyn Record> {
    match packed.downcast_mut::<T>() {
        Some(row) => Some(row),
        None => None,
    }
}

fn all_mut<T: Model>(packed: &mut (dyn Any + Send + Sync)) -> Vec<&mut dyn Record> {
    let mut all: Vec<&mut dyn Record> = Vec::new();
    if packed.is::<T>() {
        all.extend(one_mut::<T>(packed));
    } else if let Some(rows) = packed.downcast_mut::<Vec<T>>() {
        for row in rows {
            all.push(row);
        }
    }
    all
}
