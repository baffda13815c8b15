//! A query whose rows are read batch by batch.
//!
//! The protocol has one answer at a time on a connection. While nothing else runs there, rows are read as they
//! are wanted, and no more of them is in memory. Where a statement of the same transaction comes in between,
//! the rest is set aside first ([`Rows`]).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carafe_core::{Error, Result};
use carafe_model::Value;
use mysql_async::{Column, Row};

use super::lent::Lent;
use super::row::{Names, RowReader};
use super::script;
use crate::driver::cursor::no_query;
use crate::driver::{Batch, Cursor};
use crate::statement::{BoxFuture, Sink, Statement};

/// How many rows are set aside at most: a query that gives more is one that should not be in memory.
const MOST: usize = 100_000;

/// The rows of a query that were set aside for its reader.
pub(super) struct Rows {
    pub(super) columns: Arc<[Column]>,
    aside: Mutex<Aside>,
}

#[derive(Default)]
struct Aside {
    rows: VecDeque<Row>,
    /// What came behind them, if it was an error.
    error: Option<Error>,
}

impl Rows {
    pub(super) fn of(columns: Arc<[Column]>) -> Arc<Self> {
        Arc::new(Self { columns, aside: Mutex::default() })
    }

    /// Keeps a row; tells whether more may come. Where not, its reader is told in the end.
    pub(super) fn keep(&self, row: Row) -> bool {
        let mut aside = self.aside();
        if aside.rows.len() < MOST {
            aside.rows.push_back(row);
            return true;
        }
        aside.error = Some(
            Error::internal(format!(
                "another statement of the transaction was run while a query was read that has more than {MOST} further rows"
            ))
            .hint("read it outside of the transaction, or to its end before the next statement"),
        );
        false
    }

    /// No more rows come, because of an error.
    pub(super) fn end(&self, error: Error) {
        self.aside().error = Some(error);
    }

    /// Reads rows that were set aside; tells how many there were.
    pub(super) fn take(&self, most: usize, sink: &mut dyn Sink) -> Result<usize> {
        let mut aside = self.aside();
        sink.start(&Names(&self.columns))?;
        let mut read = 0;
        while read < most {
            let Some(row) = aside.rows.pop_front() else {
                match aside.error.take() {
                    Some(error) => return Err(error),
                    None => break,
                }
            };
            sink.row(&mut RowReader::new(row))?;
            read += 1;
        }
        Ok(read)
    }

    fn aside(&self) -> MutexGuard<'_, Aside> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A query that is open. Dropped, what else runs on the connection sees that nobody reads it.
pub(super) struct Reading {
    lent: Arc<Lent>,
    rows: Arc<Rows>,
}

impl Reading {
    pub(super) async fn open(
        lent: Arc<Lent>,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Box<dyn Cursor>> {
        if !script::is_query(statement.sql()) {
            return Err(no_query());
        }
        let rows = lent.open(statement, values).await?;
        Ok(Box::new(Self { lent, rows }))
    }
}

impl Cursor for Reading {
    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(self.lent.read_on(self.rows.clone(), most, sink))
    }
}
