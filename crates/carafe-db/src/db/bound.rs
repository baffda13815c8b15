//! A `Db` that is bound to one open transaction: for tests that roll back, and for requests that
//! are atomic as a whole.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use carafe_core::{Error, Result};
use carafe_model::Value;
use tokio::sync::RwLock;

use super::Db;
use crate::driver::{Batch, Begin, Cursor};
use crate::executor::Begun;
use crate::on_commit::{self, OnCommit};
use crate::savepoint::{Part, nested};
use crate::statement::{BoxFuture, Fetched, Sink, Statement};
use crate::tx::{Shared, Tx};

/// An open transaction, and the [`Db`] that is bound to it: made by [`Db::begin`].
///
/// Dropped, it is undone.
#[must_use = "a transaction that is dropped is undone"]
pub struct Open {
    db: Db,
    bound: Arc<Bound>,
}

/// What the handles of one bound `Db` share.
pub(super) struct Bound {
    shared: Arc<Shared>,
    /// It is that of a request, and no test's.
    of_request: bool,
    /// It is undone at its end, whatever that is.
    undone: AtomicBool,
    /// Single statements share it; a part that can be undone alone has it alone, as another task's
    /// statement in the middle of it would be undone with it.
    turn: Arc<RwLock<()>>,
}

impl Db {
    /// Begins a transaction, and gives a `Db` that is bound to it: all that is done through that one,
    /// and through its clones, is part of the transaction; `atomic` on it is a savepoint.
    ///
    /// It is how a test leaves nothing behind:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table post (title text)", ()).await?;
    /// let open = db.begin().await?;
    /// open.db().execute("insert into post values ('a test')", ()).await?;
    /// open.rollback().await?;
    /// assert_eq!(db.query_scalar::<i64>("select count(*) from post", ()).one().await?, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// An error on a `Db` that is bound already: there `atomic` nests.
    pub async fn begin(&self) -> Result<Open> {
        self.transaction().begin().await
    }

    /// Begins the transaction of a request.
    pub(crate) async fn begin_request(&self) -> Result<Open> {
        self.open_with(Begin::default(), true).await
    }

    /// Has the transaction that this `Db` is bound to undone at its end, though nothing failed: that of the
    /// request, where requests are atomic ([`atomic_requests`](crate::Database::atomic_requests)). An error where it is
    /// bound to none. Inside of `atomic` it is [`Tx::set_rollback`](crate::Tx::set_rollback).
    pub fn set_rollback(&self) -> Result<()> {
        let Some(bound) = self.bound() else {
            return Err(Error::internal(
                "this `Db` is bound to no transaction that could be undone",
            )
            .hint("use `tx.set_rollback()` inside of `db.atomic(async |tx| …)`"));
        };
        bound.undone.store(true, Ordering::Relaxed);
        Ok(())
    }

    pub(super) async fn open_with(&self, how: Begin, of_request: bool) -> Result<Open> {
        if self.bound().is_some() {
            return Err(Error::internal("this `Db` is bound to a transaction already")
                .hint("use `db.atomic(…)`, which nests"));
        }
        let bound = Arc::new(Bound {
            shared: self.begin_transaction(how).await?,
            of_request,
            undone: AtomicBool::new(false),
            turn: Arc::default(),
        });
        Ok(Open { db: self.bound_to(bound.clone()), bound })
    }
}

impl Open {
    /// The `Db` that is bound to it.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Makes all of it last, after what still runs is done; then does what was left for that
    /// ([`Tx::on_commit`](crate::Tx::on_commit)). Handles that remain are of no use.
    pub async fn commit(self) -> Result<()> {
        if self.bound.undone.load(Ordering::Relaxed) {
            return self.rollback().await;
        }
        let alone = self.bound.turn.write().await;
        let waiting = self.bound.shared.commit().await?;
        drop(alone);
        self.db.note_write();
        on_commit::run_all(waiting).await
    }

    /// How much is left for the commit by now ([`Tx::on_commit`](crate::Tx::on_commit)).
    pub fn waiting(&self) -> usize {
        self.bound.shared.waiting.count()
    }

    /// Does what is left for the commit, as if it had come, and what that leaves in its turn: a test
    /// that undoes all sees so what would have been done (Django's `captureOnCommitCallbacks`). It
    /// tells how much was done.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let open = db.begin().await?;
    /// open.db().atomic(async |tx| {
    ///     tx.on_commit(async { Ok(()) });
    ///     Ok(())
    /// }).await?;
    /// assert_eq!(open.run_on_commit().await?, 1);
    /// open.rollback().await?;
    /// # Ok(()) }
    /// ```
    pub async fn run_on_commit(&self) -> Result<usize> {
        let mut done = 0;
        loop {
            let waiting = self.bound.shared.waiting.take();
            if waiting.is_empty() {
                return Ok(done);
            }
            done += waiting.len();
            on_commit::run_all(waiting).await?;
        }
    }

    /// Undoes all of it, after what still runs is done.
    pub async fn rollback(self) -> Result<()> {
        let _alone = self.bound.turn.write().await;
        self.bound.shared.rollback().await;
        Ok(())
    }
}

impl Bound {
    pub(super) async fn fetch(
        &self,
        statement: &Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        let _shared = self.turn.read().await;
        self.shared.fetch(statement, values, sink).await
    }

    pub(super) async fn stream(
        self: &Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Box<dyn Cursor>> {
        let _shared = self.turn.read().await;
        let cursor = self.shared.stream(statement, values).await?;
        Ok(Box::new(InTurn { cursor, bound: self.clone() }))
    }

    /// Whether it is that of a request, and no test's.
    pub(super) fn is_of_request(&self) -> bool {
        self.of_request
    }

    pub(super) fn after_commit(&self, work: OnCommit) -> Result<()> {
        // An error where it has ended.
        self.shared.connection()?;
        self.shared.waiting.push(0, work);
        Ok(())
    }

    pub(super) async fn script(&self, sql: &Statement) -> Result<()> {
        let _shared = self.turn.read().await;
        self.shared.script(sql).await
    }

    /// Begins a part that can be undone alone, for several statements.
    pub(super) async fn begin(&self, db: &Db) -> Result<Box<dyn Begun>> {
        db.check_not_held()?;
        let alone = self.turn.clone().write_owned().await;
        let watch = db.watch.clone();
        Ok(Box::new(Part::begin(&self.shared, db.id(), &db.known, watch, alone).await?))
    }

    pub(super) async fn atomic<T, E: From<Error>>(
        &self,
        db: &Db,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let _alone = self.turn.write().await;
        nested(&self.shared, db.id(), &db.known, db.watch.clone(), work).await
    }
}

/// A query that is read batch by batch, each in its turn.
struct InTurn {
    cursor: Box<dyn Cursor>,
    bound: Arc<Bound>,
}

impl Cursor for InTurn {
    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(async move {
            let _shared = self.bound.turn.read().await;
            self.cursor.next(most, sink).await
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.bound.shared.end();
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open").field("db", &self.db).finish_non_exhaustive()
    }
}
