//! Connections that do the same work, and those who wait for one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use carafe_model::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::run;
use super::worker::{Place, Worker};
use crate::driver::Begin;
use crate::error::{self, Failure};
use crate::statement::{Fetched, Sink, Statement};

/// What SQLite answers to a write that it was told to refuse: `SQLITE_READONLY`.
const REFUSED: &str = "8";

/// Lets a connection write again.
const WRITES: &str = "PRAGMA query_only = 0";

/// Begins a transaction that only reads.
const READ_ONLY: &str = "PRAGMA query_only = 1; BEGIN";

/// Connections that do the same work. Those who ask for one get it in the order in which they came.
pub(super) struct Lane {
    place: Arc<Place>,
    wait: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Worker>>,
}

/// A connection on loan; dropped, it goes back.
pub(super) struct Lent {
    /// Empty only while it is dropped.
    worker: Option<Worker>,
    lane: Arc<Lane>,
    /// Given up after the connection went back.
    _permit: OwnedSemaphorePermit,
    transaction: bool,
    /// What is set on it is met by nobody else.
    session: bool,
    /// SQLite was told to refuse writes.
    read_only: AtomicBool,
}

impl Lane {
    pub(super) fn new(place: Arc<Place>, connections: usize, wait: Duration) -> Arc<Self> {
        Arc::new(Self {
            place,
            wait,
            permits: Arc::new(Semaphore::new(connections)),
            idle: Mutex::default(),
        })
    }

    /// Lends a connection; a new one is opened where none is idle.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Lent> {
        let permit = match self.permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let worker = match idle {
            Some(worker) => worker,
            None => Worker::open(self.place.clone(), self.wait).await?,
        };
        Ok(Lent {
            worker: Some(worker),
            lane: self.clone(),
            _permit: permit,
            transaction: false,
            session: false,
            read_only: AtomicBool::new(false),
        })
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit> {
        let waited = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned()).await;
        waited.ok().and_then(std::result::Result::ok).ok_or_else(|| {
            Error::new(Kind::Timeout, format!("no connection to the database became free within {:?}", self.wait))
                .hint("transactions, sessions or streams are open for long, or wait for one another: keep them short, and use `tx` inside of `atomic`")
                .because(Failure::new("no connection became free").transient())
        })
    }
}

impl Lent {
    /// The same, for a transaction: what it leaves open is rolled back when it goes back.
    pub(super) fn for_transaction(mut self) -> Self {
        self.transaction = true;
        self
    }

    /// The same, for a session: nobody gets the connection after it as it is then.
    pub(super) fn for_session(mut self) -> Self {
        self.session = true;
        self
    }

    /// Whether nothing but a query that is read in batches has it: what is run beside that stands alone.
    pub(super) fn is_for_stream(&self) -> bool {
        !self.transaction && !self.session
    }

    /// What ends a transaction.
    pub(super) fn ending(&self, sql: &'static str) -> Statement {
        if self.read_only.load(Ordering::Relaxed) {
            Statement::raw(format!("{sql}; {WRITES}"))
        } else {
            Statement::raw(sql)
        }
    }

    /// Its worker.
    pub(super) fn worker(&self) -> Result<&Worker> {
        // It is taken out in `drop` alone.
        self.worker
            .as_ref()
            .ok_or_else(|| Error::internal("a connection is used after it went back"))
    }

    /// Sends a statement of a transaction to the thread, and then waits for its rows.
    pub(super) fn send(
        &self,
        statement: &Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> impl Future<Output = Result<Fetched>> + Send + use<> {
        let (statement, read_only) = (statement.clone(), self.read_only.load(Ordering::Relaxed));
        self.answer(run::inside(move |connection: &run::Sqlite| {
            run::fetch(connection, &statement, &values, sink)
                .map_err(|error| told(error, read_only))
        }))
    }

    /// Sends a script of a transaction to the thread, and then waits for it.
    pub(super) fn send_script(
        &self,
        sql: &Statement,
    ) -> impl Future<Output = Result<()>> + Send + use<> {
        let (sql, read_only) = (sql.clone(), self.read_only.load(Ordering::Relaxed));
        self.answer(run::inside(move |connection: &run::Sqlite| {
            run::script(connection, sql.sql()).map_err(|error| told(error, read_only))
        }))
    }

    /// Sends the beginning of a transaction to the thread, and then waits for it.
    ///
    /// IMMEDIATE takes the lock at once: a transaction that reads first and writes later could
    /// otherwise fail in the middle, where waiting does not help. One that only reads takes none, and
    /// sees what was committed before its first statement.
    pub(super) fn begin(&self, begin: Begin) -> impl Future<Output = Result<()>> + Send + use<> {
        self.read_only.store(begin.read_only, Ordering::Relaxed);
        let sql = if begin.read_only { READ_ONLY } else { "BEGIN IMMEDIATE" };
        self.answer(move |connection: &run::Sqlite| run::script(connection, sql))
    }

    fn answer<T, J>(&self, job: J) -> impl Future<Output = Result<T>> + Send + use<T, J>
    where
        T: Send + 'static,
        J: FnOnce(&run::Sqlite) -> Result<T> + Send + 'static,
    {
        let answer = self.worker().map(|worker| worker.run(job));
        async move { answer?.await }
    }

    /// Runs a statement that stands alone: it must not leave a transaction open.
    pub(super) async fn alone(
        &self,
        statement: &Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        let statement = statement.clone();
        let run = move |connection: &run::Sqlite| {
            let fetched = run::fetch(connection, &statement, &values, sink)?;
            if run::roll_back(connection) {
                return Err(Error::internal(
                    "a statement that stands alone began a transaction; it is undone",
                )
                .hint("use `db.atomic(async |tx| …)`"));
            }
            Ok(fetched)
        };
        self.worker()?.run(run).await
    }

    /// Runs a script on its own, not part of a transaction.
    pub(super) async fn script_alone(&self, sql: &Statement) -> Result<()> {
        let sql = sql.clone();
        let run = move |connection: &run::Sqlite| {
            let done = run::script(connection, sql.sql());
            if run::roll_back(connection) && done.is_ok() {
                return Err(Error::internal("the script left a transaction open; it is undone")
                    .hint("end it with COMMIT"));
            }
            done
        };
        self.worker()?.run(run).await
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(worker) = self.worker.take() else {
            return;
        };
        if self.session {
            // A database in memory ends with its connection; else the thread closes that.
            if !self.lane.place.is_memory() {
                return;
            }
            worker.send(run::reset);
        }
        if self.transaction {
            let read_only = *self.read_only.get_mut();
            // Before anything that the next borrower sends, since the thread goes in order.
            worker.send(move |connection| {
                run::roll_back(connection);
                if read_only {
                    // A pragma that SQLite knows does not fail.
                    let _ = run::script(connection, WRITES);
                }
            });
        }
        self.lane.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
}

/// The error, which says so where a transaction that only reads has tried to write.
fn told(error: Error, read_only: bool) -> Error {
    let refused =
        error.cause::<Failure>().filter(|failure| read_only && failure.code() == Some(REFUSED));
    match refused {
        Some(failure) => error::only_reads(failure.clone()),
        None => error,
    }
}
