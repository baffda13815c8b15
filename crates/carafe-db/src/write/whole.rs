//! Several statements that are done together or not at all.

use std::ops::Deref;

use carafe_core::Result;

use crate::executor::Executor;
use crate::on_commit;
use crate::tx::Tx;

/// Runs several statements as one: in a transaction of their own, or in the one that is open.
pub(super) struct Together<'e> {
    around: &'e dyn Executor,
    own: Option<Own>,
}

/// A transaction that is undone unless it is committed.
struct Own(Tx);

impl<'e> Together<'e> {
    pub(super) async fn begin(around: &'e dyn Executor) -> Result<Self> {
        let own = around.begin().await?.map(Own);
        Ok(Self { around, own })
    }

    pub(super) async fn done(self) -> Result<()> {
        match &self.own {
            Some(own) => on_commit::run_all(own.0.shared.commit().await?).await,
            None => Ok(()),
        }
    }
}

impl<'e> Deref for Together<'e> {
    type Target = dyn Executor + 'e;

    fn deref(&self) -> &(dyn Executor + 'e) {
        match &self.own {
            Some(own) => &own.0,
            None => self.around,
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.0.shared.end();
    }
}
