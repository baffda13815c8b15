//! What a database notes of migrations beside those that are being applied.

use std::collections::BTreeSet;

use carafe_core::Result;

use super::Migrator;
use crate::db::Session;
use crate::executor::Executor;
use crate::migrate::patience::Patience;
use crate::migrate::{Id, Migration, alone, record};

impl Migrator<'_> {
    /// The migrations that are applied at least in part.
    pub(in crate::migrate) async fn begun(&self) -> Result<BTreeSet<Id>> {
        Ok(record::read(self.db).await?.into_keys().collect())
    }

    /// Notes as applied what stands in the place of others that are, all of them.
    pub(super) async fn note_replacing(
        &self,
        conn: &mut Session,
        applied: &mut BTreeSet<Id>,
        is_begun: &(dyn Fn(&Id) -> bool + Sync),
        patience: &mut Patience<'_>,
    ) -> Result<()> {
        let counted = self.history.applied(applied);
        let open: Vec<&Id> = counted.difference(applied).filter(|id| !is_begun(id)).collect();
        if open.is_empty() {
            return Ok(());
        }
        let open: Vec<&Migration> =
            open.into_iter().map(|id| self.find(id)).collect::<Result<_>>()?;
        if conn.capability().ddl.features().transactional {
            conn.atomic(async |tx| {
                alone::in_transaction(tx, patience.tell).await?;
                record::finish_all(tx, &open).await
            })
            .await?;
        } else {
            record::finish_all(conn, &open).await?;
        }
        applied.extend(open.into_iter().map(Migration::id));
        Ok(())
    }
}
