//! A part of a transaction that can be undone alone.

use std::sync::Arc;

use carafe_core::{Error, Result};

use crate::driver::Step;
use crate::held::{self, DatabaseId};
use crate::models::Known;
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
    let mut tx = Tx {
        shared: shared.clone(),
        database,
        known: known.clone(),
        savepoint: savepoint.number,
        watch,
        undone: false,
    };
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

/// An open savepoint; dropped, it leaves the mark that it is to be undone.
struct Savepoint<'s> {
    shared: &'s Shared,
    number: u32,
    open: bool,
}

impl<'s> Savepoint<'s> {
    async fn begin(shared: &'s Shared) -> Result<Self> {
        let connection = shared.ready().await?;
        // No savepoint is marked before the database knows it: undoing an unknown one would fail.
        // Where this future is dropped while the database is told, an empty savepoint remains, which
        // does no harm.
        let number = shared.next_savepoint();
        connection.step(Step::Savepoint(number)).await?;
        Ok(Self { shared, number, open: true })
    }

    async fn release(mut self) -> Result<()> {
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

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if self.open {
            self.shared.mark(self.number);
        }
    }
}
