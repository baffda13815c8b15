//! Queries that stay open between two readings, on the thread of their connection.
//!
//! SQLite keeps a statement where it stands until it is stepped again, while others run on the same
//! connection; so a transaction goes on while one of its queries is read bit by bit.

use std::cell::Cell;
use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Value;
use rusqlite::Statement as Prepared;

use super::lane::Lent;
use super::queue::Taker;
use super::refusal::refused;
use super::row::{Names, RowReader};
use super::run::{self, Sqlite};
use super::worker::{Job, Reply};
use crate::driver::cursor::no_query;
use crate::driver::{Batch, Connection, Cursor};
use crate::statement::{BoxFuture, Sink, Statement};

/// What may be asked of a query that is, or will be, open.
pub(super) enum Ask {
    Open { statement: Statement, values: Vec<Value>, inside: bool, reply: Reply<()> },
    Next { most: usize, sink: Box<dyn Sink>, reply: Reply<Batch> },
    Close,
}

/// Those that are open, by number.
type Open<'c> = Vec<(u64, Prepared<'c>)>;

/// Goes on with a connection's jobs for as long as a query is open on it.
pub(super) fn serve(connection: &Sqlite, queue: &Taker<Job>, number: u64, ask: Ask) {
    let mut open = Open::new();
    answer(connection, &mut open, number, ask);
    while !open.is_empty() {
        match queue.take() {
            Some(Job::Run(job)) => job(connection),
            Some(Job::Ask(number, ask)) => answer(connection, &mut open, number, ask),
            None => return,
        }
    }
}

fn answer<'c>(connection: &'c Sqlite, open: &mut Open<'c>, number: u64, ask: Ask) {
    match ask {
        Ask::Open { statement, values, inside, reply } => {
            let prepare = || {
                if inside {
                    run::check_inside(connection)?;
                }
                prepare(connection, &statement, &values)
            };
            reply.answer(connection, || prepare().map(|prepared| open.push((number, prepared))));
        }
        Ask::Next { most, sink, reply } => {
            let Some(at) = open.iter().position(|(known, _)| *known == number) else { return };
            let prepared = &mut open[at].1;
            let read = || {
                connection.start_reading();
                read(prepared, most, sink)
            };
            let more = Cell::new(false);
            reply.answer(connection, || read().inspect(|batch| more.set(batch.more)));
            // What is over is closed at once: a reader that is left open holds the log of SQLite back.
            if !more.get() {
                open.swap_remove(at);
            }
        }
        Ask::Close => open.retain(|(known, _)| *known != number),
    }
}

fn prepare<'c>(
    connection: &'c Sqlite,
    statement: &Statement,
    values: &[Value],
) -> Result<Prepared<'c>> {
    let mut prepared = connection.raw.prepare(statement.sql()).map_err(refused)?;
    if prepared.column_count() == 0 || !prepared.readonly() {
        return Err(no_query());
    }
    run::bind(&mut prepared, values)?;
    Ok(prepared)
}

fn read(prepared: &mut Prepared<'_>, most: usize, mut sink: Box<dyn Sink>) -> Result<Batch> {
    let mut rows = prepared.raw_query();
    let mut read = 0;
    while read < most {
        let Some(row) = rows.next().map_err(refused)? else {
            drop(rows);
            if read == 0 {
                sink.start(&Names(prepared))?;
            }
            return Ok(Batch { sink, more: false });
        };
        if read == 0 {
            sink.start(&Names(row.as_ref()))?;
        }
        sink.row(&mut RowReader(row))?;
        read += 1;
    }
    // Dropped, it would set the statement back to its first row.
    std::mem::forget(rows);
    Ok(Batch { sink, more: true })
}

/// A query that is open.
pub(super) struct Reading {
    lent: Arc<Lent>,
    number: u64,
}

impl Reading {
    /// Opens a query; `inside` of a transaction, which must still be there.
    pub(super) async fn open(
        lent: Arc<Lent>,
        statement: Statement,
        values: Vec<Value>,
        inside: bool,
    ) -> Result<Box<dyn Cursor>> {
        let number = lent.worker()?.next_number();
        // Made before it is open: dropped meanwhile, it closes what is opened behind it.
        let reading = Self { lent, number };
        let ask = |reply| Ask::Open { statement, values, inside, reply };
        reading.lent.worker()?.ask(number, ask).await?;
        Ok(Box::new(reading))
    }
}

impl Cursor for Reading {
    fn beside(&self) -> Option<&dyn Connection> {
        Some(&*self.lent)
    }

    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(async move {
            let ask = |reply| Ask::Next { most, sink, reply };
            self.lent.worker()?.ask(self.number, ask).await
        })
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // Before the connection goes back, which is dropped after this.
        if let Ok(worker) = self.lent.worker() {
            worker.tell(self.number, Ask::Close);
        }
    }
}
