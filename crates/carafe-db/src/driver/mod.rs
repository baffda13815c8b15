//! What a database must be able to do for the rest to stand on it.
//!
//! What differs between databases is [`Capability`] data, or a method here; nothing above asks which
//! database it is.

#[cfg(all(feature = "tls", any(feature = "mysql", feature = "postgres")))]
mod authorities;
mod begin;
mod capability;
mod cursor;
mod open;

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod prepared;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(not(feature = "mysql"))]
mod without_mysql;
#[cfg(not(feature = "postgres"))]
mod without_postgres;
#[cfg(not(feature = "sqlite"))]
mod without_sqlite;

pub use begin::{Begin, Isolation, Purpose};
pub use capability::{Capability, MigrationLock};
pub use cursor::{Batch, Cursor};
pub(crate) use open::open;

use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Value;

use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// A database: it runs single statements, and lends connections for transactions.
///
/// How many connections there are, and which of them a single statement takes, is the driver's
/// business: SQLite has one that writes and several that read, PostgreSQL may share one among many.
pub trait Driver: Send + Sync + 'static {
    /// What the database can do.
    fn capability(&self) -> &'static Capability;

    /// Runs a statement that stands alone.
    ///
    /// Dropping the future gives the statement up; whether it is still done is unknown.
    fn fetch<'d>(
        &'d self,
        statement: &'d Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'d, Result<Fetched>>;

    /// Runs several statements without parameters, on a connection that may write.
    fn script<'d>(&'d self, sql: &'d Statement) -> BoxFuture<'d, Result<()>>;

    /// Opens a query that stands alone, whose rows are then read batch by batch.
    ///
    /// By itself it does so in a transaction of its own, by [`Connection::stream`].
    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        Box::pin(cursor::alone(self, statement, values))
    }

    /// Lends a connection. Where it is for a transaction, that is begun by its first [`Step`].
    fn lend(&self, purpose: Purpose) -> BoxFuture<'_, Result<Box<dyn Connection>>>;
}

/// A connection that is lent, for one [`Purpose`].
///
/// MUST:
/// - run what it is given in the order in which it was given, however many futures are waited for
///   at the same time (`&self`: a transaction may run two reads together);
/// - go on working after a future was dropped half-way;
/// - when it is dropped, go back without waiting (design: `abandon`), and be rolled back, or closed,
///   before it is lent again.
pub trait Connection: Send + Sync + 'static {
    /// Runs one statement.
    fn fetch<'c>(
        &'c self,
        statement: &'c Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'c, Result<Fetched>>;

    /// Runs several statements without parameters.
    fn script<'c>(&'c self, sql: &'c Statement) -> BoxFuture<'c, Result<()>>;

    /// Opens a query whose rows are then read batch by batch, between the statements that are run
    /// meanwhile. A database that cannot do that refuses, which is what it does by itself.
    fn stream(
        self: Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'static, Result<Box<dyn Cursor>>> {
        let _ = (statement, values);
        Box::pin(std::future::ready(Err(cursor::unable())))
    }

    /// Takes a step of a transaction.
    fn step(&self, step: Step) -> BoxFuture<'_, Result<()>>;
}

/// A step of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Begins a transaction.
    Begin(Begin),
    /// Makes it last.
    Commit,
    /// Undoes it.
    Rollback,
    /// Begins a part of it that can be undone alone. Numbers grow and are not used again.
    Savepoint(u32),
    /// Undoes that part and what began after it. It MUST bear being sent twice.
    RollbackTo(u32),
    /// Makes that part one with what is around it.
    Release(u32),
}
