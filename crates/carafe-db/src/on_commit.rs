//! What is done once a transaction lasts.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use carafe_core::{Error, Result};

use crate::statement::BoxFuture;

/// What is done once a transaction lasts: given to [`Executor::after_commit`](crate::Executor::after_commit).
pub struct OnCommit {
    work: BoxFuture<'static, Result<()>>,
    robust: bool,
}

/// What the parts of a transaction asked for, in order.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Vec<(u32, OnCommit)>>);

impl OnCommit {
    /// It is not begun before the transaction lasts.
    pub fn new(work: impl Future<Output = Result<()>> + Send + 'static) -> Self {
        Self { work: Box::pin(work), robust: false }
    }

    /// If it fails, or panics, that goes to the log, and what comes after it is done all the same.
    pub fn robust(mut self) -> Self {
        self.robust = true;
        self
    }

    /// Does it.
    pub(crate) async fn run(self) -> Result<()> {
        if !self.robust {
            return self.work.await;
        }
        match caught(self.work).await {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                tracing::error!("what a transaction left for its commit failed: {error}")
            }
            None => tracing::error!("what a transaction left for its commit panicked"),
        }
        Ok(())
    }
}

/// Awaits a future; `None` where it panicked, of which the panic hook has told.
async fn caught<T>(mut work: BoxFuture<'static, T>) -> Option<T> {
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(polled) => polled.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

impl Waiting {
    /// Something to do, for the part that a savepoint began; 0 for the whole.
    pub(crate) fn push(&self, savepoint: u32, work: OnCommit) {
        self.list().push((savepoint, work));
    }

    /// Forgets what a savepoint asked for, and those in it: their numbers are larger.
    pub(crate) fn undo(&self, savepoint: u32) {
        // What is dropped is somebody's own, and may look here again.
        let dropped: Vec<_> = self.list().extract_if(.., |(part, _)| *part >= savepoint).collect();
        drop(dropped);
    }

    /// How much waits.
    pub(crate) fn count(&self) -> usize {
        self.list().len()
    }

    /// Takes out all that waits.
    pub(crate) fn take(&self) -> Vec<OnCommit> {
        std::mem::take(&mut *self.list()).into_iter().map(|(_, work)| work).collect()
    }

    fn list(&self) -> MutexGuard<'_, Vec<(u32, OnCommit)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does it all, in order, up to the first failure of one that is not robust.
pub(crate) async fn run_all(list: Vec<OnCommit>) -> Result<()> {
    for work in list {
        work.run().await.map_err(said)?;
    }
    Ok(())
}

/// The error, which says that the transaction lasts all the same.
fn said(error: Error) -> Error {
    match error.advice() {
        Some(_) => error,
        None => error.hint("the transaction itself is committed; what it left for its commit failed, and the rest of that was not done"),
    }
}

impl fmt::Debug for OnCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnCommit").field("robust", &self.robust).finish_non_exhaustive()
    }
}
