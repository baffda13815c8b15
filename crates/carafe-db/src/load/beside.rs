//! Loading on the connection that a stream has already.

use carafe_core::Result;
use carafe_model::Value;

use crate::driver::{Capability, Connection, Cursor};
use crate::executor::events::Events;
use crate::executor::{Begun, Executor};
use crate::held::DatabaseId;
use crate::models::Models;
use crate::on_commit::OnCommit;
use crate::sql::Texts;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// Runs what an executor runs, on a connection that it has lent already: streams that wait for one another's
/// would wait for ever, and some databases have no second one.
pub(super) struct Beside<'c> {
    pub(super) executor: &'c dyn Executor,
    pub(super) connection: &'c dyn Connection,
}

impl Executor for Beside<'_> {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        self.executor.fetch_on(self.connection, statement, values, sink)
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        self.executor.stream(statement, values)
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        self.executor.script(sql)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Option<Box<dyn Begun>>>> {
        self.executor.begin()
    }

    fn is_transaction(&self) -> bool {
        self.executor.is_transaction()
    }

    fn texts(&self) -> &Texts {
        self.executor.texts()
    }

    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>> {
        self.executor.after_commit(work)
    }

    fn capability(&self) -> &'static Capability {
        self.executor.capability()
    }

    fn models(&self) -> &Models {
        self.executor.models()
    }

    fn spoil(&self) {
        self.executor.spoil();
    }

    fn events(&self) -> &Events {
        self.executor.events()
    }

    fn database(&self) -> DatabaseId {
        self.executor.database()
    }
}
