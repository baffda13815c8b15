//! What is told when migrations are run.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use carafe_core::Result;

use crate::executor::Executor;
use crate::statement::BoxFuture;

pub(super) type OnMigrate =
    Arc<dyn for<'h> Fn(Migrating<'h>) -> BoxFuture<'h, Result<()>> + Send + Sync>;

/// What is told before and after migrations are run, for each crate that has models.
#[derive(Clone, Copy)]
pub struct Migrating<'h> {
    pub(crate) db: &'h dyn Executor,
    pub(crate) owner: &'h str,
    pub(crate) plan: &'h [MigrationStep],
    pub(crate) applied: &'h BTreeSet<(String, String)>,
}

/// A migration that is to be applied or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStep {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) is_undone: bool,
}

impl<'h> Migrating<'h> {
    /// The database that is migrated.
    pub fn db(&self) -> &'h dyn Executor {
        self.db
    }

    /// The crate that it is told for (Django's `app_config`).
    pub fn crate_name(&self) -> &'h str {
        self.owner
    }

    /// What was to be done when it began, of all crates, in order; empty where nothing was.
    pub fn plan(&self) -> &'h [MigrationStep] {
        self.plan
    }

    /// Whether a migration is applied.
    pub fn is_applied(&self, crate_name: &str, name: &str) -> bool {
        self.applied.contains(&(crate_name.to_owned(), name.to_owned()))
    }

    /// All that are applied, each with its crate before it.
    pub fn applied(&self) -> impl Iterator<Item = (&'h str, &'h str)> + use<'h> {
        self.applied.iter().map(|(owner, name)| (owner.as_str(), name.as_str()))
    }
}

impl MigrationStep {
    /// The crate that it belongs to.
    pub fn crate_name(&self) -> &str {
        &self.owner
    }

    /// Its name: `0002_slugs`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is undone, and not applied.
    pub fn is_undone(&self) -> bool {
        self.is_undone
    }
}

impl fmt::Debug for Migrating<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrating")
            .field("crate", &self.owner)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

/// Who is told of migrations.
#[derive(Clone, Default)]
pub(crate) struct OfMigrations {
    pub(super) before: Vec<OnMigrate>,
    pub(super) after: Vec<OnMigrate>,
}

impl OfMigrations {
    pub(super) const fn new() -> Self {
        Self { before: Vec::new(), after: Vec::new() }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.before.extend(others.before);
        self.after.extend(others.after);
    }

    /// Whether anybody is told.
    pub(crate) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    pub(crate) async fn before(&self, migrating: Migrating<'_>) -> Result<()> {
        for handler in &self.before {
            handler(migrating).await?;
        }
        Ok(())
    }

    pub(crate) async fn after(&self, migrating: Migrating<'_>) -> Result<()> {
        for handler in &self.after {
            handler(migrating).await?;
        }
        Ok(())
    }
}
