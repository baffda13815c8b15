//! A connection: sends statements, and reads what comes back.

mod reading;

use std::pin::pin;
use std::time::Instant;

use carafe_core::{Error, Result};
use carafe_model::Value;
use futures_util::FutureExt as _;
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::{Protocol, Queryable};
use mysql_async::{Conn, Params, QueryResult, Statement};

use self::reading::Open;
use super::bind;
use super::columns::with_columns;
use super::connect::{Connector, Limit};
use super::refusal::{self, refused};
use super::row::{Names, RowReader};
use super::script;
use super::work::{Job, Outcome};
use crate::driver::pool::Pooled;
use crate::driver::prepared::Prepared;
use crate::driver::{Batch, Begin, Step};
use crate::statement::{Fetched, Sink};

/// A connection.
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(super) struct Client {
    conn: Conn,
    prepared: Prepared<Known>,
    /// Whether prepared statements are kept.
    keeps: bool,
    /// How long a statement may take.
    limit: Limit,
    born: Instant,
    /// A transaction may be open.
    open: bool,
    /// How the transaction was begun that is open.
    how: Begin,
    /// The server has undone the transaction that was open.
    undone: bool,
    /// The query whose rows are not all read yet.
    reading: Option<Open>,
    /// It must not be lent again: something was set on it.
    spent: bool,
    /// It is of no use any more: the server is gone, or nobody knows what comes next.
    lost: bool,
}

/// A prepared statement, and what is read out of its text.
#[derive(Clone)]
struct Known {
    statement: Statement,
    /// It leaves something on the connection that the next one who uses it must not meet.
    marks: bool,
    /// It changes rows, even where it gives rows back.
    changes: bool,
}

/// Where the rows of a statement go, and whether that has failed.
struct Sinking<'s> {
    sink: &'s mut dyn Sink,
    failed: Option<Error>,
}

/// What a statement did.
struct Done {
    changed: u64,
    last_id: Option<i64>,
}

impl Pooled for Client {
    fn is_closed(&self) -> bool {
        self.spent || self.is_lost()
    }

    fn born(&self) -> Instant {
        self.born
    }
}

impl Client {
    pub(super) fn new(conn: Conn, keeps: bool, limit: Limit) -> Self {
        Self {
            conn,
            prepared: Prepared::default(),
            keeps,
            limit,
            born: Instant::now(),
            open: false,
            how: Begin::default(),
            undone: false,
            reading: None,
            spent: false,
            lost: false,
        }
    }

    /// The number by which the server knows it.
    pub(super) fn id(&self) -> u32 {
        self.conn.id()
    }

    /// Whether the server is still there.
    pub(super) async fn answers(&mut self) -> bool {
        self.conn.ping().await.is_ok()
    }

    /// Whether it is of no use any more.
    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.conn.is_disconnected()
    }

    /// Gives it up.
    pub(super) fn lose(&mut self) {
        self.lost = true;
    }

    /// Lets nobody have it afterwards, whatever is set on it.
    pub(super) fn spend(&mut self) {
        self.spent = true;
    }

    /// Closes it, and does not wait for what the server still sends.
    pub(super) fn close_now(self) {
        // If it were dropped alone, a task would read that to its end first.
        let _ = pin!(self.conn.disconnect()).now_or_never();
    }

    /// Whether a transaction has to be undone before it is lent again, or rows are left.
    pub(super) fn is_busy(&self) -> bool {
        (self.open || self.reading.is_some()) && !self.spent && !self.is_lost()
    }

    /// Does what is asked.
    pub(super) async fn run(&mut self, connector: &Connector, job: Job) -> Result<Outcome> {
        if !matches!(job, Job::Read(..)) {
            self.set_aside(connector).await?;
        }
        match job {
            Job::Fetch(statement, values, mut sink) => {
                let mut into = Sinking { sink: &mut *sink, failed: None };
                let done = self.fetch(statement.sql(), values, &mut into).await;
                let failed = into.failed;
                let Done { changed, last_id } = done?;
                match failed {
                    Some(error) => Err(error),
                    None => Ok(Outcome::Fetched(Fetched { sink, changed, last_id })),
                }
            }
            Job::Open(statement, values) => {
                let opened = self.open(statement.sql(), values).await;
                opened.inspect_err(|error| self.note(error)).map(Outcome::Opened)
            }
            Job::Read(rows, most, mut sink) => {
                let read = self.read_on(&rows, most, &mut *sink).await;
                let read = read.inspect_err(|error| self.note(error))?;
                Ok(Outcome::Read(Batch { sink, more: read == most }))
            }
            Job::Script(sql) => self.script(sql.sql()).await.map(|()| Outcome::Nothing),
            Job::Step(step) => self.step(step).await.map(|()| Outcome::Nothing),
        }
    }

    /// Runs a statement.
    async fn fetch(
        &mut self,
        sql: &str,
        values: Vec<Value>,
        into: &mut Sinking<'_>,
    ) -> Result<Done> {
        self.check_open()?;
        match self.send(sql, bind::all(values)?, into).await {
            Ok(done) => self.go_on().await.map(|()| done),
            Err(error) => {
                self.note(&error);
                Err(with_columns(self, sql, error).await)
            }
        }
    }

    /// Runs several statements without parameters.
    async fn script(&mut self, sql: &str) -> Result<()> {
        self.check_open()?;
        self.spent |= script::marks_connection(sql);
        let alone = !self.open;
        // It may fail before the end of its own transaction.
        self.open |= script::begins_any(sql);
        let done = async { self.conn.query_iter(sql).await?.drop_result().await }.await;
        match done.map_err(refused) {
            Ok(()) => {
                self.open &= !alone;
                self.go_on().await
            }
            Err(error) => {
                self.note(&error);
                Err(error)
            }
        }
    }

    /// Takes a step of a transaction.
    async fn step(&mut self, step: Step) -> Result<()> {
        if !matches!(step, Step::Begin(_) | Step::Rollback) {
            self.check_open()?;
        }
        let sql = match step {
            Step::Begin(how) => start(how),
            Step::Commit => "COMMIT",
            Step::Rollback => "ROLLBACK",
            Step::Savepoint(number) => &format!("SAVEPOINT s{number}"),
            Step::RollbackTo(number) => &format!("ROLLBACK TO SAVEPOINT s{number}"),
            Step::Release(number) => &format!("RELEASE SAVEPOINT s{number}"),
        };
        if let Step::Begin(how) = step {
            self.open = true;
            self.undone = false;
            self.how = how;
            self.isolate().await?;
        }
        match (self.conn.query_drop(sql).await.map_err(refused), step) {
            (Ok(()), Step::Commit | Step::Rollback) => {
                self.open = false;
                self.undone = false;
                Ok(())
            }
            // What a statement has committed in between has no savepoints, and is kept anyway.
            (Err(error), Step::Release(_)) if refusal::has_no_savepoint(&error) => Ok(()),
            (Err(error), Step::RollbackTo(_)) if refusal::has_no_savepoint(&error) => {
                Err(refusal::committed_before())
            }
            (Ok(()), _) => Ok(()),
            (Err(error), _) => {
                self.note(&error);
                Err(error)
            }
        }
    }

    /// Asks for texts on the side: of each row the first column.
    pub(super) async fn texts(&mut self, sql: &str, values: Vec<&str>) -> Result<Vec<String>> {
        let asked = self.conn.exec(sql, Params::Positional(bind::texts(values))).await;
        asked.map_err(refused)
    }

    async fn send(
        &mut self,
        sql: &str,
        params: Vec<mysql_async::Value>,
        into: &mut Sinking<'_>,
    ) -> Result<Done> {
        let count = params.len();
        let params = if count == 0 { Params::Empty } else { Params::Positional(params) };
        let known = match self.known(sql).await {
            // Some statements cannot be prepared; without parameters nothing is lost.
            Err(error)
                if count == 0 && refusal::cannot_be_prepared(&error) && script::is_one(sql) =>
            {
                self.spent |= script::marks_connection(sql);
                let result = self.conn.query_iter(sql).await.map_err(refused)?;
                return read(result, into, false).await;
            }
            known => known?,
        };
        bind::check_count(known.statement.num_params(), count)?;
        self.spent |= known.marks;
        let again = self.keeps.then(|| params.clone());
        let sent = self.conn.exec_iter(&known.statement, params).await.map_err(refused);
        let result = match (sent, again) {
            // It was not run: the server has forgotten it.
            (Err(error), Some(params)) if refusal::is_forgotten(&error) => {
                self.prepared.forget(sql);
                let known = self.known(sql).await?;
                let sent = self.conn.exec_iter(&known.statement, params).await;
                return read(sent.map_err(refused)?, into, known.changes).await;
            }
            (sent, _) => sent,
        };
        let done = match result {
            Ok(result) => read(result, into, known.changes).await,
            Err(error) => Err(error),
        };
        if !self.keeps {
            self.close(known.statement).await?;
        }
        done
    }

    /// A prepared statement.
    async fn known(&mut self, sql: &str) -> Result<Known> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known);
        }
        script::check(sql)?;
        let statement = self.conn.prep(sql).await.map_err(refused)?;
        let (marks, changes) = (script::marks_connection(sql), script::changes_rows(sql));
        let known = Known { statement, marks, changes };
        if self.keeps
            && let Some(gone) = self.prepared.keep(sql, &known)
        {
            self.close(gone.statement).await?;
        }
        Ok(known)
    }

    async fn close(&mut self, statement: Statement) -> Result<()> {
        self.conn.close(statement).await.map_err(refused)
    }

    /// A transaction that the server has undone takes nothing more: each statement would stand alone
    /// there, and last.
    fn check_open(&self) -> Result<()> {
        if self.undone { Err(refusal::passed_over()) } else { Ok(()) }
    }

    /// Keeps account of a failure.
    fn note(&mut self, error: &Error) {
        self.undone |= self.open && refusal::undoes_transaction(error);
        self.lost |= refusal::ends_connection(error);
    }

    /// A statement that makes or changes a table commits what was before. What comes after it is
    /// part of a transaction again.
    async fn go_on(&mut self) -> Result<()> {
        let flags = self.conn.last_ok_packet().map(mysql_async::OkPacket::status_flags);
        let inside = flags.is_none_or(|flags| flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS));
        if self.open && !inside {
            self.isolate().await?;
            self.conn.query_drop(start(self.how)).await.map_err(refused)?;
        }
        Ok(())
    }

    /// Says of the next transaction what it sees of others.
    async fn isolate(&mut self) -> Result<()> {
        let Some(level) = self.how.isolation else { return Ok(()) };
        let set = format!("SET TRANSACTION ISOLATION LEVEL {}", level.sql());
        self.conn.query_drop(set).await.map_err(refused)
    }
}

fn start(how: Begin) -> &'static str {
    if how.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" }
}

/// Reads the rows; tells how many were changed.
async fn read<P: Protocol>(
    mut result: QueryResult<'_, 'static, P>,
    into: &mut Sinking<'_>,
    changes: bool,
) -> Result<Done> {
    let columns = result.columns().unwrap_or_default();
    let has_rows = !columns.is_empty();
    into.failed = into.sink.start(&Names(&columns)).err();
    let mut rows = 0;
    // What is not wanted is read all the same: the answer ends only after it.
    let read = result.for_each(|row| {
        rows += 1;
        if into.failed.is_none() && into.sink.wants_more() {
            into.failed = into.sink.row(&mut RowReader::new(row)).err();
        }
    });
    read.await.map_err(refused)?;
    let changed = match has_rows {
        false => result.affected_rows(),
        true if changes => rows,
        true => 0,
    };
    let last_id = result.last_insert_id().and_then(|id| i64::try_from(id).ok());
    result.drop_result().await.map_err(refused)?;
    Ok(Done { changed, last_id })
}
