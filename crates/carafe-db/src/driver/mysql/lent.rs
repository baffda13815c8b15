//! A connection on loan.

use std::sync::Arc;
use std::time::Duration;

use carafe_core::{Error, Result};
use carafe_model::Value;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit};

use super::client::Client;
use super::cursor::{Reading, Rows};
use super::pool::Pool;
use super::script;
use super::work::{Job, Outcome, Work};
use crate::driver::pool::Pooled as _;
use crate::driver::{Batch, Connection, Cursor, Step};
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// How long a connection is given to undo what was left open on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection on loan; dropped, it goes back. If something still runs on it, or a transaction is
/// open, a task sees to that first.
pub(super) struct Lent {
    /// Whoever holds it has the connection to himself: that keeps the order.
    slot: Arc<Mutex<Slot>>,
    pool: Arc<Pool>,
}

/// A connection, and the leave to have one.
pub(super) struct Slot {
    /// Empty once it went back.
    pub(super) client: Option<Client>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Lent {
    pub(super) fn new(client: Client, pool: Arc<Pool>, permit: OwnedSemaphorePermit) -> Self {
        let slot = Slot { client: Some(client), permit: Some(permit) };
        Self { slot: Arc::new(Mutex::new(slot)), pool }
    }

    /// Lets nobody have the connection afterwards, whatever is set on it.
    pub(super) async fn spend(&self) {
        if let Some(client) = &mut self.slot.lock().await.client {
            client.spend();
        }
    }

    /// Runs a statement.
    pub(super) async fn run(
        &self,
        statement: &Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        match self.work(Job::Fetch(statement.clone(), values, sink)).await? {
            Outcome::Fetched(fetched) => Ok(fetched),
            _ => Err(no_answer()),
        }
    }

    /// Runs a script that is not part of a transaction.
    pub(super) async fn script_alone(&self, sql: &Statement) -> Result<()> {
        if script::leaves_open(sql.sql()) {
            return Err(Error::internal("the script leaves a transaction open; it was not run")
                .hint("end it with COMMIT"));
        }
        self.work(Job::Script(sql.clone())).await.map(drop)
    }

    /// Opens a query.
    pub(super) async fn open(&self, statement: Statement, values: Vec<Value>) -> Result<Arc<Rows>> {
        match self.work(Job::Open(statement, values)).await? {
            Outcome::Opened(rows) => Ok(rows),
            _ => Err(no_answer()),
        }
    }

    /// Reads further rows of a query.
    pub(super) async fn read_on(
        &self,
        rows: Arc<Rows>,
        most: usize,
        sink: Box<dyn Sink>,
    ) -> Result<Batch> {
        match self.work(Job::Read(rows, most, sink)).await? {
            Outcome::Read(batch) => Ok(batch),
            _ => Err(no_answer()),
        }
    }

    fn work(&self, job: Job) -> Work {
        Work::new(self.slot.clone(), self.pool.clone(), job)
    }
}

impl Connection for Lent {
    fn fetch<'c>(
        &'c self,
        statement: &'c Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'c, Result<Fetched>> {
        Box::pin(self.run(statement, values, sink))
    }

    fn script<'c>(&'c self, sql: &'c Statement) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            script::check_inside(sql.sql())?;
            self.work(Job::Script(sql.clone())).await.map(drop)
        })
    }

    fn stream(
        self: Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'static, Result<Box<dyn Cursor>>> {
        Box::pin(Reading::open(self, statement, values))
    }

    fn step(&self, step: Step) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.work(Job::Step(step)).await.map(drop) })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let pool = self.pool.clone();
        match self.slot.clone().try_lock_owned() {
            Ok(slot) if slot.client.as_ref().is_none_or(|client| !client.is_busy()) => {
                give_back(slot, &pool);
            }
            slot => {
                let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
                let waiting = self.slot.clone();
                runtime.spawn(async move {
                    let mut slot = match slot {
                        Ok(slot) => slot,
                        Err(_) => waiting.lock_owned().await,
                    };
                    if let Some(client) = &mut slot.client
                        && client.is_busy()
                    {
                        let undone = client.run(&pool.connector, Job::Step(Step::Rollback));
                        let undone = tokio::time::timeout(PATIENCE, undone).await;
                        if !matches!(undone, Ok(Ok(_))) {
                            client.lose();
                        }
                    }
                    give_back(slot, &pool);
                });
            }
        }
    }
}

fn no_answer() -> Error {
    Error::internal("a statement gave no answer")
}

fn give_back(mut slot: OwnedMutexGuard<Slot>, pool: &Arc<Pool>) {
    match slot.client.take() {
        Some(client) if client.is_closed() => client.close_now(),
        Some(client) => pool.give_back(client),
        None => {}
    }
    slot.permit = None;
}
