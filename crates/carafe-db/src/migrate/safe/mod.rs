//! The same change in steps that a running site bears: first what the version before can live with, then what the
//! new one needs, and last, when no server runs the one before any more, what takes away.

mod field;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use carafe_core::{Error, Result};

use super::{Id, Migration, Notes, Operation, Piece, Rollout, is_same, number};
use crate::ddl::Ddl;
use crate::ddl::state::State;

/// Writes migrations that were made anew, so that a running site bears them: each becomes one for before the
/// deploy of the new program, and where something is taken away one for after it.
///
/// `from` is what the tables are before them. They lead to the same.
pub fn safe(made: &[Migration], from: &State, ddl: &dyn Ddl) -> Result<Vec<Migration>> {
    let mut written = Written::default();
    let mut later = Vec::new();
    let mut state = from.clone();
    for own in made {
        let mut parts = Parts::default();
        let mut fresh = Vec::new();
        for operation in &own.operations {
            let before = state.clone();
            operation.apply(&mut state)?;
            if let Operation::CreateTable(table) = operation {
                fresh.push(table.name.clone());
            }
            let is_fresh = fresh.iter().any(|table| table == operation.table());
            let is_ours = before.tables.get(operation.table()).is_some_and(|table| table.managed);
            if is_fresh || !is_ours {
                parts.expand.push(operation.clone());
            } else {
                parts.split(operation.clone(), (&before, &state), ddl)?;
            }
        }
        written.before(own, parts.expand, parts.switch);
        if !parts.contract.is_empty() {
            later.push((own, parts.contract));
        }
    }
    for (own, operations) in later {
        written.after(own, operations);
    }
    let mut end = from.clone();
    for own in &written.all {
        own.replay(&mut end)?;
    }
    if !is_same(&end, &state) {
        return Err(Error::internal("the safe steps lead to other tables than the change itself")
            .hint("make it without `--safe`"));
    }
    Ok(written.all)
}

/// What becomes of a migration.
#[derive(Default)]
struct Parts {
    /// What the version before can live with.
    expand: Vec<Operation>,
    /// What must happen at once, and takes no time.
    switch: Vec<Operation>,
    /// What takes away.
    contract: Vec<Operation>,
}

impl Parts {
    fn split(
        &mut self,
        operation: Operation,
        (before, after): (&State, &State),
        ddl: &dyn Ddl,
    ) -> Result<()> {
        match operation {
            Operation::DeleteTable(_) => self.contract.push(operation),
            Operation::Add { piece: Piece::Exclusion(_), .. } => self.expand.push(operation),
            Operation::Add { .. } | Operation::Remove { piece: Piece::Index(_), .. } => {
                self.expand.push(online(operation));
            }
            Operation::AddField { .. }
            | Operation::AlterField { .. }
            | Operation::RenameField { .. }
            | Operation::RemoveField { .. } => self.field(operation, (before, after), ddl)?,
            other => self.expand.push(other),
        }
        Ok(())
    }
}

/// The same, done so that it keeps nobody waiting.
fn online(operation: Operation) -> Operation {
    Operation::Noted(Box::new(operation), Notes { online: true, safe: None })
}

/// What was written so far.
#[derive(Default)]
struct Written {
    all: Vec<Migration>,
    /// What has taken the place of a migration.
    places: BTreeMap<Id, Id>,
    /// What those come after of which all is for later.
    open: BTreeMap<Id, Vec<Id>>,
    /// The last one of each crate, and its number.
    last: BTreeMap<String, (Id, u32)>,
    /// The last one of those for after the deploy.
    contract: Option<Id>,
}

impl Written {
    /// What is applied before the deploy.
    fn before(&mut self, own: &Migration, expand: Vec<Operation>, switch: Vec<Operation>) {
        let mut after: Vec<Id> = Vec::new();
        for id in &own.after {
            match (self.places.get(id), self.open.get(id)) {
                (Some(place), _) => after.push(place.clone()),
                (None, Some(before)) => after.extend(before.iter().cloned()),
                (None, None) => after.push(id.clone()),
            }
        }
        if expand.is_empty() && switch.is_empty() {
            // All of it is for later.
            self.open.insert(own.id(), after);
            return;
        }
        if !expand.is_empty() {
            let rollout = own.rollout.clone();
            let id = self.push(own, "", after, expand, rollout);
            after = vec![id];
        }
        if !switch.is_empty() {
            self.push(own, "_switch", after, switch, Rollout::default());
        }
        if let Some((last, _)) = self.last.get(&own.owner) {
            self.places.insert(own.id(), last.clone());
        }
    }

    /// What is applied after the deploy.
    fn after(&mut self, own: &Migration, operations: Vec<Operation>) {
        let mut after: Vec<Id> = self.places.get(&own.id()).cloned().into_iter().collect();
        after.extend(self.open.remove(&own.id()).unwrap_or_default());
        after.extend(self.last.get(&own.owner).map(|(id, _)| id.clone()));
        after.extend(self.contract.clone());
        after.sort();
        after.dedup();
        let rollout = Rollout { after_deploy: true, ..own.rollout.clone() };
        let id = self.push(own, "_contract", after, operations, rollout);
        self.contract = Some(id);
    }

    fn push(
        &mut self,
        own: &Migration,
        end: &str,
        after: Vec<Id>,
        operations: Vec<Operation>,
        rollout: Rollout,
    ) -> Id {
        let first = number(&own.name).unwrap_or(1);
        let number = self.last.get(&own.owner).map_or(first, |(_, last)| last + 1);
        let name = own.name.split_once('_').map_or(&*own.name, |(_, name)| name);
        let name = format!("{number:04}_{name}{end}");
        let made = Migration {
            owner: own.owner.clone(),
            name,
            after,
            replaces: Vec::new(),
            operations,
            rollout,
        };
        let id = made.id();
        self.last.insert(own.owner.clone(), (id.clone(), number));
        self.all.push(made);
        id
    }
}
