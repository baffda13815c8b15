//! Several migrations as one.

use std::collections::BTreeSet;

use carafe_core::{Error, Result};

use super::target::before;
use super::{History, Id, Migration, Rollout, is_same, number, optimize};

/// What becomes of the operations of what is squashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reduce {
    /// Those that can be merged are, and those that may be left out are left out.
    Yes,
    /// They stay as they are.
    No,
}

/// Some migrations that follow each other, and the one that can stand in their place.
#[derive(Debug)]
pub(super) struct Squash {
    /// What is squashed, in its order.
    pub(super) names: Vec<String>,
    /// How many operations they have.
    pub(super) operations: usize,
    /// The one in their place.
    pub(super) migration: Migration,
}

impl Squash {
    /// The migrations of a crate from the one to the other, or from the first one. `name` stands behind
    /// the numbers, in place of the last one's.
    pub(super) fn of(
        history: &History,
        from: Option<&Id>,
        to: &Id,
        name: Option<&str>,
        reduce: Reduce,
    ) -> Result<Self> {
        let own = chosen(history, from, to)?;
        let ids: BTreeSet<Id> = own.iter().map(|own| own.id()).collect();
        let (Some(first), Some(last)) = (own.first(), own.last()) else {
            return Err(Error::internal(format!("{to} does not lead to itself")));
        };
        let mut after: Vec<Id> = Vec::new();
        for id in own.iter().flat_map(|own| &own.after) {
            if !ids.contains(id) && !after.contains(id) {
                after.push(id.clone());
            }
        }
        let later = own.iter().filter(|own| own.rollout.after_deploy).count();
        let begins = !after.iter().any(|id| id.owner == to.owner);
        if later > 0 && later < own.len() && !begins {
            return Err(Error::bad_request("some of them are for after the deploy, and some before it")
                .hint("squash up to those that are for after it, or from the first migration of the crate on"));
        }
        let rollout = Rollout { after_deploy: later == own.len(), safe: None };
        let all = own.iter().flat_map(|own| &own.operations).cloned().collect::<Vec<_>>();
        let operations = all.len();
        let begun = first.name.split_once('_').map_or(&*first.name, |(number, _)| number);
        let ended = number(&last.name).unwrap_or(1);
        let rest = name.unwrap_or_else(|| title(&last.name));
        let migration = Migration {
            owner: to.owner.clone(),
            name: format!("{begun}_squashed_{ended:04}_{rest}"),
            after,
            rollout,
            replaces: own.iter().map(|own| own.id()).collect(),
            operations: match reduce {
                Reduce::No => all,
                Reduce::Yes => optimize(all.into_iter().filter(|own| !own.is_elidable()).collect()),
            },
        };
        check(history, &migration)?;
        let names = own.iter().map(|own| own.name.clone()).collect();
        Ok(Self { names, operations, migration })
    }
}

/// A name without what it begins with: its number, and those that it stands for.
fn title(name: &str) -> &str {
    match name.split_once('_') {
        Some((first, rest)) if first.parse::<u32>().is_ok() => {
            rest.strip_prefix("squashed_").map_or(rest, title)
        }
        _ => name,
    }
}

fn chosen<'h>(history: &'h History, from: Option<&Id>, to: &Id) -> Result<Vec<&'h Migration>> {
    let until = before(history, BTreeSet::from([to.clone()]));
    let earlier = match from {
        None => BTreeSet::new(),
        Some(from) if !until.contains(from) => {
            return Err(Error::bad_request(format!(
                "{} does not come before {}",
                from.name, to.name
            ))
            .hint("name the earlier one first"));
        }
        Some(from) => {
            let mut earlier = before(history, BTreeSet::from([from.clone()]));
            earlier.remove(from);
            earlier
        }
    };
    let own: Vec<&Migration> = history
        .of(&to.owner)
        .filter(|own| until.contains(&own.id()) && !earlier.contains(&own.id()))
        .collect();
    if let [only] = own[..] {
        return Err(Error::bad_request(format!("{} alone cannot be squashed", only.name))
            .hint("fewer operations make it by `optimizemigration`"));
    }
    Ok(own)
}

/// With it, all lead to the same tables in an order in which each finds what it needs.
fn check(history: &History, migration: &Migration) -> Result<()> {
    let all = history.files().cloned().chain([migration.clone()]);
    let squashed = History::new(all).map_err(|error| {
        error.at(migration.id().to_string()).hint(
            "a migration of another crate comes after one of these and before another one: squash them in two parts",
        )
    })?;
    if is_same(&history.state()?, &squashed.state()?) {
        return Ok(());
    }
    Err(Error::internal("the squashed migration leads to other tables")
        .at(migration.id().to_string())
        .hint("`--no-optimize` leaves operations as they are"))
}
