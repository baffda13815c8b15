//! Whether what is on the way can be done.

use std::collections::{BTreeMap, BTreeSet};

use carafe_core::{Error, Result};

use super::record::Progress;
use super::run::note;
use super::{Direction, Id, Migration, Migrator, Operation, Target};
use crate::executor::Executor;

impl Migrator<'_> {
    /// An error where something is on the way that cannot be done, before anything is.
    pub(super) fn check_possible(
        &self,
        begun: &BTreeMap<Id, Progress>,
        applied: &BTreeSet<Id>,
        target: &Target,
    ) -> Result<()> {
        let mut applied = applied.clone();
        let mut all = Vec::new();
        for (id, progress) in begun {
            let direction = match progress {
                Progress::Whole => continue,
                Progress::Forwards(_) => Direction::Forwards,
                Progress::Backwards(_) => Direction::Backwards,
            };
            note(&mut applied, self.find(id)?, direction);
            all.push((direction, id.clone()));
        }
        all.extend(self.ahead(self.history, &applied, target)?);
        let mut errors = Vec::new();
        for (direction, id) in all {
            let migration = self.find(&id)?;
            for operation in going(migration, direction) {
                let done = self.check_own(migration, &operation);
                errors.extend(done.err().map(|error| error.at(id.to_string())));
            }
        }
        Error::all(errors)
    }

    fn check_own(&self, migration: &Migration, operation: &Operation) -> Result<()> {
        match operation {
            Operation::Sql(own) => own.sql.on(self.db.capability().ddl.features()).map(drop),
            Operation::Run(own) => match own.function()? {
                Some(name) => self.steps.find(&migration.owner, name).map(drop),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// The operations of a migration, as they are done in that direction.
pub(super) fn going(migration: &Migration, direction: Direction) -> Vec<Operation> {
    match direction {
        Direction::Forwards => migration.operations.clone(),
        Direction::Backwards => {
            migration.operations.iter().rev().map(Operation::reversed).collect()
        }
    }
}
