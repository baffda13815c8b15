//! A connection that is lent for a while, in a transaction and out of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use carafe_core::Result;
use carafe_model::Value;

use super::cursor::Reading;
use super::lane::Lent;
use crate::driver::{Connection, Cursor, Step};
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// A connection that is lent for a while.
pub(super) struct Session {
    lent: Arc<Lent>,
    /// A transaction is open.
    open: AtomicBool,
}

impl Session {
    pub(super) fn new(lent: Lent) -> Self {
        Self { lent: Arc::new(lent.for_session()), open: AtomicBool::new(false) }
    }

    fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }
}

impl Connection for Session {
    fn fetch<'c>(
        &'c self,
        statement: &'c Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'c, Result<Fetched>> {
        if self.is_open() {
            return self.lent.fetch(statement, values, sink);
        }
        Box::pin(self.lent.alone(statement, values, sink))
    }

    fn script<'c>(&'c self, sql: &'c Statement) -> BoxFuture<'c, Result<()>> {
        if self.is_open() {
            return Connection::script(&*self.lent, sql);
        }
        Box::pin(self.lent.script_alone(sql))
    }

    fn stream(
        self: Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'static, Result<Box<dyn Cursor>>> {
        let inside = self.is_open();
        Box::pin(Reading::open(self.lent.clone(), statement, values, inside))
    }

    fn step(&self, step: Step) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if matches!(step, Step::Begin(_)) {
                self.open.store(true, Ordering::Relaxed);
            }
            let done = self.lent.step(step).await;
            // A rollback fails only where nothing is left to undo.
            if step == Step::Rollback || (step == Step::Commit && done.is_ok()) {
                self.open.store(false, Ordering::Relaxed);
            }
            done
        })
    }
}
