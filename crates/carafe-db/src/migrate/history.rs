//! All migrations that there are, and how they follow each other.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use carafe_core::{Error, Result};

use super::squashed::{self, Squashed};
use super::{Id, Migration, number};
use crate::ddl::state::State;

#[cfg(test)]
mod tests;

/// All migrations of a program, in an order in which each comes after those that it names.
///
/// One that replaces others (Django's squashed migrations) stands in their place, as it does for a
/// database that has nothing yet; [`seen_by`](Self::seen_by) tells what another database makes of it.
#[derive(Clone, Debug, Default)]
pub struct History {
    ordered: Vec<Migration>,
    /// Where each stands in that order.
    places: BTreeMap<Id, usize>,
    /// All that there are files of; nothing, where none replaces others.
    files: BTreeMap<Id, Migration>,
    /// Those in whose place another one stands.
    replaced: BTreeMap<Id, Id>,
}

impl History {
    /// Brings migrations in order. An error where one comes after another that is not there, or after
    /// itself, or replaces what it cannot.
    pub fn new(migrations: impl IntoIterator<Item = Migration>) -> Result<Self> {
        let files: BTreeMap<Id, Migration> =
            migrations.into_iter().map(|own| (own.id(), own)).collect();
        if files.values().all(|own| own.replaces.is_empty()) {
            return Self::ordered(files);
        }
        squashed::check(&files)?;
        let nothing = BTreeSet::new();
        Self::of_files(files, &nothing, &nothing)
    }

    /// As it is for a database in which these are applied: where it has some of those that another one
    /// replaces, but not all, they go on in their own order.
    pub fn seen_by(&self, applied: &BTreeSet<Id>) -> Result<Cow<'_, Self>> {
        self.seen(applied, applied)
    }

    /// As it is for a database in which these are applied, and these at least in part.
    pub(super) fn seen(
        &self,
        applied: &BTreeSet<Id>,
        begun: &BTreeSet<Id>,
    ) -> Result<Cow<'_, Self>> {
        if self.files.is_empty() {
            return Ok(Cow::Borrowed(self));
        }
        Self::of_files(self.files.clone(), applied, begun).map(Cow::Owned)
    }

    fn of_files(
        files: BTreeMap<Id, Migration>,
        applied: &BTreeSet<Id>,
        begun: &BTreeSet<Id>,
    ) -> Result<Self> {
        let squashed = Squashed::new(&files, applied, begun);
        let seen = squashed.seen()?;
        let counts = |id: &Id| !seen.replaced.contains_key(id) && !seen.waiting.contains(id);
        let mut replaces: BTreeMap<&Id, Vec<Id>> = BTreeMap::new();
        for (id, by) in &seen.replaced {
            replaces.entry(by).or_default().push(id.clone());
        }
        let all = files.iter().filter(|(id, _)| counts(id)).map(|(id, own)| {
            let after = squashed.after(own, &seen);
            let replaces = replaces.remove(id).unwrap_or_default();
            (id.clone(), Migration { after, replaces, ..own.clone() })
        });
        let ordered = Self::ordered(all.collect())?;
        Ok(Self { files, replaced: seen.replaced, ..ordered })
    }

    /// Those that count as applied where these are noted: one that replaces others does if they are.
    pub fn applied(&self, recorded: &BTreeSet<Id>) -> BTreeSet<Id> {
        let squashed = Squashed::new(&self.files, recorded, recorded);
        let mut applied: BTreeSet<Id> = recorded.clone();
        for own in self.files.values().filter(|own| !own.replaces.is_empty()) {
            let id = own.id();
            if squashed.is_applied(&id) {
                applied.insert(id);
            } else {
                applied.remove(&id);
            }
        }
        applied
    }

    fn ordered(mut left: BTreeMap<Id, Migration>) -> Result<Self> {
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
            return Ok(Self { ordered, places, ..Self::default() });
        }
        let names: Vec<String> = left.keys().map(Id::to_string).collect();
        Err(Error::setup(format!("migrations wait for each other: {}", names.join(", ")))
            .hint("take one of them out of `after` of another one"))
    }

    /// All of them, each after those that it names.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.ordered.iter()
    }

    /// The one of that name, also where another one stands in its place.
    pub fn get(&self, id: &Id) -> Option<&Migration> {
        let place = self.places.get(id).map(|place| &self.ordered[*place]);
        place.or_else(|| self.files.get(id))
    }

    /// The one of that name as its file is.
    pub(super) fn file(&self, id: &Id) -> Option<&Migration> {
        self.files.get(id).or_else(|| self.get(id))
    }

    /// All that there are, also those in whose place another one stands, as their files are.
    pub(super) fn files(&self) -> impl Iterator<Item = &Migration> {
        let ordered = self.files.is_empty().then_some(&self.ordered);
        ordered.into_iter().flatten().chain(self.files.values())
    }

    /// Whether there is a file of it, or one that says that it replaces it.
    pub(super) fn knows(&self, id: &Id) -> bool {
        self.get(id).is_some()
            || self.is_replaced(id)
            || self.files.values().any(|own| own.replaces.contains(id))
    }

    /// Whether another one stands in its place.
    pub fn is_replaced(&self, id: &Id) -> bool {
        self.replaced.contains_key(id)
    }

    /// The one that stands in the place of a crate's migration whose name begins so.
    pub(super) fn replaced_as(&self, owner: &str, name: &str) -> Option<&Id> {
        let begins = |id: &Id| id.owner == owner && id.name.starts_with(name);
        self.replaced.iter().find(|(id, _)| begins(id)).map(|(_, by)| by)
    }

    /// How many migrations one replaces, without those that replace others themselves.
    pub(super) fn count_replaced(&self, own: &Migration) -> usize {
        let is_first = |id: &&Id| self.files.get(id).is_none_or(|own| own.replaces.is_empty());
        own.replaces.iter().filter(is_first).count()
    }

    /// The highest number of a crate's migrations, also of those that are replaced.
    pub(super) fn last_number(&self, owner: &str) -> u32 {
        let names = self.ordered.iter().map(|own| (&own.owner, &own.name));
        let replaced = self.replaced.keys().map(|id| (&id.owner, &id.name));
        let numbers = names.chain(replaced).filter(|(own, _)| *own == owner);
        numbers.filter_map(|(_, name)| number(name)).max().unwrap_or(0)
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
                .hint("two branches each added one: join them by `makemigrations --merge`, or put yours behind the other by `--rebase`")
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
