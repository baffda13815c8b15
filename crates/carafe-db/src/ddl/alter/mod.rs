//! From a table as it is to a table as it is to be.

mod change;
mod comments;
mod in_place;
mod online;
mod rebuild;
mod renamed;

pub(crate) use change::Change;
pub(crate) use online::Fill;
pub(crate) use renamed::Renamed;

use std::sync::Arc;

use carafe_core::Result;

use super::state::State;
use super::{Alters, Ddl};

/// One thing to do with the database.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Runs a statement.
    Sql(String),
    /// Runs a statement for each name that a query finds.
    Each {
        /// Finds names.
        find: String,
        /// The statement before the name.
        before: String,
        /// The statement after the name.
        after: String,
    },
    /// Keeps statements that a query finds, for [`Again`](Self::Again).
    Keep(String),
    /// Runs what was kept.
    Again,
    /// Runs SQL that somebody wrote, which may not be run twice.
    Own(String),
    /// Calls a function of the program, which may not be called twice.
    Call {
        /// Its name.
        name: String,
        /// What the tables are then.
        state: Arc<State>,
    },
    /// Runs a statement that is part of no transaction, keeps nobody waiting, and may be run twice.
    Alone(String),
    /// Builds an index beside those who write, by a statement that is part of no transaction. What an
    /// attempt has left that failed is taken away before.
    Build {
        /// The name of the index.
        index: String,
        /// The statement.
        sql: String,
    },
    /// Fills rows bit by bit.
    Fill(Fill),
}

impl Step {
    /// Whether it can be part of a transaction.
    pub(crate) fn is_transactional(&self) -> bool {
        !matches!(self, Self::Alone(_) | Self::Build { .. } | Self::Fill(_))
    }
}

/// Whether those who use a table at the same time are kept waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// They may be: all is done at once.
    AtOnce,
    /// They are not, as far as the database can do that.
    Online,
}

/// The steps for tables that change together.
pub(crate) fn alter(changes: &[Change], ddl: &dyn Ddl, pace: Pace) -> Result<Vec<Step>> {
    let mut steps = match ddl.features().alters {
        Alters::Anew => rebuild::steps(changes, ddl)?,
        Alters::ByParts | Alters::Whole => in_place::steps(changes, ddl, pace)?,
    };
    for change in changes {
        steps.extend(comments::changed(change, ddl)?);
    }
    Ok(steps)
}
