//! Where the rows of a statement go: into a sink at once, or into memory first.

use std::sync::Arc;
use std::vec;

use carafe_core::{Error, Result};
use mysql_async::{Column, Row};

use super::row::{Names, RowReader};
use crate::driver::{Batch, Cursor};
use crate::statement::{BoxFuture, Sink};

/// Takes the rows of a statement.
pub(super) trait Take: Send {
    fn start(&mut self, columns: Arc<[Column]>);
    fn row(&mut self, row: Row);
}

/// Gives them to a sink.
pub(super) struct Sinking<'s> {
    pub(super) sink: &'s mut dyn Sink,
    pub(super) failed: Option<Error>,
}

/// Keeps them.
///
/// Before its last row the server takes no other statement on the same connection, and a transaction
/// has one connection: so what is read batch by batch is in memory, as other clients have it too.
pub(super) struct Kept {
    columns: Arc<[Column]>,
    rows: Vec<Row>,
}

/// Those that are kept and not read yet.
pub(super) struct Reading {
    columns: Arc<[Column]>,
    rows: vec::IntoIter<Row>,
}

impl Take for Sinking<'_> {
    fn start(&mut self, columns: Arc<[Column]>) {
        self.failed = self.sink.start(&Names(&columns)).err();
    }

    // What is not wanted is read all the same: the answer ends only after it.
    fn row(&mut self, row: Row) {
        if self.failed.is_none() && self.sink.wants_more() {
            self.failed = self.sink.row(&mut RowReader::new(row)).err();
        }
    }
}

impl Take for Kept {
    fn start(&mut self, columns: Arc<[Column]>) {
        self.columns = columns;
        self.rows.clear();
    }

    fn row(&mut self, row: Row) {
        self.rows.push(row);
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self { columns: Arc::new([]), rows: Vec::new() }
    }
}

impl Kept {
    pub(super) fn read(self) -> Reading {
        Reading { columns: self.columns, rows: self.rows.into_iter() }
    }
}

impl Reading {
    fn batch(&mut self, most: usize, mut sink: Box<dyn Sink>) -> Result<Batch> {
        sink.start(&Names(&self.columns))?;
        for row in self.rows.by_ref().take(most) {
            sink.row(&mut RowReader::new(row))?;
        }
        Ok(Batch { sink, more: self.rows.len() > 0 })
    }
}

impl Cursor for Reading {
    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(std::future::ready(self.batch(most, sink)))
    }
}
