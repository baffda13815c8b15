//! What a migration does to a site that is running while it is applied.
//!
//! It is a pure function of operations, of the tables before them, and of what is known of a database. It finds two
//! kinds of things: what keeps those waiting who use a table, and what breaks the version of the program
//! that runs until all servers have the new one.

mod rules;

pub(super) use rules::is_written_anew;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use carafe_core::Result;

use super::{Migration, Operation};
use crate::ddl::state::State;
use crate::ddl::{Ddl, Hazard, Hazards};

/// Something that hurts a site that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule found it: `index`, `required`.
    pub rule: &'static str,
    /// What does it, in a line.
    pub operation: String,
    /// Why it hurts: which lock it takes and who waits, or what fails.
    pub why: String,
    /// What leads to the same without that.
    pub instead: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]: {}; {}", self.operation, self.rule, self.why, self.instead)
    }
}

/// What hurts while a migration is applied, where the tables are those of `before`.
///
/// Tables that the migration itself makes are nobody's yet. An operation, or a migration, that says why it is `safe`
/// is left out; a database that no two programs share for long, as SQLite, has nothing to find.
pub fn lint(migration: &Migration, before: &State, ddl: &dyn Ddl) -> Result<Vec<Finding>> {
    let Some(hazards) = ddl.features().hazards else { return Ok(Vec::new()) };
    let mut look = Look {
        hazards,
        ddl,
        after_deploy: migration.rollout.after_deploy,
        fresh: BTreeSet::new(),
        found: Vec::new(),
        locks: 0,
        locking: 0,
    };
    let mut state = before.clone();
    for operation in &migration.operations {
        let prior = state.clone();
        operation.apply(&mut state).map_err(|error| error.at(migration.id().to_string()))?;
        look.at(operation, &prior, &state, Pace::AtOnce)?;
    }
    if migration.rollout.safe.is_some() {
        return Ok(Vec::new());
    }
    if look.locking > 1
        && !migration.is_stepwise()
        && let Some(Hazard { why, instead }) = hazards.together
    {
        look.found.push(Finding {
            rule: "together",
            operation: format!("{} such operations in one transaction", look.locking),
            why: why.to_owned(),
            instead: instead.to_owned(),
        });
    }
    Ok(look.found)
}

/// How an operation is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    AtOnce,
    Online,
}

/// What was looked at so far.
struct Look<'l> {
    hazards: &'static Hazards,
    ddl: &'l dyn Ddl,
    /// No server runs the version before any more.
    after_deploy: bool,
    /// The tables that the migration has made.
    fresh: BTreeSet<String>,
    found: Vec<Finding>,
    /// How many of those found keep others waiting.
    locks: usize,
    /// How many operations do.
    locking: usize,
}

impl Look<'_> {
    fn at(
        &mut self,
        operation: &Operation,
        before: &State,
        after: &State,
        pace: Pace,
    ) -> Result<()> {
        match operation {
            Operation::Noted(_, notes) if notes.safe.is_some() => Ok(()),
            Operation::Noted(own, notes) => {
                let pace = if notes.online { Pace::Online } else { pace };
                self.at(own, before, after, pace)
            }
            Operation::CreateTable(table) => {
                self.fresh.insert(table.name.clone());
                Ok(())
            }
            Operation::RenameTable { from, to } if self.fresh.contains(&from.table) => {
                self.fresh.insert(to.table.clone());
                Ok(())
            }
            own if self.fresh.contains(own.table()) => Ok(()),
            own if before.tables.get(own.table()).is_some_and(|table| !table.managed) => Ok(()),
            own => {
                let locks = self.locks;
                self.rules(own, before, after, pace)?;
                self.locking += usize::from(self.locks > locks);
                Ok(())
            }
        }
    }

    /// Something that keeps others waiting, unless it is done online.
    fn waits(
        &mut self,
        rule: &'static str,
        operation: &Operation,
        hazard: Option<Hazard>,
        pace: Pace,
    ) {
        if let (Some(_), Pace::AtOnce) = (hazard, pace) {
            self.always(rule, operation, hazard);
        }
    }

    /// Something that keeps others waiting, however it is done.
    fn always(&mut self, rule: &'static str, operation: &Operation, hazard: Option<Hazard>) {
        let Some(Hazard { why, instead }) = hazard else { return };
        self.locks += 1;
        self.found.push(Finding {
            rule,
            operation: operation.describe(),
            why: why.to_owned(),
            instead: instead.to_owned(),
        });
    }

    /// Something that breaks the version that runs until all servers have the new one.
    fn breaks(&mut self, rule: &'static str, operation: &Operation, why: String, instead: &str) {
        if self.after_deploy {
            return;
        }
        let (operation, instead) = (operation.describe(), instead.to_owned());
        self.found.push(Finding { rule, operation, why, instead });
    }
}
