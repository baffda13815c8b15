//! A transaction with options.

use carafe_core::{Error, Result};

use super::bound::Bound;
use super::{Db, Open};
use crate::driver::{Begin, Isolation};
use crate::held;
use crate::tx::Tx;

/// A transaction that is about to begin, and how: made by [`Db::transaction`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// # let db = carafe_db::Db::open("sqlite::memory:").await?;
/// # db.execute("create table account (cents integer)", ()).await?;
/// let total: i64 = db
///     .transaction()
///     .serializable()
///     .read_only()
///     .atomic(async |tx| tx.query_scalar("select coalesce(sum(cents), 0) from account", ()).one().await)
///     .await?;
/// assert_eq!(total, 0);
/// # Ok(()) }
/// ```
///
/// On a `Db` that is bound to a transaction ([`Db::begin`], as in a test), its parts are savepoints: what
/// they would see of others and whether they may write was said when that one was begun, and is not
/// looked at again.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is begun before `.atomic(…)`, `.atomic_retry(…)` or `.begin()`"]
pub struct Transaction<'d> {
    pub(super) db: &'d Db,
    pub(super) how: Begin,
    pub(super) durable: bool,
}

impl Db {
    /// A transaction with options: what it sees of others, whether it may write, whether it may be a
    /// part of another one. [`atomic`](Db::atomic) is one without.
    pub fn transaction(&self) -> Transaction<'_> {
        Transaction { db: self, how: Begin::default(), durable: false }
    }
}

impl Transaction<'_> {
    /// What it sees of others that run at the same time.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.how.isolation = Some(isolation);
        self
    }

    /// As if transactions ran one after the other ([`Isolation::Serializable`]).
    pub fn serializable(self) -> Self {
        self.isolation(Isolation::Serializable)
    }

    /// All its statements see the same ([`Isolation::RepeatableRead`]): for a report, say, or an export.
    pub fn repeatable_read(self) -> Self {
        self.isolation(Isolation::RepeatableRead)
    }

    /// It only reads; what it tries to write is an error. On SQLite it then does not wait for those
    /// that write, nor they for it.
    pub fn read_only(mut self) -> Self {
        self.how.read_only = true;
        self
    }

    /// It waits at its beginning for a moment in which it can meet no other: for a long report that is
    /// [`serializable`](Self::serializable) and [`read_only`](Self::read_only), on PostgreSQL.
    pub fn deferrable(mut self) -> Self {
        self.how.deferrable = true;
        self
    }

    /// What it did lasts when it is over (Django's `durable`): to be a part of another transaction,
    /// which could still be undone, is an error.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let nested = db
    ///     .atomic(async |_| db.transaction().durable().atomic(async |_| Ok(())).await)
    ///     .await
    ///     .unwrap_err();
    /// assert_eq!(nested.message(), "a durable atomic block cannot be nested within another atomic block");
    /// # Ok(()) }
    /// ```
    pub fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// Runs a closure in it, as [`Db::atomic`] does.
    pub async fn atomic<T>(self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.atomic_as(work).await
    }

    /// Begins it, and gives a `Db` that is bound to it, as [`Db::begin`] does.
    pub async fn begin(self) -> Result<Open> {
        self.check_durable()?;
        self.db.open_with(self.how, false).await
    }

    /// An error where it cannot be what it is to be, as it would be part of another one.
    pub(super) fn check_durable(&self) -> Result<()> {
        let of_request = self.db.bound().is_some_and(Bound::is_of_request);
        let inside = of_request || (!self.db.outside && held::holds(self.db.id()));
        if self.durable && inside {
            return Err(Error::internal(
                "a durable atomic block cannot be nested within another atomic block",
            )
            .hint("begin it where no transaction is open; `tx.atomic(…)` is a part that can be undone alone"));
        }
        if of_request && self.how != Begin::default() {
            return Err(Error::internal(
                "the transaction of this request is open, and is as it is",
            )
            .hint("a handler that takes `NonAtomic(db): NonAtomic` begins its own"));
        }
        Ok(())
    }
}
