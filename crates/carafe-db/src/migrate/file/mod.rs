//! A migration as a file: TOML that people read, review and merge.

mod by_hand;
mod edit;
mod keys;
mod read;
mod write;

#[cfg(test)]
mod tests;

use super::{Operation, Rollout};

/// A migration: the changes that are made together, and what must be there before.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// The crate whose history it is part of.
    pub owner: String,
    /// Its name, which is that of its file: `0002_post_slug`.
    pub name: String,
    /// What comes before it.
    pub after: Vec<Id>,
    /// Those in whose place it stands.
    pub replaces: Vec<Id>,
    /// What it does, in that order.
    pub operations: Vec<Operation>,
    /// When it is applied, and what is known of it.
    pub rollout: Rollout,
}

/// Names a migration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// The crate whose history it is part of.
    pub owner: String,
    /// Its name.
    pub name: String,
}

impl Migration {
    /// Its name among those of all crates.
    pub fn id(&self) -> Id {
        Id { owner: self.owner.clone(), name: self.name.clone() }
    }

    /// Whether it is no transaction as a whole: one of its operations can be part of none.
    pub fn is_stepwise(&self) -> bool {
        self.operations.iter().any(Operation::is_stepwise)
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.owner, self.name)
    }
}
