//! All or nothing: `atomic` and its kin.

use std::sync::Arc;
use std::time::Duration;

use carafe_core::{Error, Result};

use super::{Db, Transaction};
use crate::driver::Begin;
use crate::error::is_transient;
use crate::held;
use crate::on_commit::{self, OnCommit};
use crate::savepoint::nested;
use crate::tx::{Shared, Tx};

impl Db {
    /// Runs a closure in a transaction: committed if it returns `Ok`, undone if it returns `Err`,
    /// panics, or its future is dropped, as by a time-out or when the client leaves.
    ///
    /// Inside, statements go through `tx`; using `&db` there is an error that says so. It nests:
    /// `tx.atomic(…)` is a part that can be undone alone. On a `Db` that is bound to a transaction it
    /// is such a part itself.
    ///
    /// If the future is dropped while it commits, whether it committed is unknown.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # use carafe_core::Error;
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table account (name text, cents integer)", ()).await?;
    /// # db.execute("insert into account values ('ada', 500), ('bob', 0)", ()).await?;
    /// let (from, to, cents) = ("ada", "bob", 700);
    /// let moved = db.atomic(async |tx| {
    ///     tx.execute("update account set cents = cents + ? where name = ?", (cents, to)).await?;
    ///     tx.execute("update account set cents = cents - ? where name = ?", (cents, from)).await?;
    ///     match tx.query_scalar::<i64>("select cents from account where name = ?", (from,)).one().await? {
    ///         0.. => Ok(()),
    ///         _ => Err(Error::bad_request("not so much is there")),
    ///     }
    /// }).await;
    /// assert!(moved.is_err());
    /// assert_eq!(db.query_scalar::<i64>("select max(cents) from account", ()).one().await?, 500);
    /// # Ok(()) }
    /// ```
    pub async fn atomic<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.transaction().atomic_as(work).await
    }

    /// [`atomic`](Db::atomic) with an error type of your own, which a database error turns into.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// enum Refused {
    ///     Poor,
    ///     Failed(carafe_core::Error),
    /// }
    ///
    /// impl From<carafe_core::Error> for Refused {
    ///     fn from(error: carafe_core::Error) -> Self {
    ///         Self::Failed(error)
    ///     }
    /// }
    ///
    /// let paid = db.atomic_as(async |tx| {
    ///     let cents: i64 = tx.query_scalar("select 5", ()).one().await?;
    ///     if cents < 10 { Err(Refused::Poor) } else { Ok(()) }
    /// });
    /// assert!(matches!(paid.await, Err(Refused::Poor)));
    /// # Ok(()) }
    /// ```
    pub async fn atomic_as<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction().atomic_as(work).await
    }

    /// [`atomic`](Db::atomic) that is tried up to `times` times where two transactions met and this
    /// one had to give way. The closure may so run several times: what it captures must bear that.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table counter (hits integer)", ()).await?;
    /// db.atomic_retry(3, async |tx| tx.execute("update counter set hits = hits + 1", ()).await).await?;
    /// # Ok(()) }
    /// ```
    pub async fn atomic_retry<T>(
        &self,
        times: u32,
        work: impl AsyncFn(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        self.transaction().atomic_retry(times, work).await
    }
}

impl Transaction<'_> {
    /// Runs a closure in it, with an error type of your own, as [`Db::atomic_as`] does.
    pub async fn atomic_as<T, E: From<Error>>(
        self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let (value, waiting) = self.attempt(work).await?;
        on_commit::run_all(waiting).await?;
        Ok(value)
    }

    /// Runs a closure in it; gives what is to be done now that it is committed.
    async fn attempt<T, E: From<Error>>(
        self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<(T, Vec<OnCommit>), E> {
        self.check_durable()?;
        let db = self.db;
        if let Some(bound) = db.bound() {
            db.check_not_held()?;
            return Ok((bound.atomic(db, work).await?, Vec::new()));
        }
        let shared = db.begin_transaction(self.how).await?;
        within(db, shared, self.how, work).await
    }

    /// Runs a closure in it up to `times` times, as [`Db::atomic_retry`] does.
    pub async fn atomic_retry<T>(
        self,
        times: u32,
        work: impl AsyncFn(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        let mut tried = 1;
        loop {
            match self.attempt(&work).await {
                Err(error) if tried < times && is_transient(&error) => {
                    // Those that met would meet again at once.
                    tokio::time::sleep(Duration::from_millis(2 << tried.min(8))).await;
                    tried += 1;
                }
                // What is left for the commit is not part of what is tried again.
                done => {
                    let (value, waiting) = done?;
                    on_commit::run_all(waiting).await?;
                    return Ok(value);
                }
            }
        }
    }
}

impl Tx {
    /// Runs a closure in a part of the transaction that can be undone alone (a savepoint): kept with
    /// the rest if it returns `Ok`, undone if it returns `Err`, panics, or its future is dropped.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table tag (name text unique)", ()).await?;
    /// db.atomic(async |tx| {
    ///     tx.execute("insert into tag values ('rust')", ()).await?;
    ///     let again = tx.atomic(async |tx| tx.execute("insert into tag values ('sql'), ('rust')", ()).await).await;
    ///     assert!(again.is_err()); // and the rest goes on
    ///     Ok(())
    /// }).await?;
    /// assert_eq!(db.query_scalar::<String>("select name from tag", ()).all().await?, ["rust"]);
    /// # Ok(()) }
    /// ```
    pub async fn atomic<T>(&mut self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (known, watch) = (&self.known, self.watch.clone());
        nested(&self.shared, self.database, known, watch, work).await
    }

    /// [`atomic`](Tx::atomic) with an error type of your own.
    pub async fn atomic_as<T, E: From<Error>>(
        &mut self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let (known, watch) = (&self.known, self.watch.clone());
        nested(&self.shared, self.database, known, watch, work).await
    }
}

/// Runs a closure in a transaction that is open; gives what is to be done now that it is committed.
pub(super) async fn within<T, E: From<Error>>(
    db: &Db,
    shared: Arc<Shared>,
    how: Begin,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<(T, Vec<OnCommit>), E> {
    let guard = Guard(shared);
    let shared = guard.0.clone();
    let mut tx = Tx::whole(shared, db.id(), db.known.clone(), db.watch.clone());
    match held::hold(db.id(), work(&mut tx)).await {
        Ok(value) if tx.undone => {
            guard.0.rollback().await;
            Ok((value, Vec::new()))
        }
        Ok(value) => {
            let waiting = guard.0.commit().await?;
            if !how.read_only {
                db.note_write();
            }
            Ok((value, waiting))
        }
        Err(error) => {
            guard.0.rollback().await;
            Err(error)
        }
    }
}

/// A transaction that is undone when it is dropped before it is committed.
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.end();
    }
}
