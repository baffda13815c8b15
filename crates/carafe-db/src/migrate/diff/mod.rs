//! From what the tables are to what they are to be.

mod create;
mod group;
mod rename;
mod tables;

#[cfg(test)]
mod tests;

pub use group::grouped;
pub(crate) use group::number;

use carafe_core::{Error, Result};

use super::{Ask, Operation, Piece};
use crate::ddl::state::State;

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
    sorted(&from.kept()) == sorted(&to.kept())
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
        tables.filter(|name| self.now.tables.contains_key(*name)).cloned().collect()
    }

    /// A mistake of ours is told here, rather than by a database.
    fn check_end(&self) -> Result<()> {
        if sorted(&self.now) == sorted(&self.wanted) {
            return Ok(());
        }
        let differs = self.wanted.tables.iter().find(|(name, table)| {
            self.now.tables.get(*name).is_none_or(|now| {
                let one = |table: &crate::ddl::state::TableState| {
                    let mut state = State::default();
                    state.tables.insert((*name).clone(), table.clone());
                    sorted(&state)
                };
                one(now) != one(table)
            })
        });
        Err(Error::internal("no way leads to what the models say")
            .at(differs.map_or_else(String::new, |(name, _)| format!("table `{name}`"))))
    }
}

/// A state whose lists have one order, since that of fields and constraints makes no difference.
fn sorted(state: &State) -> State {
    let mut state = state.clone();
    for table in state.tables.values_mut() {
        table.fields.sort_by(|one, other| one.name.cmp(&other.name));
        let key = |piece: &Piece| format!("{piece:?}");
        let mut pieces = Piece::all(table);
        pieces.sort_by_key(key);
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
    }
    state
}
