//! One of two branches of a history, put behind the other.

use std::collections::{BTreeMap, BTreeSet};

use carafe_core::{Error, Result};

use super::target::before;
use super::{History, Id, Migration, number};

/// A file that is changed, and maybe renamed.
#[derive(Debug)]
pub(super) struct Rebased {
    /// What it was.
    pub(super) old: Id,
    /// What it is: its name and what it comes after are other ones.
    pub(super) new: Migration,
}

/// The migrations of one branch since the other one left it.
struct Branch<'h> {
    own: Vec<&'h Migration>,
    end: &'h Migration,
}

impl Branch<'_> {
    fn is_begun(&self, begun: &BTreeSet<Id>) -> bool {
        self.own.iter().any(|own| begun.contains(&own.id()))
    }

    fn is_meant(&self, name: &str) -> bool {
        self.own.iter().any(|own| own.name.starts_with(name))
    }
}

/// Puts the branch of a crate behind the other one that is not applied, or that of a name.
pub(super) fn rebased(
    history: &History,
    owner: &str,
    named: Option<&str>,
    begun: &BTreeSet<Id>,
) -> Result<Vec<Rebased>> {
    let heads = history.heads(owner);
    let &[one, other] = &heads[..] else {
        let names: Vec<&str> = heads.iter().map(|own| own.name.as_str()).collect();
        return Err(Error::bad_request(format!(
            "the migrations of {owner} have {} ends: {}; one of two is put behind the other",
            names.len(),
            names.join(", ")
        ))
        .hint("join them by `makemigrations --merge`"));
    };
    let (moved, stays) =
        chosen(branch(history, one, other), branch(history, other, one), named, begun)?;
    for own in &moved.own {
        if !own.replaces.is_empty() || history.is_replaced(&own.id()) {
            return Err(Error::bad_request(format!(
                "{} is squashed, and stays where it is",
                own.id()
            ))
            .hint("join the ends by `makemigrations --merge`"));
        }
    }
    let changed = changed(history, &moved, &stays);
    check(history, owner, &changed)?;
    Ok(changed)
}

fn branch<'h>(history: &'h History, end: &'h Migration, other: &Migration) -> Branch<'h> {
    let until = before(history, BTreeSet::from([end.id()]));
    let shared = before(history, BTreeSet::from([other.id()]));
    let own = history.of(&end.owner).filter(|own| {
        let id = own.id();
        until.contains(&id) && !shared.contains(&id)
    });
    Branch { own: own.collect(), end }
}

/// The branch that is put behind the other, and the other.
fn chosen<'h>(
    one: Branch<'h>,
    other: Branch<'h>,
    named: Option<&str>,
    begun: &BTreeSet<Id>,
) -> Result<(Branch<'h>, Branch<'h>)> {
    let (first, second) = match named {
        Some(name) => match (one.is_meant(name), other.is_meant(name)) {
            (true, false) => (one, other),
            (false, true) => (other, one),
            (both, _) => {
                let what = if both { "names both branches" } else { "is in none of the branches" };
                return Err(Error::bad_request(format!("`{name}` {what}"))
                    .hint(format!("they end with {} and {}", one.end.name, other.end.name)));
            }
        },
        None if !one.is_begun(begun) && !other.is_begun(begun) => {
            return Err(Error::bad_request(format!(
                "neither {} nor {} is applied to the database of the settings",
                one.end.name, other.end.name
            ))
            .hint(format!(
                "say which comes last, the one that is yours: `--rebase={}`",
                one.end.name
            )));
        }
        None if one.is_begun(begun) => (other, one),
        None => (one, other),
    };
    if !first.is_begun(begun) {
        return Ok((first, second));
    }
    let (owner, end) = (&first.end.owner, &first.end.name);
    let error = format!("{} is applied to the database of the settings", first.end.id());
    Err(Error::bad_request(error).hint(match first.own.first().and_then(|own| own.after.first()) {
        Some(before) if before.owner == *owner && named.is_some() => format!(
            "undo it, if no other database has it: `migrate {owner} {}`; else join them by `makemigrations --merge`",
            before.name
        ),
        _ => format!("join them by `makemigrations --merge`, or undo {end} and say `--rebase={end}`"),
    }))
}

fn changed(history: &History, moved: &Branch<'_>, stays: &Branch<'_>) -> Vec<Rebased> {
    let is_moved = |id: &Id| moved.own.iter().any(|own| own.id() == *id);
    let others = history.of(&moved.end.owner).filter(|own| !is_moved(&own.id()));
    let mut last = others.filter_map(|own| number(&own.name)).max().unwrap_or(0);
    let mut names: BTreeMap<Id, Id> = BTreeMap::new();
    for own in &moved.own {
        last = number(&own.name).unwrap_or(0).max(last + 1);
        let rest = own.name.split_once('_').map_or(&*own.name, |(_, rest)| rest);
        let new = Id { owner: own.owner.clone(), name: format!("{last:04}_{rest}") };
        names.insert(own.id(), new);
    }
    let mut changed = Vec::new();
    for own in history.files() {
        let id = own.id();
        let is_own = is_moved(&id);
        if !is_own && !own.after.iter().any(is_moved) {
            continue;
        }
        let follows = own.after.iter().any(is_moved);
        let mut after: Vec<Id> = Vec::with_capacity(own.after.len());
        for before in &own.after {
            let new = match names.get(before) {
                Some(new) => new.clone(),
                None if is_own && before.owner == own.owner && follows => continue,
                None if is_own && before.owner == own.owner => stays.end.id(),
                None => before.clone(),
            };
            if !after.contains(&new) {
                after.push(new);
            }
        }
        if is_own && !follows && !after.contains(&stays.end.id()) {
            // The other one begins the history.
            after.insert(0, stays.end.id());
        }
        let name = names.get(&id).map_or(&own.name, |new| &new.name).clone();
        changed.push(Rebased { old: id, new: Migration { name, after, ..own.clone() } });
    }
    changed
}

/// The other branch and then this one lead somewhere.
fn check(history: &History, owner: &str, changed: &[Rebased]) -> Result<()> {
    let gone: BTreeSet<&Id> = changed.iter().map(|own| &own.old).collect();
    let stays = history.files().filter(|own| !gone.contains(&own.id()));
    let new = changed.iter().map(|own| &own.new);
    let rebased = History::new(stays.chain(new).cloned())?;
    if rebased.heads(owner).len() > 1 {
        return Err(Error::internal("the branches have two ends all the same").at(owner.to_owned()));
    }
    rebased.state().map(drop).map_err(|error| {
        error.hint("the branches change the same: edit the one that comes last, or make it anew after the other")
    })
}
