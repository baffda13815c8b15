//! Those who are told of migrations.

use std::collections::BTreeSet;

use carafe_core::Result;

use super::Site;
use crate::executor::Executor;
use crate::executor::events::{Migrating, MigrationStep};
use crate::migrate::{Direction, Migrator, Target};

/// What is told to those who asked for it, of one run.
pub(super) struct Told<'t> {
    site: &'t Site,
    migrator: &'t Migrator<'t>,
    plan: Vec<MigrationStep>,
}

impl<'t> Told<'t> {
    /// Tells what is to be done; nothing, and no look into the database, where nobody asked.
    pub(super) async fn before(
        site: &'t Site,
        migrator: &'t Migrator<'t>,
        target: &Target,
    ) -> Result<Option<Self>> {
        if site.db.events().of_migrations().is_empty() {
            return Ok(None);
        }
        let step = |(direction, id): (Direction, crate::migrate::Id)| MigrationStep {
            owner: id.owner,
            name: id.name,
            is_undone: direction == Direction::Backwards,
        };
        let plan = migrator.way(target).await?.into_iter().map(step).collect();
        let told = Self { site, migrator, plan };
        let applied = told.applied().await?;
        for owner in told.owners() {
            let migrating = told.migrating(owner, &applied);
            site.db.events().of_migrations().before(migrating).await?;
        }
        Ok(Some(told))
    }

    /// Tells that it is done.
    pub(super) async fn after(self) -> Result<()> {
        let applied = self.applied().await?;
        for owner in self.owners() {
            let migrating = self.migrating(owner, &applied);
            self.site.db.events().of_migrations().after(migrating).await?;
        }
        Ok(())
    }

    /// The crates that have models.
    fn owners(&self) -> BTreeSet<&'t str> {
        self.site.db.models().iter().map(|listed| listed.owner().name).collect()
    }

    async fn applied(&self) -> Result<BTreeSet<(String, String)>> {
        let applied = self.migrator.applied().await?;
        Ok(applied.into_iter().map(|id| (id.owner, id.name)).collect())
    }

    fn migrating<'a>(
        &'a self,
        owner: &'a str,
        applied: &'a BTreeSet<(String, String)>,
    ) -> Migrating<'a> {
        Migrating { db: &self.site.db, owner, plan: &self.plan, applied }
    }
}
