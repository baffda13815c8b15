//! The text of a question, made once for all questions of its shape.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use carafe_core::{Error, Result};
use carafe_model::Value;
// A shape is made by the program; what visitors send is not in it.
use foldhash::fast::RandomState;

use super::compiler::Compiler;
use super::dialect::Dialect;
use super::fragment::{Fragment, PARAMETER, Param, ValueId};
use super::select::Plan;
use super::shape::Shape;
use crate::statement::{Access, Statement};

/// How many texts are kept. A program has some hundred shapes; only lists of ever new lengths make
/// many.
const KEPT: usize = 4096;

/// Texts of questions by their shape; one for each database.
#[derive(Debug, Default)]
pub struct Texts {
    kept: RwLock<HashMap<Box<[u8]>, Arc<Compiled>, RandomState>>,
}

impl Texts {
    fn get(&self, shape: &Shape) -> Option<Arc<Compiled>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&*shape.key).cloned()
    }

    /// The text of a question whose shape is known, and its parameters.
    pub(crate) fn known(&self, shape: Shape) -> Option<(Arc<Compiled>, Vec<Value>)> {
        let known = self.get(&shape)?;
        let params = known.params(shape.values);
        Some((known, params))
    }
}

/// The text of a question.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) statement: Statement,
    pub(crate) plan: Plan,
    slots: Vec<Slot>,
}

/// Where a parameter comes from.
#[derive(Debug)]
enum Slot {
    /// The value of that number in the question.
    Value(usize),
    /// Always this one.
    Fixed(Value),
}

/// The text of a question, and its parameters. `write` puts it into words where its shape is new.
pub(crate) fn compiled(
    texts: &Texts,
    dialect: &'static dyn Dialect,
    shape: Shape,
    access: Access,
    write: impl FnOnce(&mut Compiler) -> Result<(Fragment, Plan)>,
) -> Result<(Arc<Compiled>, Vec<Value>)> {
    let compiled = if let Some(known) = texts.get(&shape) {
        known
    } else {
        let mut compiler = Compiler::new(dialect);
        let (sql, plan) = write(&mut compiler)?;
        let new = Arc::new(Compiled::new(dialect, sql, plan, &shape, access)?);
        let mut kept = texts.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(shape.key.into_boxed_slice(), new.clone());
        new
    };
    let params = compiled.params(shape.values);
    Ok((compiled, params))
}

impl Compiled {
    fn new(
        dialect: &'static dyn Dialect,
        fragment: Fragment,
        plan: Plan,
        shape: &Shape,
        access: Access,
    ) -> Result<Self> {
        let mut sql = String::with_capacity(fragment.sql.len() + 16);
        let mut number = 0;
        for letter in fragment.sql.chars() {
            if letter == PARAMETER {
                number += 1;
                sql.push_str(&dialect.parameter(number));
            } else {
                sql.push(letter);
            }
        }
        let places: HashMap<ValueId, usize> =
            shape.places.iter().enumerate().map(|(at, place)| (*place, at)).collect();
        let slots: Result<Vec<_>> = fragment
            .params
            .into_iter()
            .map(|param| match param {
                Param::Fixed(value) => Ok(Slot::Fixed(value)),
                Param::Given(id) => places.get(&id).copied().map(Slot::Value).ok_or_else(|| {
                    Error::internal("a value of the question has no place in its shape")
                }),
            })
            .collect();
        let slots = slots?;
        if number != slots.len() {
            return Err(Error::internal("SQL that was written by hand holds a control character"));
        }
        Ok(Self { statement: Statement::new(sql, access), plan, slots })
    }

    fn params(&self, mut values: Vec<Value>) -> Vec<Value> {
        let in_order = self.slots.len() == values.len()
            && self
                .slots
                .iter()
                .enumerate()
                .all(|(at, slot)| matches!(slot, Slot::Value(value) if *value == at));
        if in_order {
            return values;
        }
        let mut params = Vec::with_capacity(self.slots.len());
        for (at, slot) in self.slots.iter().enumerate() {
            params.push(match slot {
                Slot::Fixed(value) => value.clone(),
                Slot::Value(value) => {
                    let again = self.slots[at + 1..]
                        .iter()
                        .any(|slot| matches!(slot, Slot::Value(later) if later == value));
                    let value = &mut values[*value];
                    if again { value.clone() } else { std::mem::take(value) }
                }
            });
        }
        params
    }
}
