//! The transaction that is open, and what its parts share.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carafe_core::{Error, Result};
use carafe_model::Value;

use crate::driver::{Batch, Begin, Capability, Connection, Cursor, Step};
use crate::error::Failure;
use crate::executor::events::Events;
use crate::executor::{Begun, Executor};
use crate::held::DatabaseId;
use crate::known::Known;
use crate::models::Models;
use crate::on_commit::{self, OnCommit, Waiting};
use crate::sql::Texts;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};
use crate::watch::{self, Watch, Watched};

/// The transaction that is open, inside of [`Db::atomic`](crate::Db::atomic).
///
/// It runs what a [`Db`](crate::Db) runs. [`atomic`](Tx::atomic) on it begins a part that can be
/// undone alone.
pub struct Tx {
    pub(crate) shared: Arc<Shared>,
    pub(crate) database: DatabaseId,
    pub(crate) known: Known,
    /// The savepoint that began this part; 0 for the whole.
    pub(crate) savepoint: u32,
    pub(crate) watch: Option<Arc<Watch>>,
    /// It is undone at its end, whatever its closure returns.
    pub(crate) undone: bool,
}

impl Tx {
    /// The whole of a transaction.
    pub(crate) fn whole(
        shared: Arc<Shared>,
        database: DatabaseId,
        known: Known,
        watch: Option<Arc<Watch>>,
    ) -> Self {
        Self { shared, database, known, savepoint: 0, watch, undone: false }
    }
}

/// What a transaction and its savepoints share.
pub(crate) struct Shared {
    /// Empty once the transaction has ended.
    connection: Mutex<Option<Arc<dyn Connection>>>,
    capability: &'static Capability,
    texts: Arc<Texts>,
    /// The outermost savepoint whose future was dropped: it is undone before anything else is done.
    /// 0 for none.
    ///
    /// A guard cannot await while it is dropped, so that it leaves this mark.
    undo: AtomicU32,
    undoing: tokio::sync::Mutex<()>,
    savepoints: AtomicU32,
    /// The outermost open part that was done by half, which may not last: 1 for the whole, else the
    /// number of its savepoint and 1. 0 for none.
    spoiled: AtomicU32,
    /// What is done once it lasts.
    pub(crate) waiting: Waiting,
    /// The statement that failed first and was not undone since, and why.
    failed: Mutex<Option<String>>,
}

impl Shared {
    /// Begins a transaction on a connection.
    pub(crate) async fn begin(
        connection: Arc<dyn Connection>,
        capability: &'static Capability,
        texts: Arc<Texts>,
        how: Begin,
    ) -> Result<Arc<Self>> {
        connection.step(Step::Begin(how)).await?;
        Ok(Arc::new(Self {
            connection: Mutex::new(Some(connection)),
            capability,
            texts,
            undo: AtomicU32::new(0),
            undoing: tokio::sync::Mutex::new(()),
            savepoints: AtomicU32::new(0),
            spoiled: AtomicU32::new(0),
            waiting: Waiting::default(),
            failed: Mutex::default(),
        }))
    }

    /// Makes all of it last; what was left for that is to be done now.
    pub(crate) async fn commit(&self) -> Result<Vec<OnCommit>> {
        // What a dropped future left undone is undone before it could be made to last.
        let connection = self.ready().await?;
        if let Err(error) = self.check_whole(0) {
            self.rollback().await;
            return Err(error);
        }
        connection.step(Step::Commit).await.map_err(|error| self.explained(error))?;
        let waiting = self.waiting.take();
        self.end();
        Ok(waiting)
    }

    /// Undoes all of it.
    pub(crate) async fn rollback(&self) {
        if let Ok(connection) = self.connection() {
            // If it fails the connection is of no use any more; it sees to that when it is dropped.
            let _ = connection.step(Step::Rollback).await;
        }
        self.end();
    }

    /// Whether it has not ended yet.
    pub(crate) fn is_open(&self) -> bool {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Gives the connection back, which undoes what was not committed.
    pub(crate) fn end(&self) {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(self.waiting.take());
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
        self.waiting.undo(savepoint);
        let undone = |spoiled| (spoiled > savepoint).then_some(0);
        let _ = self.spoiled.fetch_update(Ordering::AcqRel, Ordering::Acquire, undone);
    }

    /// Leaves the mark that the part which a savepoint began may not last; 0 is the whole.
    fn spoil(&self, savepoint: u32) {
        let part = savepoint + 1;
        let outermost = |spoiled| (spoiled == 0 || part < spoiled).then_some(part);
        let _ = self.spoiled.fetch_update(Ordering::AcqRel, Ordering::Acquire, outermost);
    }

    /// An error where something in the part was done by half.
    pub(crate) fn check_whole(&self, savepoint: u32) -> Result<()> {
        match self.spoiled.load(Ordering::Acquire) {
            spoiled if spoiled > savepoint => Err(Error::internal(
                "the transaction is undone: a write in it was broken off half-way, or its error was passed over",
            )
            .hint("return the error, or make the write a part that can be undone alone: `tx.atomic(async |tx| post.save(tx).await).await`")),
            _ => Ok(()),
        }
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
                self.failed().take();
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
        let done = self.ready().await?.fetch(statement, values, sink).await;
        done.map_err(|error| self.noted(error, statement))
    }

    pub(crate) async fn script(&self, sql: &Statement) -> Result<()> {
        let done = self.ready().await?.script(sql).await;
        done.map_err(|error| self.noted(error, sql))
    }

    /// Opens a query whose rows are read batch by batch, while the transaction is open.
    pub(crate) async fn stream(
        self: &Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Box<dyn Cursor>> {
        let opened = self.ready().await?.stream(statement.clone(), values).await;
        let cursor = opened.map_err(|error| self.noted(error, &statement))?;
        Ok(Box::new(Inside { shared: self.clone(), cursor, statement }))
    }

    /// The error of a statement, after it is noted where it is the first one.
    fn noted(&self, error: Error, statement: &Statement) -> Error {
        let explained = self.explained(error);
        let mut failed = self.failed();
        if failed.is_none() {
            *failed = Some(format!("{} ({statement})", explained.message()));
        }
        drop(failed);
        explained
    }

    /// The error; where it says only that an earlier statement has failed, with that one.
    fn explained(&self, error: Error) -> Error {
        let Some(cause) = error.cause::<Failure>().filter(|cause| cause.is_passed_over()) else {
            return error;
        };
        let failed = self.failed();
        let first = failed.as_deref().map(|first| format!(": {first}")).unwrap_or_default();
        Error::new(error.kind(), format!("{}{first}", error.message()))
            .hint(error.advice().unwrap_or_default().to_owned())
            .because(cause.clone())
    }

    fn failed(&self) -> MutexGuard<'_, Option<String>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn connection(&self) -> Result<Arc<dyn Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(|| {
            Error::internal("this `Db` is bound to a transaction that has ended")
                .hint("keep the `Open` of `Db::begin` as long as the `Db` that it gave is used; where requests are atomic, what goes on after the answer takes `NonAtomic`")
        })
    }
}

/// A query that is read batch by batch in a transaction.
struct Inside {
    cursor: Box<dyn Cursor>,
    shared: Arc<Shared>,
    statement: Statement,
}

impl Cursor for Inside {
    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(async move {
            // An error where the transaction has ended.
            self.shared.ready().await?;
            let read = self.cursor.next(most, sink).await;
            read.map_err(|error| self.shared.noted(error, &self.statement))
        })
    }
}

impl Tx {
    /// Does something once the transaction lasts, after the commit of the outermost one: sends the
    /// mail, starts the task. Nothing of it is begun before. It runs in the order of the calls;
    /// what a part asked for that is undone is dropped with it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table user (name text)", ()).await?;
    /// # async fn welcome(name: &str) -> carafe_core::Result<()> { Ok(()) }
    /// let name = String::from("ada");
    /// db.atomic(async |tx| {
    ///     tx.execute("insert into user values (?)", (&name,)).await?;
    ///     let name = name.clone();
    ///     tx.on_commit(async move { welcome(&name).await });
    ///     Ok(())
    /// }).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// If it fails, that is the error of `atomic`, and what comes after it is not done; but the
    /// transaction is committed. See [`on_commit_robust`](Self::on_commit_robust). If the caller's
    /// future is dropped meanwhile, the rest is not done either.
    pub fn on_commit(&self, work: impl Future<Output = Result<()>> + Send + 'static) {
        self.shared.waiting.push(self.savepoint, OnCommit::new(work));
    }

    /// The same for what may fail: that goes to the log, and the rest is done all the same.
    pub fn on_commit_robust(&self, work: impl Future<Output = Result<()>> + Send + 'static) {
        self.shared.waiting.push(self.savepoint, OnCommit::new(work).robust());
    }

    /// Has the transaction, or the part of it that this `tx` belongs to, undone at its end, though its
    /// closure returns `Ok`: for a trial run, or an answer that is no error.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table post (title text)", ()).await?;
    /// let would_delete = db.atomic(async |tx| {
    ///     tx.set_rollback();
    ///     tx.execute("delete from post", ()).await
    /// }).await?;
    /// # let _ = would_delete; Ok(()) }
    /// ```
    pub fn set_rollback(&mut self) {
        self.undone = true;
    }
}

/// A whole transaction that is undone unless it is committed.
pub(crate) struct Own(pub(crate) Tx);

impl Begun for Own {
    fn executor(&self) -> &dyn Executor {
        &self.0
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { on_commit::run_all(self.0.shared.commit().await?).await })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.0.shared.end();
    }
}

impl Executor for Tx {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), statement, &values);
            let run = |sink| self.shared.fetch(statement, values, sink);
            return Box::pin(watched.fetch(sink, run));
        }
        Box::pin(self.shared.fetch(statement, values, sink))
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), &statement, &values);
            return Box::pin(watched.stream(self.shared.stream(statement, values)));
        }
        Box::pin(self.shared.stream(statement, values))
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), sql, &[]);
            return Box::pin(watched.script(self.shared.script(sql)));
        }
        Box::pin(self.shared.script(sql))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Option<Box<dyn Begun>>>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn spoil(&self) {
        self.shared.spoil(self.savepoint);
    }

    fn is_transaction(&self) -> bool {
        true
    }

    fn texts(&self) -> &Texts {
        &self.shared.texts
    }

    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>> {
        self.shared.waiting.push(self.savepoint, work);
        Box::pin(std::future::ready(Ok(())))
    }

    fn capability(&self) -> &'static Capability {
        self.shared.capability
    }

    fn models(&self) -> &Models {
        &self.known.get().models
    }

    fn events(&self) -> &Events {
        &self.known.get().events
    }

    fn database(&self) -> DatabaseId {
        self.database
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("database", &self.shared.capability.name).finish_non_exhaustive()
    }
}
