//! How tables run statements: in their transaction.

use carafe_core::Result;
use carafe_model::Value;

use super::Tables;
use crate::driver::{Capability, Cursor};
use crate::executor::events::Events;
use crate::executor::{Begun, Executor};
use crate::held::DatabaseId;
use crate::models::Models;
use crate::on_commit::OnCommit;
use crate::sql::Texts;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

impl Executor for Tables {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        self.tx.fetch(statement, values, sink)
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        self.tx.stream(statement, values)
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        self.tx.script(sql)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Option<Box<dyn Begun>>>> {
        self.tx.begin()
    }

    fn spoil(&self) {
        self.tx.spoil();
    }

    fn is_transaction(&self) -> bool {
        self.tx.is_transaction()
    }

    fn texts(&self) -> &Texts {
        self.tx.texts()
    }

    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>> {
        self.tx.after_commit(work)
    }

    fn capability(&self) -> &'static Capability {
        self.tx.capability()
    }

    fn models(&self) -> &Models {
        self.tx.models()
    }

    fn events(&self) -> &Events {
        self.tx.events()
    }

    fn database(&self) -> DatabaseId {
        self.tx.database()
    }
}
