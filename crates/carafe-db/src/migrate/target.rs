//! Which migrations are to be applied, and which undone.

use std::collections::BTreeSet;

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};

use super::{History, Id, Migration};

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// All that there are are applied.
    Newest,
    /// All of a crate, and what they need.
    NewestOf(String),
    /// The crate's tables are as one of its migrations left them.
    At(Id),
    /// None of a crate, and none that needs one of them.
    Zero(String),
}

/// Which way a migration is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It is applied.
    Forwards,
    /// It is undone.
    Backwards,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Forwards => Self::Backwards,
            Self::Backwards => Self::Forwards,
        }
    }
}

impl Target {
    /// Reads what stands on a command line: a crate, and a name, its beginning, or `zero`.
    pub fn parse(owner: Option<&str>, name: Option<&str>, history: &History) -> Result<Self> {
        let Some(owner) = owner else { return Ok(Self::Newest) };
        if history.of(owner).next().is_none() {
            let owners: BTreeSet<&str> = history.iter().map(|own| own.owner.as_str()).collect();
            let error = Error::bad_request(format!("no crate `{owner}` has migrations"));
            return Err(match nearest(owner, owners.iter().copied()) {
                _ if owner == "zero" || owner.starts_with(|c: char| c.is_ascii_digit()) => {
                    error.hint(format!("the crate stands first: `migrate CRATE {owner}`"))
                }
                Some(known) => error.hint(format!("did you mean `{known}`?")),
                None if owners.is_empty() => error.hint("make them: `makemigrations`"),
                None => error.hint(format!(
                    "there are: {}",
                    owners.into_iter().collect::<Vec<_>>().join(", ")
                )),
            });
        }
        let Some(name) = name else { return Ok(Self::NewestOf(owner.to_owned())) };
        if name == "zero" {
            return Ok(Self::Zero(owner.to_owned()));
        }
        let exact = history.of(owner).find(|own| own.name == name);
        let begun: Vec<&Migration> =
            history.of(owner).filter(|own| own.name.starts_with(name)).collect();
        match (exact, &begun[..]) {
            (Some(own), _) => Ok(Self::At(own.id())),
            (None, [own]) => Ok(Self::At(own.id())),
            (None, []) => {
                let error = Error::bad_request(format!("{owner} has no migration `{name}`"));
                if let Some(by) = history.replaced_as(owner, name) {
                    return Err(error.hint(format!("`{}` stands in its place", by.name)));
                }
                let names = history.of(owner).map(|own| own.name.as_str());
                Err(match nearest(name, names) {
                    Some(known) => error.hint(format!("did you mean `{known}`?")),
                    None => error.hint("`showmigrations` lists them"),
                })
            }
            (None, several) => {
                let names: Vec<&str> = several.iter().map(|own| own.name.as_str()).collect();
                Err(Error::bad_request(format!(
                    "several migrations of {owner} begin with `{name}`: {}",
                    names.join(", ")
                )))
            }
        }
    }
}

/// The migrations to go, in order, from those that are applied.
pub(super) fn way(
    history: &History,
    applied: &BTreeSet<Id>,
    target: &Target,
) -> Result<Vec<(Direction, Id)>> {
    check_order(history, applied)?;
    let wanted: BTreeSet<Id> = match target {
        Target::Newest => history.iter().map(Migration::id).collect(),
        Target::NewestOf(owner) => before(history, history.of(owner).map(Migration::id).collect()),
        Target::At(id) if !applied.contains(id) => before(history, BTreeSet::from([id.clone()])),
        Target::At(id) => return Ok(back(history, applied, &id.owner, Some(id))),
        Target::Zero(owner) => return Ok(back(history, applied, owner, None)),
    };
    let open = history.iter().map(Migration::id);
    let open = open.filter(|id| wanted.contains(id) && !applied.contains(id));
    Ok(open.map(|id| (Direction::Forwards, id)).collect())
}

/// What of a way is left for after the deploy: what says so, and what needs it. Nothing where none is applied
/// yet: no version before runs on tables that are not there.
pub(super) fn for_later(
    history: &History,
    applied: &BTreeSet<Id>,
    way: &[(Direction, Id)],
) -> BTreeSet<Id> {
    let mut later = BTreeSet::new();
    if applied.is_empty() {
        return later;
    }
    for (direction, id) in way {
        let waits = history.get(id).is_some_and(|own| {
            own.rollout.after_deploy || own.after.iter().any(|before| later.contains(before))
        });
        if waits && *direction == Direction::Forwards {
            later.insert(id.clone());
        }
    }
    later
}

/// Some migrations, and all that come before them.
pub(super) fn before(history: &History, mut wanted: BTreeSet<Id>) -> BTreeSet<Id> {
    for own in history.iter().rev() {
        if wanted.contains(&own.id()) {
            wanted.extend(own.after.iter().cloned());
        }
    }
    wanted
}

/// Those of a crate that do not come before one of it, with all that needs them, the last first.
fn back(
    history: &History,
    applied: &BTreeSet<Id>,
    owner: &str,
    until: Option<&Id>,
) -> Vec<(Direction, Id)> {
    let stays = until.map(|id| before(history, BTreeSet::from([id.clone()]))).unwrap_or_default();
    let mut gone: BTreeSet<Id> = BTreeSet::new();
    let mut way = Vec::new();
    for own in history {
        let id = own.id();
        let is_first = own.owner == owner && !stays.contains(&id);
        if applied.contains(&id)
            && (is_first || own.after.iter().any(|before| gone.contains(before)))
        {
            gone.insert(id.clone());
            way.push((Direction::Backwards, id));
        }
    }
    way.reverse();
    way
}

/// An error where one is applied that comes after one that is not.
fn check_order(history: &History, applied: &BTreeSet<Id>) -> Result<()> {
    let mut errors = Vec::new();
    for own in history.iter().filter(|own| applied.contains(&own.id())) {
        for before in own.after.iter().filter(|before| !applied.contains(before)) {
            errors.push(
                Error::setup(format!("{} is applied, and {before}, which comes before it, is not", own.id()))
                    .hint("was it added to `after` later? apply it by hand, and tell so by `migrate --fake`"),
            );
        }
    }
    Error::all(errors)
}
