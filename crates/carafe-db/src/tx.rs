//! The transaction that is open, and what its parts share.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use carafe_core::{Error, Result};
use carafe_model::Value;

use crate::driver::{Begin, Capability, Connection, Step};
use crate::executor::Executor;
use crate::held::DatabaseId;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// The transaction that is open, inside of [`Db::atomic`](crate::Db::atomic).
///
/// It runs what a [`Db`](crate::Db) runs. [`atomic`](Tx::atomic) on it begins a part that can be
/// undone alone.
pub struct Tx {
    pub(crate) shared: Arc<Shared>,
    pub(crate) database: DatabaseId,
}

/// What a transaction and its savepoints share.
pub(crate) struct Shared {
    /// Empty once the transaction has ended.
    connection: Mutex<Option<Arc<dyn Connection>>>,
    capability: &'static Capability,
    /// The outermost savepoint whose future was dropped: it is undone before anything else is done.
    /// 0 for none.
    ///
    /// A guard cannot await while it is dropped, so that it leaves this mark.
    undo: AtomicU32,
    undoing: tokio::sync::Mutex<()>,
    savepoints: AtomicU32,
}

impl Shared {
    /// Begins a transaction on a connection.
    pub(crate) async fn begin(
        connection: Box<dyn Connection>,
        capability: &'static Capability,
        how: Begin,
    ) -> Result<Arc<Self>> {
        connection.step(Step::Begin(how)).await?;
        Ok(Arc::new(Self {
            connection: Mutex::new(Some(connection.into())),
            capability,
            undo: AtomicU32::new(0),
            undoing: tokio::sync::Mutex::new(()),
            savepoints: AtomicU32::new(0),
        }))
    }

    /// Makes all of it last.
    pub(crate) async fn commit(&self) -> Result<()> {
        // What a dropped future left undone is undone before it could be made to last.
        let connection = self.ready().await?;
        connection.step(Step::Commit).await?;
        self.end();
        Ok(())
    }

    /// Undoes all of it.
    pub(crate) async fn rollback(&self) {
        if let Ok(connection) = self.connection() {
            // If it fails the connection is of no use any more; it sees to that when it is dropped.
            let _ = connection.step(Step::Rollback).await;
        }
        self.end();
    }

    /// Gives the connection back, which undoes what was not committed.
    pub(crate) fn end(&self) {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Begins a part that can be undone alone.
    pub(crate) fn next_savepoint(&self) -> u32 {
        self.savepoints.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Leaves the mark that a savepoint is to be undone. Numbers grow, so that the smallest one
    /// encloses the others.
    pub(crate) fn mark(&self, savepoint: u32) {
        let outermost = |undo| (undo == 0 || savepoint < undo).then_some(savepoint);
        let _ = self.undo.fetch_update(Ordering::AcqRel, Ordering::Acquire, outermost);
    }

    /// The connection, after what was dropped half-way is undone.
    pub(crate) async fn ready(&self) -> Result<Arc<dyn Connection>> {
        let connection = self.connection()?;
        if self.undo.load(Ordering::Acquire) != 0 {
            let _turn = self.undoing.lock().await;
            // Another statement may have undone it while this one waited. The mark goes after the
            // undoing is done: should this future be dropped too, the next one undoes it again.
            let savepoint = self.undo.load(Ordering::Acquire);
            if savepoint != 0 {
                connection.step(Step::RollbackTo(savepoint)).await?;
                self.undo.store(0, Ordering::Release);
            }
        }
        Ok(connection)
    }

    pub(crate) async fn fetch(
        &self,
        statement: &Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        self.ready().await?.fetch(statement, values, sink).await
    }

    pub(crate) async fn script(&self, sql: &Statement) -> Result<()> {
        self.ready().await?.script(sql).await
    }

    fn connection(&self) -> Result<Arc<dyn Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(|| {
            Error::internal("this `Db` is bound to a transaction that has ended")
                .hint("keep the `Open` of `Db::begin` as long as the `Db` that it gave is used")
        })
    }
}

impl Executor for Tx {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        Box::pin(self.shared.fetch(statement, values, sink))
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        Box::pin(self.shared.script(sql))
    }

    fn capability(&self) -> &'static Capability {
        self.shared.capability
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("database", &self.shared.capability.name).finish_non_exhaustive()
    }
}
