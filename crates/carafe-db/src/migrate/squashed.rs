//! Migrations that stand in the place of others (Django's squashed migrations): which of them count.
//!
//! - Where all that one replaces are applied, it counts as applied.
//! - Where none of them is, it is applied in their place.
//! - Where some are, they go on in their own order until all of them are applied.

use std::collections::{BTreeMap, BTreeSet};

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};

use super::{Id, Migration};

/// All files, seen by a database in which some are applied.
pub(super) struct Squashed<'f> {
    files: &'f BTreeMap<Id, Migration>,
    applied: &'f BTreeSet<Id>,
    /// What is applied at least in part.
    begun: &'f BTreeSet<Id>,
}

/// What counts of all files.
#[derive(Default)]
pub(super) struct Seen {
    /// What does not count, with the one that stands in its place.
    pub(super) replaced: BTreeMap<Id, Id>,
    /// Those that would stand in the place of others, some of which are applied.
    pub(super) waiting: BTreeSet<Id>,
}

impl<'f> Squashed<'f> {
    pub(super) fn new(
        files: &'f BTreeMap<Id, Migration>,
        applied: &'f BTreeSet<Id>,
        begun: &'f BTreeSet<Id>,
    ) -> Self {
        Self { files, applied, begun }
    }

    fn replaces(&self, id: &Id) -> &'f [Id] {
        self.files.get(id).map_or(&[], |own| &own.replaces)
    }

    /// Whether it counts as applied.
    pub(super) fn is_applied(&self, id: &Id) -> bool {
        match self.replaces(id) {
            [] => self.applied.contains(id),
            replaced => replaced.iter().all(|id| self.is_applied(id)),
        }
    }

    /// Whether something of it is applied.
    fn is_begun(&self, id: &Id) -> bool {
        match self.replaces(id) {
            [] => self.begun.contains(id),
            replaced => replaced.iter().any(|id| self.is_begun(id)),
        }
    }

    /// What counts. An error where what is replaced has to go on, and its files are not there.
    pub(super) fn seen(&self) -> Result<Seen> {
        let inner: BTreeSet<&Id> = self.files.values().flat_map(|own| &own.replaces).collect();
        let mut seen = Seen::default();
        for own in self.files.values().filter(|own| !own.replaces.is_empty()) {
            let id = own.id();
            if !inner.contains(&id) {
                self.look_at(&id, &mut seen)?;
            }
        }
        Ok(seen)
    }

    fn look_at(&self, id: &Id, seen: &mut Seen) -> Result<()> {
        if self.is_applied(id) || !self.is_begun(id) {
            self.replace(id, id, seen);
            return Ok(());
        }
        seen.waiting.insert(id.clone());
        for replaced in self.replaces(id) {
            if !self.files.contains_key(replaced) {
                return Err(self.cannot_go_on(id));
            }
            if !self.replaces(replaced).is_empty() {
                self.look_at(replaced, seen)?;
            }
        }
        Ok(())
    }

    fn replace(&self, id: &Id, by: &Id, seen: &mut Seen) {
        for replaced in self.replaces(id) {
            seen.replaced.insert(replaced.clone(), by.clone());
            self.replace(replaced, by, seen);
        }
    }

    fn cannot_go_on(&self, id: &Id) -> Error {
        let (done, open): (Vec<&Id>, Vec<&Id>) =
            self.replaces(id).iter().partition(|id| self.is_applied(id));
        let names =
            |ids: &[&Id]| ids.iter().map(|id| id.name.as_str()).collect::<Vec<_>>().join(", ");
        Error::setup(format!(
            "of what {id} replaces, {} is applied, but not {}, and the files are not there any more",
            names(&done),
            names(&open)
        ))
        .hint("run `migrate` of a version of the program that has the files, and then this one")
    }

    /// What a migration comes after, of what counts.
    pub(super) fn after(&self, own: &Migration, seen: &Seen) -> Vec<Id> {
        let mut after: Vec<Id> = Vec::with_capacity(own.after.len());
        let id = own.id();
        for before in &own.after {
            self.stands_for(before, seen, &mut |found| {
                if *found != id && !after.contains(found) {
                    after.push(found.clone());
                }
            });
        }
        after
    }

    fn stands_for(&self, id: &Id, seen: &Seen, each: &mut dyn FnMut(&Id)) {
        if let Some(by) = seen.replaced.get(id) {
            each(by);
        } else if seen.waiting.contains(id) {
            // The ends of what it would replace.
            let replaced = self.replaces(id);
            let followed: BTreeSet<&Id> = replaced
                .iter()
                .filter_map(|id| self.files.get(id))
                .flat_map(|own| &own.after)
                .collect();
            for end in replaced.iter().filter(|id| !followed.contains(id)) {
                self.stands_for(end, seen, each);
            }
        } else {
            each(id);
        }
    }
}

/// An error where what is replaced is not there, is replaced twice, or replaces what replaces it.
pub(super) fn check(files: &BTreeMap<Id, Migration>) -> Result<()> {
    let mut errors = Vec::new();
    let mut by: BTreeMap<&Id, &Migration> = BTreeMap::new();
    for own in files.values().filter(|own| !own.replaces.is_empty()) {
        // Once all files are gone the names stay until each database has the new one.
        let (there, gone): (Vec<&Id>, Vec<&Id>) =
            own.replaces.iter().partition(|id| files.contains_key(id));
        if !there.is_empty() {
            errors.extend(gone.into_iter().map(|id| not_there(own, id, files)));
        }
        for id in &own.replaces {
            if let Some(other) = by.insert(id, own) {
                errors.push(
                    Error::setup(format!("{} and {} both replace {id}", other.id(), own.id()))
                        .hint("let the one replace the other, or delete one of them"),
                );
            }
        }
    }
    Error::all(errors)?;
    for own in files.values() {
        // Each is replaced by one at most, so that a ring is found by going outwards.
        let id = own.id();
        let mut outer = by.get(&id);
        for _ in 0..by.len() {
            match outer {
                Some(found) if found.id() == id => {
                    return Err(Error::setup(format!("{id} replaces what replaces it"))
                        .hint("take it out of `replaces`"));
                }
                Some(found) => outer = by.get(&found.id()),
                None => break,
            }
        }
    }
    Ok(())
}

fn not_there(own: &Migration, id: &Id, files: &BTreeMap<Id, Migration>) -> Error {
    let error = Error::setup(format!("{} replaces {id}, which is not there", own.id()));
    let names = files.keys().filter(|other| other.owner == id.owner && own.id() != **other);
    match nearest(&id.name, names.map(|other| other.name.as_str())) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint("delete the files that it replaces all at once, or none of them"),
    }
}
