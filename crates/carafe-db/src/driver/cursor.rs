//! Rows that come batch by batch, so that not all have to be in memory.

use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::Value;

use super::{Begin, Connection, Driver, Purpose, Step};
use crate::statement::{Access, BoxFuture, Sink, Statement};

/// The rows of a query that is open. Dropped, it is closed without waiting.
pub trait Cursor: Send {
    /// Reads up to so many further rows into a sink, which it starts anew. Nothing more is asked once
    /// [`Batch::more`] is false, or after an error.
    ///
    /// Dropping the future gives the cursor up.
    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>>;

    /// Its own connection, where that runs other queries between two batches at no cost. Not in a
    /// transaction, whose executor runs them.
    fn beside(&self) -> Option<&dyn Connection> {
        None
    }
}

/// What one reading of a [`Cursor`] gave.
pub struct Batch {
    /// The sink with the rows.
    pub sink: Box<dyn Sink>,
    /// Whether there may be more.
    pub more: bool,
}

/// A cursor in a transaction that is its own: what databases need whose cursors end with a transaction.
struct Alone {
    connection: Arc<dyn Connection>,
    /// Empty after its last row.
    cursor: Option<Box<dyn Cursor>>,
}

/// Opens a cursor in a transaction of its own.
pub(super) async fn alone<D: Driver + ?Sized>(
    driver: &D,
    statement: Statement,
    values: Vec<Value>,
) -> Result<Box<dyn Cursor>> {
    // A query by hand may call a function that writes.
    let how = match statement.access() {
        Access::Read => Begin::reading(),
        Access::Write | Access::Raw => Begin::default(),
    };
    let connection: Arc<dyn Connection> = driver.lend(Purpose::Transaction(how)).await?.into();
    connection.step(Step::Begin(how)).await?;
    let cursor = connection.clone().stream(statement, values).await?;
    Ok(Box::new(Alone { connection, cursor: Some(cursor) }))
}

/// The error where a database cannot read rows so.
pub(super) fn unable() -> Error {
    Error::internal(
        "this database cannot send the rows of a query in batches inside of a transaction",
    )
    .hint("read them by `.all()`, or outside of the transaction")
}

/// The error where a statement is none that gives rows and does nothing else.
pub(crate) fn no_query() -> Error {
    Error::internal("only a query can be streamed: SELECT, or VALUES")
        .hint("read the rows of `insert … returning` and its kind by `.all()`")
}

impl Cursor for Alone {
    fn beside(&self) -> Option<&dyn Connection> {
        Some(&*self.connection)
    }

    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(async move {
            let Some(cursor) = &mut self.cursor else { return Ok(Batch { sink, more: false }) };
            let batch = cursor.next(most, sink).await?;
            if !batch.more {
                self.cursor = None;
                self.connection.step(Step::Commit).await?;
            }
            Ok(batch)
        })
    }
}
