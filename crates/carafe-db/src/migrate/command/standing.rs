//! How models, files and a database stand to each other.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::PathBuf;

use carafe_core::Result;

use super::Site;
use crate::migrate::{Direction, History, Id, Migrator, Target, changed_owners};

/// How models and files stand to each other.
pub(super) struct Files {
    pub(super) history: History,
    /// The crates whose models say what no migration does.
    pub(super) changed: BTreeSet<String>,
    /// Files that the program has not, since it was built before.
    pub(super) added: Vec<PathBuf>,
}

/// How files and a database stand to each other.
pub(super) struct Applied {
    /// What is to be applied.
    pub(super) pending: Vec<Id>,
    /// What was applied, and has no file.
    pub(super) gone: Vec<Id>,
}

impl Files {
    /// Reads them. An error where they do not fit together.
    pub(super) async fn read(site: &Site) -> Result<Self> {
        let history = site.checked_history().await?;
        history.check_heads()?;
        let mut changed = changed_owners(&history.state()?, &site.wanted()?);
        if site.makes_tables || site.has_script {
            // The tables of others are made in another way.
            changed.retain(|owner| history.of(owner).next().is_some());
        }
        let sources = site.sources.clone();
        let added = tokio::task::spawn_blocking(move || sources.added_since_build()).await?;
        Ok(Self { history, changed, added })
    }

    /// Says that models changed, if they did.
    pub(super) fn say_changed(&self) -> Option<String> {
        let owners = listed(&self.changed)?;
        Some(format!("the models of {owners} have changes that no migration has"))
    }
}

impl Applied {
    /// Looks into the database.
    pub(super) async fn read(site: &Site, history: &History) -> Result<Self> {
        let db = site.db.outside();
        let migrator = Migrator::new(&db, history);
        let way = migrator.way(&Target::Newest).await?;
        let pending = way.into_iter().filter(|(way, _)| *way == Direction::Forwards);
        let pending = pending.map(|(_, id)| id).collect();
        Ok(Self { pending, gone: migrator.gone().await? })
    }

    /// Says what is not applied, if anything is not.
    pub(super) fn say_pending(&self) -> Option<String> {
        let names = listed(&self.pending)?;
        Some(match self.pending.len() {
            1 => format!("a migration is not applied: {names}"),
            count => format!("{count} migrations are not applied: {names}"),
        })
    }

    /// Says what was applied and has no file, if anything has none.
    pub(super) fn say_gone(&self) -> Option<String> {
        let names = listed(&self.gone)?;
        Some(match self.gone.len() {
            1 => format!("a migration is applied whose file is gone: {names}"),
            count => format!("{count} migrations are applied whose files are gone: {names}"),
        })
    }
}

/// The first of several, and how many more there are.
fn listed<T: Display>(all: impl IntoIterator<Item = T>) -> Option<String> {
    /// More make no line that one reads.
    const SHOWN: usize = 3;
    let all: Vec<String> = all.into_iter().map(|one| one.to_string()).collect();
    let shown = all[..all.len().min(SHOWN)].join(", ");
    match all.len() {
        0 => None,
        1..=SHOWN => Some(shown),
        count => Some(format!("{shown} and {} more", count - SHOWN)),
    }
}
