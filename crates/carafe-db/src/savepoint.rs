//! A part of a transaction that can be undone alone.

use std::sync::Arc;

use carafe_core::{Error, Result};

use crate::driver::Step;
use crate::executor::{Begun, Executor};
use crate::held::{self, DatabaseId};
use crate::known::Known;
use crate::statement::BoxFuture;
use crate::tx::{Shared, Tx};
use crate::watch::Watch;

/// Runs a closure in a savepoint: kept on `Ok`, undone on `Err`, on a panic and when it is dropped.
pub(crate) async fn nested<T, E: From<Error>>(
    shared: &Arc<Shared>,
    database: DatabaseId,
    known: &Known,
    watch: Option<Arc<Watch>>,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    let savepoint = Savepoint::begin(shared).await?;
    let mut tx = savepoint.tx(database, known, watch);
    // On a panic, and where this future is dropped, the savepoint's own drop marks it.
    let done = held::hold(database, work(&mut tx)).await;
    match done {
        Ok(value) if tx.undone => {
            savepoint.undo().await;
            Ok(value)
        }
        Ok(value) => {
            savepoint.release().await?;
            Ok(value)
        }
        Err(error) => {
            savepoint.undo().await;
            Err(error)
        }
    }
}

/// A part of a transaction for several statements, with what keeps others out of it meanwhile.
pub(crate) struct Part<G> {
    savepoint: Savepoint,
    tx: Tx,
    alone: G,
}

impl<G: Send + Sync + 'static> Part<G> {
    pub(crate) async fn begin(
        shared: &Arc<Shared>,
        database: DatabaseId,
        known: &Known,
        watch: Option<Arc<Watch>>,
        alone: G,
    ) -> Result<Self> {
        let savepoint = Savepoint::begin(shared).await?;
        let tx = savepoint.tx(database, known, watch);
        Ok(Self { savepoint, tx, alone })
    }
}

impl<G: Send + Sync + 'static> Begun for Part<G> {
    fn executor(&self) -> &dyn Executor {
        &self.tx
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let Self { savepoint, tx: _, alone } = *self;
            let done = savepoint.release().await;
            drop(alone);
            done
        })
    }
}

/// An open savepoint; dropped, it leaves the mark that it is to be undone.
struct Savepoint {
    shared: Arc<Shared>,
    number: u32,
    open: bool,
}

impl Savepoint {
    async fn begin(shared: &Arc<Shared>) -> Result<Self> {
        let connection = shared.ready().await?;
        // No savepoint is marked before the database knows it: undoing an unknown one would fail.
        // Where this future is dropped while the database is told, an empty savepoint remains, which
        // does no harm.
        let number = shared.next_savepoint();
        connection.step(Step::Savepoint(number)).await?;
        Ok(Self { shared: shared.clone(), number, open: true })
    }

    /// What runs statements in it.
    fn tx(&self, database: DatabaseId, known: &Known, watch: Option<Arc<Watch>>) -> Tx {
        let (shared, known) = (self.shared.clone(), known.clone());
        Tx { shared, database, known, savepoint: self.number, watch, undone: false }
    }

    async fn release(mut self) -> Result<()> {
        if let Err(error) = self.shared.check_whole(self.number) {
            self.undo().await;
            return Err(error);
        }
        // Savepoints inside of it that were dropped are undone first.
        self.shared.ready().await?.step(Step::Release(self.number)).await?;
        self.open = false;
        Ok(())
    }

    /// Undoes it now; where that fails the mark remains, and the next statement meets the failure.
    async fn undo(self) {
        self.shared.mark(self.number);
        let _ = self.shared.ready().await;
    }
}

impl Drop for Savepoint {
    fn drop(&mut self) {
        if self.open {
            self.shared.mark(self.number);
        }
    }
}
