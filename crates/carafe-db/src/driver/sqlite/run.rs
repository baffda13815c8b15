//! A statement run on a connection.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result};
use carafe_model::{Value, moment};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ToSql};

use super::functions;
use super::quick::Hurry;
use super::refusal::refused;
use super::row::{Names, RowReader};
use crate::statement::{Fetched, Sink, Statement};

/// How many prepared statements a connection keeps.
const PREPARED: usize = 128;

/// What holds on every connection.
const SET_UP: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

/// A connection, and what it is at.
pub(super) struct Sqlite {
    pub(super) raw: rusqlite::Connection,
    /// Whether the job that it is at was given up; `None` where nobody could.
    job: RefCell<Option<GivenUp>>,
    reading: Reading,
    pub(super) hurry: Hurry,
}

/// Whether nobody waits for a job any more.
pub(super) type GivenUp = Arc<AtomicBool>;

/// The job that is reading rows, for SQLite to ask now and then whether to go on.
///
/// A write is done to its end: to break it off would undo all of its transaction.
#[derive(Clone, Default)]
struct Reading(Arc<Mutex<Option<GivenUp>>>);

impl Reading {
    fn set(&self, job: Option<GivenUp>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = job;
    }

    fn is_given_up(&self) -> bool {
        let job = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        job.as_ref().is_some_and(|given_up| given_up.load(Ordering::Relaxed))
    }
}

impl Sqlite {
    /// Sets a fresh connection up.
    pub(super) fn new(mut raw: rusqlite::Connection, wait: Duration) -> rusqlite::Result<Self> {
        let hurry = Hurry::default();
        let waiter = hurry.clone();
        let mut since = None;
        raw.busy_handler(Some(move |times: i32| {
            // On a task's thread nobody waits for a lock.
            if waiter.is_on() {
                return false;
            }
            if times == 0 {
                since = Some(Instant::now());
            }
            #[expect(clippy::disallowed_methods, reason = "it is the connection's own thread")]
            std::thread::sleep(Duration::from_micros(100 << times.min(7)));
            since.is_some_and(|since| since.elapsed() < wait)
        }))?;
        // In WAL mode NORMAL loses nothing that was committed but in a power cut, and then only the
        // last moments, never the file.
        raw.execute_batch(SET_UP)?;
        functions::add(&raw)?;
        raw.set_prepared_statement_cache_capacity(PREPARED);
        let (ticker, reading) = (hurry.clone(), Reading::default());
        let asked = reading.clone();
        raw.progress_handler(1000, Some(move || ticker.is_over() || asked.is_given_up()))?;
        Ok(Self { raw, job: RefCell::default(), reading, hurry })
    }

    /// From here on the job may be broken off.
    pub(super) fn start_reading(&self) {
        let job = self.job.borrow().clone();
        if job.is_some() {
            self.reading.set(job);
        }
    }

    /// Does a job that may be given up.
    pub(super) fn at<T>(&self, given_up: GivenUp, job: impl FnOnce() -> T) -> thread::Result<T> {
        self.job.replace(Some(given_up));
        // Panics arise in code of the user that reads a row; they go on where the row was asked for.
        let done = catch_unwind(AssertUnwindSafe(job));
        self.job.take();
        self.reading.set(None);
        done
    }
}

/// Runs one statement.
pub(super) fn fetch(
    connection: &Sqlite,
    statement: &Statement,
    values: &[Value],
    sink: Box<dyn Sink>,
) -> Result<Fetched> {
    let mut sink = sink;
    let changed = fetch_into(connection, statement, values, &mut *sink)?;
    Ok(Fetched { sink, changed, last_id: None })
}

/// Runs one statement; tells how many rows it changed.
pub(super) fn fetch_into(
    connection: &Sqlite,
    statement: &Statement,
    values: &[Value],
    sink: &mut dyn Sink,
) -> Result<u64> {
    let before = connection.raw.total_changes();
    let mut prepared = connection.raw.prepare_cached(statement.sql()).map_err(refused)?;
    bind(&mut prepared, values)?;
    if prepared.column_count() == 0 {
        prepared.raw_execute().map_err(refused)?;
    } else {
        if prepared.readonly() {
            connection.start_reading();
        }
        read(&mut prepared, sink)?;
    }
    // SQLite tells the count of the last statement that changed something, whichever that was.
    Ok(if connection.raw.total_changes() == before { 0 } else { connection.raw.changes() })
}

/// Runs several statements.
pub(super) fn script(connection: &Sqlite, sql: &str) -> Result<()> {
    connection.raw.execute_batch(sql).map_err(refused)
}

/// A job of a transaction: an error where that is gone. SQLite undoes all of one by itself where a disk
/// is full, say; what came after would each be committed alone.
pub(super) fn inside<T>(
    job: impl FnOnce(&Sqlite) -> Result<T>,
) -> impl FnOnce(&Sqlite) -> Result<T> {
    |connection| {
        check_inside(connection)?;
        job(connection)
    }
}

/// An error where the transaction is gone.
pub(super) fn check_inside(connection: &Sqlite) -> Result<()> {
    if connection.raw.is_autocommit() {
        return Err(Error::internal("the transaction has ended before its closure has")
            .hint("no COMMIT and ROLLBACK by hand inside of `atomic`; and return the errors of its statements"));
    }
    Ok(())
}

/// Undoes the transaction that is open, if one is.
pub(super) fn roll_back(connection: &Sqlite) -> bool {
    let open = !connection.raw.is_autocommit();
    if open {
        // It fails only where SQLite has undone it by itself.
        let _ = connection.raw.execute_batch("ROLLBACK");
    }
    open
}

/// Sets a connection back as it was, as far as SQLite lets one: its pragmas, and what is temporary.
pub(super) fn reset(connection: &Sqlite) {
    roll_back(connection);
    let drops = "select 'drop ' || type || ' temp.\"' || replace(name, '\"', '\"\"') || '\"' \
                 from sqlite_temp_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'";
    let drop_all = || {
        let mut listing = connection.raw.prepare(drops)?;
        let drops =
            listing.query_map((), |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        drop(listing);
        connection.raw.execute_batch(&drops.join(";"))
    };
    // What cannot be dropped stays, and is in nobody's way but of one who gives the same name.
    let _: rusqlite::Result<()> = drop_all();
    let _ = script(connection, &format!("PRAGMA query_only = 0; {SET_UP}"));
}

fn read(prepared: &mut CachedStatement<'_>, sink: &mut dyn Sink) -> Result<()> {
    let mut rows = prepared.raw_query();
    let mut started = false;
    while let Some(row) = rows.next().map_err(refused)? {
        // Only now are the names right: the first step prepares anew where the tables have changed.
        if !started {
            sink.start(&Names(row.as_ref()))?;
            started = true;
        }
        sink.row(&mut RowReader(row))?;
        if !sink.wants_more() {
            break;
        }
    }
    drop(rows);
    if started { Ok(()) } else { sink.start(&Names(prepared)) }
}

pub(super) fn bind(prepared: &mut rusqlite::Statement<'_>, values: &[Value]) -> Result<()> {
    let wanted = prepared.parameter_count();
    if wanted != values.len() {
        return Err(Error::internal(format!(
            "the statement has {wanted} parameters, and {} values are given",
            values.len()
        )));
    }
    for (index, value) in values.iter().enumerate() {
        check(value).map_err(|why| {
            Error::new(Kind::Invalid, format!("parameter {} is {why}", index + 1))
        })?;
        prepared.raw_bind_parameter(index + 1, Bound(value)).map_err(refused)?;
    }
    Ok(())
}

/// An error that says what a value is that SQLite cannot keep.
fn check(value: &Value) -> Result<(), String> {
    match value {
        Value::F64(number) if number.is_nan() => {
            Err("not a number (NaN), which SQLite would make NULL".to_owned())
        }
        Value::Decimal(text) if moment::number_of_decimal(text).is_none() => {
            Err("a decimal that is not a number (NaN) or infinite".to_owned())
        }
        Value::Array(_) => Err("an array, which SQLite has no type for".to_owned()),
        _ => Ok(()),
    }
}

/// A value as SQLite stores it: kinds that it has no type for as Django stores them.
struct Bound<'v>(&'v Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let owned = |text: String| ToSqlOutput::Owned(rusqlite::types::Value::Text(text));
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(value) => ToSqlOutput::Borrowed(ValueRef::Integer((*value).into())),
            Value::I64(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Value::F64(value) => ToSqlOutput::Borrowed(ValueRef::Real(*value)),
            Value::Text(value) | Value::Json(value) => {
                ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes()))
            }
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Value::Date(days) => owned(moment::date_text(*days)),
            Value::Time(micros) => owned(moment::time_text(*micros)),
            Value::DateTime(micros) | Value::Timestamp(micros) => {
                owned(moment::date_time_text(*micros))
            }
            Value::Uuid(bytes) => owned(moment::uuid_text(*bytes)),
            Value::Duration(micros) => ToSqlOutput::Borrowed(ValueRef::Integer(*micros)),
            Value::Decimal(text) => ToSqlOutput::Borrowed(match moment::number_of_decimal(text) {
                Some(Value::I64(number)) => ValueRef::Integer(number),
                Some(Value::F64(number)) => ValueRef::Real(number),
                _ => ValueRef::Null,
            }),
            other => {
                return Err(rusqlite::Error::ToSqlConversionFailure(
                    format!("SQLite cannot store {}", other.kind()).into(),
                ));
            }
        })
    }
}
