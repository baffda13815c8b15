//! Changes that become part of the latest migration.

use std::collections::{BTreeMap, BTreeSet};

use carafe_core::{Error, Result};

use super::{History, Id, Migration, Rollout, is_same, name, optimize};

/// A file that is written instead of another one, or for the first time.
#[derive(Debug)]
pub(super) struct Update {
    /// What it is written instead of.
    pub(super) old: Option<Id>,
    /// What is written; nothing, where the old one did no more than what is taken back.
    pub(super) new: Option<Migration>,
}

/// Puts new migrations into the latest ones of their crates. An error where one of these is applied,
/// or where others come after it.
pub(super) fn updated(
    history: &History,
    made: Vec<Migration>,
    begun: &BTreeSet<Id>,
    named: Option<&str>,
) -> Result<Vec<Update>> {
    let mut ids: BTreeMap<Id, Option<Id>> = BTreeMap::new();
    let mut updates: Vec<Update> = Vec::with_capacity(made.len());
    for own in &made {
        let heads = history.heads(&own.owner);
        let update = match &heads[..] {
            [] => Update { old: None, new: Some(own.clone()) },
            [latest, ..] => {
                let latest = history.file(&latest.id()).unwrap_or(latest);
                let made = made.iter().filter(|other| other.owner == own.owner);
                may_change(latest, history, begun, made.count())?;
                let new = merged(latest, own, named);
                Update { old: Some(latest.id()), new: (!new.operations.is_empty()).then_some(new) }
            }
        };
        let id = update.new.as_ref().map(Migration::id);
        ids.insert(own.id(), id.clone());
        ids.extend(update.old.clone().map(|old| (old, id)));
        updates.push(update);
    }
    for new in updates.iter_mut().filter_map(|own| own.new.as_mut()) {
        let id = new.id();
        let after = new.after.iter();
        let after: BTreeSet<Id> = after
            .filter_map(|before| ids.get(before).map_or_else(|| Some(before.clone()), Clone::clone))
            .collect();
        new.after = after.into_iter().filter(|before| *before != id).collect();
    }
    check(history, &made, &updates)?;
    Ok(updates)
}

fn may_change(
    latest: &Migration,
    history: &History,
    begun: &BTreeSet<Id>,
    made: usize,
) -> Result<()> {
    let id = latest.id();
    let refused = |why: String| Error::bad_request(why).hint("make a new one: `makemigrations`");
    if begun.contains(&id) {
        let before = latest.after.iter().find(|before| before.owner == id.owner);
        let before = before.map_or("zero", |before| &before.name);
        return Err(Error::bad_request(format!("{id} is applied to the database of the settings"))
            .hint(format!(
                "undo it, if no other database has it: `migrate {} {before}`; else make a new one: `makemigrations`",
                id.owner
            )));
    }
    if !latest.replaces.is_empty() {
        return Err(refused(format!("{id} stands in the place of others, and is not changed")));
    }
    if latest.rollout != Rollout::default() {
        return Err(refused(format!(
            "{id} says when it is deployed, or why it is safe: that is said of nothing else"
        )));
    }
    if let Some(next) = history.files().find(|own| own.after.contains(&id)) {
        return Err(refused(format!("{} comes after {id}", next.id())));
    }
    if made > 1 {
        return Err(refused(format!(
            "changes of another crate come between those of {}, which take {made} migrations",
            id.owner
        )));
    }
    Ok(())
}

fn merged(latest: &Migration, own: &Migration, named: Option<&str>) -> Migration {
    let operations = latest.operations.iter().chain(&own.operations).cloned().collect();
    let operations = optimize(operations);
    let (number, rest) = latest.name.split_once('_').unwrap_or((&latest.name, ""));
    let rest = match named {
        Some(named) => named.to_owned(),
        // A name that told what it does tells what it does now.
        None if rest == name(&latest.operations) => name(&operations),
        None => rest.to_owned(),
    };
    let mut after = latest.after.clone();
    after.extend(own.after.iter().cloned());
    Migration {
        owner: latest.owner.clone(),
        name: format!("{number}_{rest}"),
        after,
        rollout: Rollout::default(),
        replaces: Vec::new(),
        operations,
    }
}

/// What is written leads to the same as what would have been made.
fn check(history: &History, made: &[Migration], updates: &[Update]) -> Result<()> {
    let made = History::new(history.files().chain(made).cloned())?;
    let gone: BTreeSet<&Id> = updates.iter().filter_map(|own| own.old.as_ref()).collect();
    let stays = history.files().filter(|own| !gone.contains(&own.id()));
    let new = updates.iter().filter_map(|own| own.new.as_ref());
    let updated = History::new(stays.chain(new).cloned())?;
    if is_same(&made.state()?, &updated.state()?) {
        return Ok(());
    }
    Err(Error::internal("the changed migration leads to other tables")
        .hint("make a new one: `makemigrations`"))
}
