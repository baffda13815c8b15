//! From what the tables are to what they are to be.

mod create;
mod group;
mod rename;
mod tables;

#[cfg(test)]
pub(crate) mod tests;

pub use group::grouped;
pub(crate) use group::{name, number};

use std::collections::BTreeSet;

use carafe_core::{Error, Result};

use super::{Ask, Operation, Piece};
use crate::ddl::state::{State, TableState};

/// The operations that lead from one state to another, in an order in which they can be done.
///
/// It is a pure function: what it cannot see from the two it asks.
pub fn diff(from: &State, to: &State, ask: &mut dyn Ask) -> Result<Vec<Operation>> {
    let mut way = Way { now: from.kept(), wanted: to.kept(), to, ask, operations: Vec::new() };
    way.rename_tables()?;
    way.rename_fields()?;
    way.alter_tables()?;
    way.remove_pieces()?;
    way.create_tables()?;
    way.remove_fields()?;
    way.change_fields()?;
    way.add_pieces()?;
    way.delete_tables()?;
    way.check_end()?;
    Ok(way.operations)
}

/// Whether a history that leads to the one state has all that the other one says.
pub(crate) fn is_same(from: &State, to: &State) -> bool {
    differing(&from.kept(), &to.kept()).is_none()
}

/// The crates whose tables the one state has otherwise than the other one.
pub(crate) fn changed_owners(from: &State, to: &State) -> BTreeSet<String> {
    let (from, to) = (from.kept(), to.kept());
    let tables = from.tables.values().chain(to.tables.values());
    let changed =
        tables.filter(|table| match (from.tables.get(&table.name), to.tables.get(&table.name)) {
            (Some(one), Some(other)) => differ(one, other),
            _ => true,
        });
    changed.map(|table| table.owner.clone()).collect()
}

/// The way from one state to another, as far as it has come.
struct Way<'w> {
    /// What the tables are after the operations so far.
    now: State,
    /// What they are to be, as a history keeps it.
    wanted: State,
    /// What they are to be, with all that models say.
    to: &'w State,
    ask: &'w mut dyn Ask,
    operations: Vec<Operation>,
}

impl Way<'_> {
    /// Does it.
    fn push(&mut self, operation: Operation) -> Result<()> {
        operation.apply(&mut self.now)?;
        self.operations.push(operation);
        Ok(())
    }

    /// The names of the tables that are there before and after.
    fn both(&self) -> Vec<String> {
        let tables = self.wanted.tables.keys();
        tables.filter(|name| self.now.tables.contains_key(name)).cloned().collect()
    }

    /// A mistake of ours is told here, rather than by a database.
    fn check_end(&self) -> Result<()> {
        match differing(&self.now, &self.wanted) {
            None => Ok(()),
            Some(table) => Err(Error::internal("no way leads to what the models say")
                .at(format!("table `{table}`"))),
        }
    }
}

/// The first table that is not the same in two states. The order of fields and constraints makes no
/// difference.
fn differing<'s>(one: &'s State, other: &'s State) -> Option<&'s str> {
    let missing = |from: &'s State, to: &State| {
        from.tables.keys().find(|name| !to.tables.contains_key(name)).map(String::as_str)
    };
    missing(one, other).or_else(|| missing(other, one)).or_else(|| {
        let mut pairs = one.tables.iter().zip(other.tables.values());
        pairs.find(|((_, own), to)| differ(own, to)).map(|((name, _), _)| name.as_str())
    })
}

/// Whether two tables differ in more than the order of their parts.
fn differ(one: &TableState, other: &TableState) -> bool {
    one != other && sorted(one) != sorted(other)
}

fn sorted(table: &TableState) -> TableState {
    let mut table = table.clone();
    table.fields.sort_by(|one, other| one.name.cmp(&other.name));
    let mut pieces = Piece::all(&table);
    pieces.sort_by_cached_key(|piece| format!("{piece:?}"));
    (table.uniques, table.checks) = Default::default();
    (table.exclusions, table.indexes) = Default::default();
    for piece in pieces {
        match piece {
            Piece::Unique(own) => table.uniques.push(own),
            Piece::Check(own) => table.checks.push(own),
            Piece::Exclusion(own) => table.exclusions.push(own),
            Piece::Index(own) => table.indexes.push(own),
        }
    }
    table
}
