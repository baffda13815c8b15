//! A connection: sends statements, and reads what comes back.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result};
use carafe_model::Value;
use futures_util::StreamExt;
use tokio_postgres::types::Type;
use tokio_postgres::{CancelToken, RowStream, SimpleQueryMessage, Statement};

use super::bind::{self, Bound};
use super::connect::Connector;
use super::refusal::{is_gone, is_stale, refused};
use super::row::{Names, RowReader};
use super::script;
use crate::driver::pool::Pooled;
use crate::driver::prepared::Prepared;
use crate::error::is_transient;
use crate::statement::Sink;

/// How much longer than the server this side waits for a statement: the server ends it, unless it is
/// gone and nobody has told.
const GRACE: Duration = Duration::from_secs(2);

/// The types of the database, each as an expression of that type.
const TYPES: &str = "SELECT 'NULL::' || own.oid::pg_catalog.regtype::text \
    FROM pg_catalog.pg_type own LEFT JOIN pg_catalog.pg_type part ON part.oid = own.typelem \
    WHERE own.oid >= 16384 AND own.typtype IN ('b', 'e', 'r', 'm') \
    AND (part.typtype IS NULL OR part.typtype NOT IN ('c', 'p')) \
    AND own.typsend <> 0 AND (part.typsend IS NULL OR part.typsend <> 0) \
    AND pg_catalog.has_type_privilege(own.oid, 'USAGE')";

/// What a transaction has prepared by name, each as the statement that forgets it.
const LOOKUPS: &str = "SELECT 'DEALLOCATE ' || pg_catalog.quote_ident(name) \
    FROM pg_catalog.pg_prepared_statements \
    WHERE NOT from_sql AND prepare_time >= pg_catalog.transaction_timestamp()";

/// So many columns a query may have.
const COLUMNS: usize = 1000;

/// A connection.
pub(super) struct Client {
    raw: tokio_postgres::Client,
    prepared: Mutex<Prepared<Statement>>,
    /// Whether statements are prepared by name and kept.
    named: bool,
    limit: Option<Duration>,
    /// The server has not answered in time.
    lost: AtomicBool,
    born: Instant,
}

/// A statement that is on its way.
struct Sent {
    rows: RowStream,
    /// What is known of it beforehand.
    statement: Option<Statement>,
}

impl Pooled for Client {
    fn is_closed(&self) -> bool {
        self.raw.is_closed() || self.lost.load(Ordering::Relaxed)
    }

    fn born(&self) -> Instant {
        self.born
    }
}

impl Client {
    pub(super) fn new(raw: tokio_postgres::Client, connector: &Connector) -> Self {
        Self {
            raw,
            prepared: Mutex::default(),
            named: connector.named,
            limit: connector.statement.map(|longest| longest + GRACE),
            lost: AtomicBool::new(false),
            born: Instant::now(),
        }
    }

    /// Learns the types that the database has beside PostgreSQL's own.
    ///
    /// tokio-postgres looks up a type that it meets for the first time by statements that it prepares by
    /// name. In a transaction they are met by the connection of the server that they were prepared on, whoever
    /// lends it; later nothing is looked up, and nothing of them is left there.
    pub(super) async fn learn_types(&self) -> Result<()> {
        self.script("BEGIN").await?;
        let types = self.texts(TYPES).await?;
        for nulls in types.chunks(COLUMNS) {
            let sql = format!("SELECT {}", nulls.join(", "));
            self.raw.query_typed(&sql, &[]).await.map_err(refused)?;
        }
        let mut last = self.texts(LOOKUPS).await?;
        last.push("COMMIT".to_owned());
        self.script(&last.join("; ")).await
    }

    /// The first column of a query, sent as text alone.
    async fn texts(&self, sql: &str) -> Result<Vec<String>> {
        let answer = self.raw.simple_query(sql).await.map_err(refused)?;
        Ok(answer
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .collect())
    }

    /// Waits for what it runs as long as it takes.
    pub(super) fn unhurried(&mut self) {
        self.limit = None;
    }

    pub(super) fn cancel_token(&self) -> CancelToken {
        self.raw.cancel_token()
    }

    /// Runs a statement; tells how many rows it changed. `sent` is called once it is on its way: what
    /// is sent then comes after it.
    pub(super) async fn fetch(
        &self,
        sql: &str,
        values: &[Value],
        sink: &mut dyn Sink,
        sent: impl FnOnce(),
    ) -> Result<u64> {
        let run = pin!(async {
            let answer = self.send(sql, values, sent).await?;
            Ok(read(answer, sql, sink).await?.changed)
        });
        self.in_time(run).await
    }

    /// Runs a query without parameters that is not kept: its columns may be others the next time. It
    /// tells how many rows it gave.
    pub(super) async fn fetch_once(
        &self,
        sql: &str,
        sink: &mut dyn Sink,
        sent: impl FnOnce(),
    ) -> Result<usize> {
        let run = pin!(async {
            let none = std::iter::empty::<(Bound<'_>, Type)>();
            let rows = on_its_way(pin!(self.raw.query_typed_raw(sql, none)), sent).await?;
            Ok(read(Sent { rows, statement: None }, sql, sink).await?.rows)
        });
        self.in_time(run).await
    }

    /// Runs statements without parameters, for as long as they take.
    pub(super) async fn script(&self, sql: &str) -> Result<()> {
        self.raw.batch_execute(sql).await.map_err(refused)
    }

    /// Takes a step that should be quick.
    pub(super) async fn step(&self, sql: &str) -> Result<()> {
        self.in_time(pin!(self.script(sql))).await
    }

    /// Forgets a prepared statement if the error is about it: the tables have changed, or somebody
    /// has deallocated it. Whether it was so.
    pub(super) fn forget_if_stale(&self, sql: &str, error: &Error) -> bool {
        if !is_stale(error) {
            return false;
        }
        // Who shares the connection, and has sent it too, may have forgotten it before.
        let is_forgotten = self.cache().forget(sql).is_some();
        is_forgotten || is_transient(error)
    }

    // What is given to such functions is pinned before: a future that holds another one and waits for it
    // has room for it twice.
    async fn in_time<T>(&self, work: Pin<&mut impl Future<Output = Result<T>>>) -> Result<T> {
        let Some(limit) = self.limit else { return work.await };
        let done = tokio::time::timeout(limit, work).await;
        done.unwrap_or_else(|_| {
            self.lost.store(true, Ordering::Relaxed);
            Err(Error::new(
                Kind::Timeout,
                format!("the PostgreSQL server did not answer within {limit:?}"),
            ))
        })
    }

    async fn send(&self, sql: &str, values: &[Value], sent: impl FnOnce()) -> Result<Sent> {
        if !self.named {
            let text = script::statement(sql, !values.is_empty())?;
            let parameters = values.iter().map(|value| (Bound(value), Type::UNKNOWN));
            bind::check_all(values, &vec![Type::UNKNOWN; values.len()])?;
            let asked = on_its_way(pin!(self.raw.query_typed_raw(&text, parameters)), sent).await;
            let rows = asked.inspect_err(|error| {
                // It has a type that was made since the connection was; a new one knows that.
                if is_gone(error) {
                    self.lost.store(true, Ordering::Relaxed);
                }
            })?;
            return Ok(Sent { rows, statement: None });
        }
        let mut statement = self.prepared(sql, !values.is_empty()).await?;
        if let Err(error) = bind::check_all(values, statement.params()) {
            // A column may have another type now.
            self.cache().forget(sql);
            statement = self.prepared(sql, !values.is_empty()).await?;
            bind::check_all(values, statement.params()).map_err(|_| error)?;
        }
        let parameters = values.iter().map(Bound);
        let rows = on_its_way(pin!(self.raw.query_raw(&statement, parameters)), sent).await?;
        Ok(Sent { rows, statement: Some(statement) })
    }

    async fn prepared(&self, sql: &str, has_values: bool) -> Result<Statement> {
        // In a block of its own, so that the lock is not held while the server is asked.
        if let Some(statement) = { self.cache().get(sql) } {
            return Ok(statement);
        }
        let text = script::statement(sql, has_values)?;
        // It is rare and large.
        let statement = Box::pin(self.raw.prepare(&text)).await.map_err(refused)?;
        self.cache().keep(sql, &statement);
        Ok(statement)
    }

    fn cache(&self) -> MutexGuard<'_, Prepared<Statement>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was read.
struct Answered {
    rows: usize,
    changed: u64,
}

/// Waits for the beginning of an answer. tokio-postgres sends when its future is first polled.
async fn on_its_way(
    mut answer: Pin<&mut impl Future<Output = Result<RowStream, tokio_postgres::Error>>>,
    sent: impl FnOnce(),
) -> Result<RowStream> {
    let first = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
    sent();
    match first {
        Poll::Ready(answer) => answer.map_err(refused),
        Poll::Pending => answer.await.map_err(refused),
    }
}

/// Reads the rows.
async fn read(answer: Sent, sql: &str, sink: &mut dyn Sink) -> Result<Answered> {
    let mut rows = pin!(answer.rows);
    let mut columns = answer.statement.as_ref().map_or(0, |known| known.columns().len());
    let mut started = answer.statement.is_some();
    let mut count = 0;
    let mut failed = answer.statement.and_then(|known| sink.start(&Names(known.columns())).err());
    while let Some(row) = rows.next().await {
        let row = row.map_err(refused)?;
        count += 1;
        // What is not wanted is read all the same: the answer ends only after it.
        if failed.is_some() || (started && !sink.wants_more()) {
            continue;
        }
        if !started {
            started = true;
            columns = row.columns().len();
            failed = sink.start(&Names(row.columns())).err();
        }
        if failed.is_none() {
            failed = sink.row(&mut RowReader::new(&row)).err();
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    // PostgreSQL counts the rows of a query too.
    let only_reads = columns > 0 && !script::changes_rows(sql);
    let changed = if only_reads { 0 } else { rows.rows_affected().unwrap_or(0) };
    Ok(Answered { rows: count, changed })
}
