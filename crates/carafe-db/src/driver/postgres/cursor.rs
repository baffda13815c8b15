//! A cursor of the server, in the transaction that is open on a connection.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carafe_core::Result;
use carafe_model::Value;

use super::lent::Lent;
use super::script;
use crate::driver::cursor::no_query;
use crate::driver::{Batch, Cursor, Step};
use crate::statement::{BoxFuture, Sink, Statement};

/// The cursors of one transaction.
#[derive(Default)]
pub(super) struct Cursors(Mutex<Known>);

#[derive(Default)]
struct Known {
    number: u32,
    /// The savepoint that was begun last; their numbers grow.
    savepoint: u32,
    /// Those that nobody reads any more, each with the savepoint that was begun last before it.
    left: Vec<(u32, u32)>,
}

impl Cursors {
    /// The number of another one, and the savepoint that was begun last.
    fn another(&self) -> (u32, u32) {
        let mut known = self.known();
        known.number += 1;
        (known.number, known.savepoint)
    }

    /// The statements that close what nobody reads any more; empty where there is nothing.
    pub(super) fn close(&self) -> String {
        let left = std::mem::take(&mut self.known().left);
        let close: Vec<String> =
            left.iter().map(|(number, _)| format!("CLOSE c{number}")).collect();
        close.join(";")
    }

    /// Notes a step that the transaction has taken. One that undoes something has closed what was
    /// opened since.
    pub(super) fn after(&self, step: Step) {
        let mut known = self.known();
        match step {
            Step::Begin(_) | Step::Commit | Step::Rollback => *known = Known::default(),
            Step::Savepoint(number) => known.savepoint = number,
            Step::RollbackTo(number) => known.left.retain(|(_, since)| *since < number),
            Step::Release(_) => {}
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cursor that is open.
pub(super) struct Reading {
    lent: Arc<Lent>,
    number: u32,
    since: u32,
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
        let (number, since) = lent.cursors.another();
        lent.declare(number, statement.sql(), &values).await?;
        Ok(Box::new(Self { lent, number, since }))
    }
}

impl Cursor for Reading {
    fn next(&mut self, most: usize, mut sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(async move {
            let read = self.lent.read_on(self.number, most, &mut *sink).await?;
            Ok(Batch { sink, more: read == most })
        })
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // The next statement closes it, or the end of the transaction does.
        self.lent.cursors.known().left.push((self.number, self.since));
    }
}
