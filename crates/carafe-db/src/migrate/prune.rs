//! Applied migrations whose files are gone.

use carafe_core::Result;

use super::{Id, Migrator, record};
use crate::db::lock_tables;

impl Migrator<'_> {
    /// Those that were applied, and whose files are gone. Those of crates that have no migrations here are
    /// those of another program.
    pub async fn gone(&self) -> Result<Vec<Id>> {
        let history = self.history;
        let is_gone = |id: &Id| history.of(&id.owner).next().is_some() && !history.knows(id);
        Ok(self.applied().await?.into_iter().filter(is_gone).collect())
    }

    /// Forgets them, of all crates or of one (Django's `migrate --prune`), and tells which there were. The
    /// tables stay as they are.
    pub async fn prune(&self, owner: Option<&str>) -> Result<Vec<Id>> {
        let mut gone = self.gone().await?;
        gone.retain(|id| owner.is_none_or(|owner| id.owner == owner));
        self.db
            .atomic(async |tx| {
                lock_tables(tx).await?;
                for id in &gone {
                    record::forget(tx, id).await?;
                }
                Ok(())
            })
            .await?;
        Ok(gone)
    }
}
