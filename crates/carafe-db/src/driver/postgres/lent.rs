//! A connection on loan.

use std::borrow::Cow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use carafe_core::{Error, Result};
use carafe_model::Value;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use super::client::Client;
use super::columns::with_columns;
use super::cursor::{Cursors, Reading};
use super::pool::Pool;
use super::script;
use crate::driver::pool::Pooled;
use crate::driver::{Begin, Connection, Cursor, Isolation, Step};
use crate::rows::NoRows;
use crate::statement::{Access, BoxFuture, Fetched, Sink, Statement};

/// How long a connection is given to become quiet after it was abandoned.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection on loan; dropped, it goes back. If something may still run on it, or a transaction be
/// open, a task sees to that first.
pub(super) struct Lent {
    /// Empty only while it is dropped.
    client: Option<Client>,
    pool: Arc<Pool>,
    permit: Option<OwnedSemaphorePermit>,
    /// Held from the preparing of a statement to its sending: that keeps the order.
    turn: Mutex<()>,
    /// How much was begun here, and how much of that went well. The rest failed, or was dropped before
    /// that could be known.
    begun: AtomicU64,
    well: AtomicU64,
    /// The last of it that is known to be over; all before it is over too.
    over: AtomicU64,
    /// A transaction may be open.
    open: AtomicBool,
    pub(super) cursors: Cursors,
    /// Something was set that the next one must not meet.
    marked: AtomicBool,
}

impl Lent {
    pub(super) fn new(client: Client, pool: Arc<Pool>, permit: OwnedSemaphorePermit) -> Self {
        Self {
            client: Some(client),
            pool,
            permit: Some(permit),
            turn: Mutex::default(),
            begun: AtomicU64::new(0),
            well: AtomicU64::new(0),
            over: AtomicU64::new(0),
            open: AtomicBool::new(false),
            cursors: Cursors::default(),
            marked: AtomicBool::new(false),
        }
    }

    /// The same, for a session: it is closed afterwards, whatever was set on it.
    pub(super) fn for_session(self) -> Self {
        self.marked.store(true, Ordering::Relaxed);
        self
    }

    /// The same, whose statements may take as long as they take: this side waits for them.
    pub(super) fn unhurried(mut self) -> Self {
        if let Some(client) = &mut self.client {
            client.unhurried();
        }
        self
    }

    /// Runs a statement that stands alone.
    pub(super) async fn alone(
        self,
        statement: &Statement,
        values: Vec<Value>,
        mut sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        let changed = match self.run(statement, &values, &mut *sink).await {
            // Prepared anew, it fits the tables as they are now.
            Err(error) if self.client()?.forget_if_stale(statement.sql(), &error) => {
                self.run(statement, &values, &mut *sink).await?
            }
            done => done?,
        };
        Ok(Fetched { sink, changed, last_id: None })
    }

    /// Runs a script that is not part of a transaction.
    pub(super) async fn script_alone(self, sql: &str) -> Result<()> {
        if script::leaves_open(sql) {
            return Err(Error::internal("the script leaves a transaction open; it was not run")
                .hint("end it with COMMIT"));
        }
        // It may begin one and fail before its end.
        self.open.store(true, Ordering::Relaxed);
        self.marked.fetch_or(script::marks_connection(sql), Ordering::Relaxed);
        self.send(pin!(self.client()?.script(sql))).await
    }

    async fn run(
        &self,
        statement: &Statement,
        values: &[Value],
        sink: &mut dyn Sink,
    ) -> Result<u64> {
        let client = self.client()?;
        let turn = self.turn.lock().await;
        self.close_cursors().await?;
        let sql = statement.sql();
        // What is known to read or to write rows sets nothing.
        if statement.access() == Access::Raw {
            self.marked.fetch_or(script::marks_connection(sql), Ordering::Relaxed);
        }
        self.send(pin!(client.fetch(sql, values, sink, || drop(turn)))).await
    }

    /// Opens a cursor in the transaction.
    pub(super) async fn declare(&self, number: u32, sql: &str, values: &[Value]) -> Result<()> {
        let declare = format!("DECLARE c{number} NO SCROLL CURSOR FOR {sql}");
        let declare = Statement::raw(declare);
        let done = self.run(&declare, values, &mut NoRows).await;
        if let Err(error) = &done {
            self.client()?.forget_if_stale(declare.sql(), error);
        }
        done.map(drop)
    }

    /// Reads further rows of a cursor; tells how many there were.
    pub(super) async fn read_on(
        &self,
        number: u32,
        most: usize,
        sink: &mut dyn Sink,
    ) -> Result<usize> {
        let client = self.client()?;
        let turn = self.turn.lock().await;
        let fetch = format!("FETCH FORWARD {most} FROM c{number}");
        self.send(pin!(client.fetch_once(&fetch, sink, || drop(turn)))).await
    }

    /// Closes what nobody reads any more; the caller has its turn.
    async fn close_cursors(&self) -> Result<()> {
        let close = self.cursors.close();
        if close.is_empty() { Ok(()) } else { self.send(pin!(self.client()?.step(&close))).await }
    }

    /// Waits for an answer, and keeps account of it.
    async fn send<T>(&self, answer: Pin<&mut impl Future<Output = Result<T>>>) -> Result<T> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        let done = answer.await;
        self.over.fetch_max(number, Ordering::Relaxed);
        match done {
            Ok(done) => {
                self.well.fetch_add(1, Ordering::Relaxed);
                Ok(done)
            }
            Err(error) => Err(Box::pin(with_columns(error, self.pool.shared.as_deref())).await),
        }
    }

    async fn take(&self, step: Step) -> Result<()> {
        let client = self.client()?;
        let _turn = self.turn.lock().await;
        let doubtful = self.begun.load(Ordering::Relaxed) != self.well.load(Ordering::Relaxed);
        if matches!(step, Step::Begin(_)) {
            self.open.store(true, Ordering::Relaxed);
        }
        let sql = match step {
            Step::Begin(how) => &begin(how),
            // PostgreSQL answers the COMMIT of a transaction that has failed by a rollback, without an
            // error. A query before it fails there.
            Step::Commit if doubtful => "SELECT 1; COMMIT",
            Step::Commit => "COMMIT",
            Step::Rollback => "ROLLBACK",
            Step::Savepoint(number) => &format!("SAVEPOINT s{number}"),
            Step::RollbackTo(number) => &format!("ROLLBACK TO SAVEPOINT s{number}"),
            Step::Release(number) => &format!("RELEASE SAVEPOINT s{number}"),
        };
        let done = self.send(pin!(client.step(sql))).await;
        if done.is_ok() {
            self.cursors.after(step);
            if matches!(step, Step::Commit | Step::Rollback) {
                self.open.store(false, Ordering::Relaxed);
            }
        }
        done
    }

    fn client(&self) -> Result<&Client> {
        // It is taken out in `drop` alone.
        self.client
            .as_ref()
            .ok_or_else(|| Error::internal("a connection is used after it went back"))
    }
}

impl Connection for Lent {
    fn fetch<'c>(
        &'c self,
        statement: &'c Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'c, Result<Fetched>> {
        Box::pin(async move {
            let mut sink = sink;
            match self.run(statement, &values, &mut *sink).await {
                Ok(changed) => Ok(Fetched { sink, changed, last_id: None }),
                Err(error) => {
                    self.client()?.forget_if_stale(statement.sql(), &error);
                    Err(error)
                }
            }
        })
    }

    fn script<'c>(&'c self, sql: &'c Statement) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            script::check_inside(sql.sql())?;
            let client = self.client()?;
            let _turn = self.turn.lock().await;
            self.marked.fetch_or(script::marks_connection(sql.sql()), Ordering::Relaxed);
            self.send(pin!(client.script(sql.sql()))).await
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
        Box::pin(self.take(step))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let running = *self.begun.get_mut() != *self.over.get_mut();
        // Dropped, a connection is closed; what runs there has to be broken off too.
        if client.is_closed() || (*self.marked.get_mut() && !running) {
            return;
        }
        if !running && !*self.open.get_mut() {
            self.pool.give_back(client);
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (pool, permit) = (self.pool.clone(), self.permit.take());
        runtime.spawn(async move {
            if running {
                // The server may hear of it late, when something else runs there: so this connection
                // is not lent again, but closed.
                pool.connector.cancel(&client.cancel_token()).await;
                return;
            }
            let quiet = tokio::time::timeout(PATIENCE, client.script("ROLLBACK")).await;
            if matches!(quiet, Ok(Ok(()))) {
                pool.give_back(client);
            }
            drop(permit);
        });
    }
}

fn begin(how: Begin) -> Cow<'static, str> {
    let words = [
        how.isolation.map(Isolation::sql).map(|level| format!(" ISOLATION LEVEL {level}")),
        how.read_only.then(|| " READ ONLY".to_owned()),
        how.deferrable.then(|| " DEFERRABLE".to_owned()),
    ];
    let words: String = words.into_iter().flatten().collect();
    if words.is_empty() { "BEGIN".into() } else { format!("BEGIN{words}").into() }
}
