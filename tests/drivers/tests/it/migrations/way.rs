//! A history that leads through states, and how a database is taken along it.

use std::collections::{BTreeMap, BTreeSet};

use carafe::prelude::*;
use carafe_db::ddl::state::State;
use carafe_db::migrate::{
    Ask, Event, History, Id, Migration, Migrator, Operation, Target, diff, grouped,
};

use driver_tests::At;

use super::Says;

/// What went wrong, for whoever reads the test's output.
pub(super) type Told<T> = Result<T, String>;

/// An error as it is told.
pub(super) fn told(error: carafe::Error) -> String {
    format!("{error:?}")
}

/// A history that leads through states.
pub(super) struct Way {
    pub(super) history: History,
    /// The states that it leads to, one after the other.
    pub(super) states: Vec<State>,
    /// What leads to each of them.
    pub(super) operations: Vec<Vec<Operation>>,
    /// The last migration of each crate at each of them.
    stops: Vec<BTreeMap<String, Id>>,
}

impl Way {
    /// The way through these states, by migrations that were written to files and read again. `edit` is
    /// what a person changes in them.
    pub(super) fn through(
        states: &[State],
        ask: &mut dyn Ask,
        edit: &dyn Fn(&mut Operation),
    ) -> Told<Self> {
        let mut way = Self {
            history: History::default(),
            states: states.to_vec(),
            operations: Vec::new(),
            stops: Vec::new(),
        };
        let mut before = State::default();
        let mut all: Vec<Migration> = Vec::new();
        let mut last: BTreeMap<String, Id> = BTreeMap::new();
        for after in states {
            let mut operations = diff(&before, after, ask).map_err(told)?;
            operations.iter_mut().for_each(edit);
            way.operations.push(operations.clone());
            for made in grouped(operations, &before, after, &way.history) {
                let text = made.to_toml();
                let read = Migration::parse(&made.owner, &made.name, &text);
                let read = read.map_err(|error| format!("{}\n{text}", told(error)))?;
                if read != made {
                    return Err(format!("what is written is not what is read:\n{text}"));
                }
                last.insert(read.owner.clone(), read.id());
                all.push(read);
            }
            way.history = History::new(all.clone()).map_err(told)?;
            way.stops.push(last.clone());
            let replayed = way.history.state().map_err(told)?;
            let left = diff(&replayed, after, &mut Says("0")).map_err(told)?;
            if !left.is_empty() {
                return Err(format!("the files lead elsewhere; what is missing: {left:?}"));
            }
            before = after.clone();
        }
        Ok(way)
    }

    /// Takes a database to a state, from wherever it is; to nothing without one.
    pub(super) async fn go(&self, db: &Db, stop: Option<usize>) -> Told<()> {
        for target in self.targets(stop) {
            let migrator = Migrator::new(db, &self.history);
            let mut at = String::new();
            let ran = migrator
                .run(&target, &mut |event| {
                    if let Event::Begins(direction, id) = event {
                        at = format!("{direction:?} {id}");
                    }
                })
                .await;
            ran.map_err(|error| {
                let operation = error.place().unwrap_or_default().to_owned();
                format!("{at} ({operation}): {}", told(error))
            })?;
        }
        Ok(())
    }

    /// Where each crate is to go for a state.
    pub(super) fn targets(&self, stop: Option<usize>) -> Vec<Target> {
        let owners: BTreeSet<&String> = self.stops.iter().flat_map(BTreeMap::keys).collect();
        let target = |owner: &String| {
            let id = stop.and_then(|stop| self.stops[stop].get(owner));
            id.map_or_else(|| Target::Zero(owner.clone()), |id| Target::At(id.clone()))
        };
        owners.into_iter().map(target).collect()
    }

    /// The migrations that lead to a state from the one before.
    pub(super) fn made(&self, stop: usize) -> Vec<&Migration> {
        let before = stop.checked_sub(1).map(|before| self.applied(before)).unwrap_or_default();
        let after = self.applied(stop);
        let is_new = |own: &&Migration| after.contains(&own.id()) && !before.contains(&own.id());
        self.history.iter().filter(is_new).collect()
    }

    /// The migrations that are applied at a state.
    pub(super) fn applied(&self, stop: usize) -> BTreeSet<Id> {
        let mut applied: BTreeSet<Id> = self.stops[stop].values().cloned().collect();
        for own in self.history.iter().rev() {
            if applied.contains(&own.id()) {
                applied.extend(own.after.iter().cloned());
            }
        }
        applied
    }
}

/// The database that goes a way, and one in which tables are made at once.
pub(super) struct Places {
    pub(super) own: Db,
    pub(super) other: Db,
}

impl Places {
    pub(super) async fn fresh(at: &At) -> Self {
        let own = Db::open(&at.server.fresh().await).await.unwrap();
        let other = Db::open(&at.server.fresh().await).await.unwrap();
        Self { own, other }
    }
}
