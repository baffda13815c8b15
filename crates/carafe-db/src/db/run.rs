//! How a handle runs statements: in the transaction that it is bound to, on a copy, or alone; and seen
//! by those who watch.

use carafe_core::Result;
use carafe_model::Value;

use super::Db;
use crate::driver::{Begin, Capability, Connection, Cursor};
use crate::executor::events::Events;
use crate::executor::{Begun, Executor};
use crate::held::DatabaseId;
use crate::models::Models;
use crate::on_commit::OnCommit;
use crate::sql::Texts;
use crate::statement::{Access, BoxFuture, Fetched, Sink, Statement};
use crate::tx::{Own, Tx};
use crate::watch::{self, Watched};

impl Executor for Db {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        if let Err(error) = self.check_not_held() {
            return Box::pin(std::future::ready(Err(error)));
        }
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), statement, &values);
            let run = |sink| self.run(statement, values, sink);
            return Box::pin(watched.fetch(sink, run));
        }
        self.run(statement, values, sink)
    }

    fn fetch_on<'e>(
        &'e self,
        connection: &'e dyn Connection,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        if let Err(error) = self.check_not_held() {
            return Box::pin(std::future::ready(Err(error)));
        }
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), statement, &values);
            let run = |sink| connection.fetch(statement, values, sink);
            return Box::pin(watched.fetch(sink, run));
        }
        connection.fetch(statement, values, sink)
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), &statement, &values);
            return Box::pin(watched.stream(self.open_stream(statement, values)));
        }
        Box::pin(self.open_stream(statement, values))
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        if watch::is_on(self.watch.as_ref()) {
            let watched = Watched::begin(self.watch.as_ref(), sql, &[]);
            return Box::pin(watched.script(self.run_script(sql)));
        }
        Box::pin(self.run_script(sql))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Option<Box<dyn Begun>>>> {
        Box::pin(async move {
            if let Some(bound) = &self.bound {
                return Ok(Some(bound.begin(self).await?));
            }
            let shared = self.begin_transaction(Begin::default()).await?;
            let tx = Tx::whole(shared, self.id(), self.known.clone(), self.watch.clone());
            Ok(Some(Box::new(Own(tx)) as Box<dyn Begun>))
        })
    }

    // What is begun on it can always be undone alone.
    fn spoil(&self) {}

    fn is_transaction(&self) -> bool {
        self.bound.is_some()
    }

    fn texts(&self) -> &Texts {
        &self.texts
    }

    fn models(&self) -> &Models {
        &self.known.get().models
    }

    fn events(&self) -> &Events {
        &self.known.get().events
    }

    fn database(&self) -> DatabaseId {
        self.id()
    }

    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check_not_held()?;
            match &self.bound {
                Some(bound) => bound.after_commit(work),
                None => work.run().await,
            }
        })
    }

    fn capability(&self) -> &'static Capability {
        self.driver.capability()
    }
}

impl Db {
    /// Runs a statement, in the transaction that it is bound to, or alone.
    fn run<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        match &self.bound {
            Some(bound) => Box::pin(bound.fetch(statement, values, sink)),
            None if self.is_ready() => self.fetch_alone(statement, values, sink),
            None => Box::pin(async move {
                self.ready().await?;
                self.fetch_alone(statement, values, sink).await
            }),
        }
    }

    async fn open_stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Box<dyn Cursor>> {
        self.check_not_held()?;
        if let Some(bound) = &self.bound {
            return bound.stream(statement, values).await;
        }
        self.ready().await?;
        match self.copies() {
            Some(copies) if !(self.fresh && statement.access() == Access::Read) => {
                copies.stream(self.origin(), statement, values).await
            }
            _ => self.driver.stream(statement, values).await,
        }
    }

    async fn run_script(&self, sql: &Statement) -> Result<()> {
        self.check_not_held()?;
        if let Some(bound) = &self.bound {
            return bound.script(sql).await;
        }
        self.ready().await?;
        self.note_write();
        let done = self.driver.script(sql).await;
        self.note_write();
        done
    }

    /// Runs a statement that stands alone.
    fn fetch_alone<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        match self.copies() {
            Some(copies) if !(self.fresh && statement.access() == Access::Read) => {
                Box::pin(copies.fetch(self.origin(), statement, values, sink))
            }
            _ => self.driver.fetch(statement, values, sink),
        }
    }
}
