//! All migrations that there are, and how they follow each other.

use std::collections::{BTreeMap, BTreeSet};

use carafe_core::{Error, Result};

use super::{Id, Migration};
use crate::ddl::state::State;

/// All migrations of a program, in an order in which each comes after those that it names.
#[derive(Clone, Debug, Default)]
pub struct History {
    ordered: Vec<Migration>,
    /// Where each stands in that order.
    places: BTreeMap<Id, usize>,
}

impl History {
    /// Brings migrations in order. An error where one comes after another that is not there, or after
    /// itself.
    pub fn new(migrations: impl IntoIterator<Item = Migration>) -> Result<Self> {
        let mut left: BTreeMap<Id, Migration> =
            migrations.into_iter().map(|own| (own.id(), own)).collect();
        let mut errors = Vec::new();
        let mut open: BTreeMap<Id, usize> = BTreeMap::new();
        let mut followers: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for own in left.values() {
            open.insert(own.id(), own.after.len());
            for before in &own.after {
                if left.contains_key(before) {
                    followers.entry(before.clone()).or_default().push(own.id());
                } else {
                    errors.push(without(own, before, &left));
                }
            }
        }
        Error::all(errors)?;
        let mut ready: BTreeSet<Id> =
            open.iter().filter(|(_, count)| **count == 0).map(|(id, _)| id.clone()).collect();
        let mut ordered: Vec<Migration> = Vec::with_capacity(left.len());
        while let Some(id) = ready.pop_first() {
            for follower in followers.remove(&id).unwrap_or_default() {
                if let Some(count) = open.get_mut(&follower) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(follower);
                    }
                }
            }
            ordered.extend(left.remove(&id));
        }
        if left.is_empty() {
            let places = ordered.iter().enumerate().map(|(place, own)| (own.id(), place)).collect();
            return Ok(Self { ordered, places });
        }
        let names: Vec<String> = left.keys().map(Id::to_string).collect();
        Err(Error::setup(format!("migrations wait for each other: {}", names.join(", ")))
            .hint("take one of them out of `after` of another one"))
    }

    /// All of them, each after those that it names.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.ordered.iter()
    }

    /// The one of that name.
    pub fn get(&self, id: &Id) -> Option<&Migration> {
        self.places.get(id).map(|place| &self.ordered[*place])
    }

    /// Those of a crate, in order.
    pub fn of(&self, owner: &str) -> impl Iterator<Item = &Migration> {
        self.ordered.iter().filter(move |own| own.owner == owner)
    }

    /// Those of a crate that no other one of it follows: one, unless two branches each added some.
    pub fn heads(&self, owner: &str) -> Vec<&Migration> {
        let followed: BTreeSet<&Id> = self.of(owner).flat_map(|own| &own.after).collect();
        self.of(owner).filter(|own| !followed.contains(&own.id())).collect()
    }

    /// An error that names the crates whose history has several ends.
    pub fn check_heads(&self) -> Result<()> {
        let owners: BTreeSet<&str> = self.ordered.iter().map(|own| own.owner.as_str()).collect();
        let forked = owners.into_iter().filter_map(|owner| {
            let heads = self.heads(owner);
            (heads.len() > 1).then(|| {
                let names: Vec<&str> = heads.iter().map(|own| own.name.as_str()).collect();
                Error::setup(format!(
                    "the migrations of {owner} have {} ends: {}",
                    names.len(),
                    names.join(", ")
                ))
                .hint("two branches each added one: join them by `makemigrations --merge`")
            })
        });
        Error::all(forked.collect())
    }

    /// What the tables are after all of them.
    pub fn state(&self) -> Result<State> {
        let mut state = State::default();
        for own in &self.ordered {
            own.replay(&mut state)?;
        }
        Ok(state)
    }
}

impl<'h> IntoIterator for &'h History {
    type Item = &'h Migration;
    type IntoIter = std::slice::Iter<'h, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Migration {
    /// Changes the state as it changes the tables.
    pub fn replay(&self, state: &mut State) -> Result<()> {
        for (index, operation) in self.operations.iter().enumerate() {
            operation
                .apply(state)
                .map_err(|error| error.at(format!("operation {} of {}", index + 1, self.id())))?;
        }
        Ok(())
    }
}

fn without(own: &Migration, before: &Id, all: &BTreeMap<Id, Migration>) -> Error {
    let error = Error::setup(format!("{} comes after {before}, which is not there", own.id()));
    let names = all.keys().filter(|id| id.owner == before.owner).map(|id| id.name.as_str());
    match carafe_core::suggest::nearest(&before.name, names) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None if all.keys().any(|id| id.owner == before.owner) => {
            error.hint("was its file deleted or renamed?")
        }
        None => error.hint(format!("no model of the crate {} is listed", before.owner)),
    }
}
