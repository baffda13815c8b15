//! Copies of a database that only read, and who asks them.
//!
//! MUST:
//! - send a statement there only if its maker knows that it reads, and no transaction is open;
//! - let nobody miss his own write: for a while after one, the reads of the same request go to the
//!   primary. Work outside of any request counts as one;
//! - go on without a copy that is gone.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result, Scope};
use carafe_model::{Columns, Reader, Value};

use crate::driver::{Cursor, Driver};
use crate::error::is_transient;
use crate::held::DatabaseId;
use crate::statement::{Access, Fetched, Sink, Statement};

/// For how long a copy that was gone is not asked again.
const PAUSE: Duration = Duration::from_secs(5);

/// The copies of one database.
pub(crate) struct Replicas {
    list: Vec<Replica>,
    next: AtomicUsize,
    /// How far they may be behind.
    lag: Duration,
    /// When something was last written outside of any request; 0 for never.
    wrote: AtomicU64,
}

struct Replica {
    driver: Arc<dyn Driver>,
    /// Until when it is not asked.
    rests: AtomicU64,
}

/// When this request wrote, by database.
#[derive(Default)]
struct Wrote(Mutex<Vec<(DatabaseId, u64)>>);

impl Replicas {
    pub(crate) fn new(drivers: Vec<Arc<dyn Driver>>, lag: Duration) -> Arc<Self> {
        let replica = |driver| Replica { driver, rests: AtomicU64::new(0) };
        Arc::new(Self {
            list: drivers.into_iter().map(replica).collect(),
            next: AtomicUsize::new(0),
            lag,
            wrote: AtomicU64::new(0),
        })
    }

    /// Notes that the running request writes.
    pub(crate) fn note_write(&self, database: DatabaseId) {
        let now = now();
        match Scope::current() {
            Ok(scope) if scope.is_request() => {
                let wrote = scope.locals().get_or_set(Wrote::default);
                let mut list = wrote.0.lock().unwrap_or_else(PoisonError::into_inner);
                list.retain(|(known, _)| *known != database);
                list.push((database, now));
            }
            _ => self.wrote.store(now, Ordering::Relaxed),
        }
    }

    /// Whether the running request may miss something if it asks a copy.
    fn has_written(&self, database: DatabaseId) -> bool {
        let wrote = match Scope::current() {
            Ok(scope) if scope.is_request() => scope.local::<Wrote>().and_then(|wrote| {
                let list = wrote.0.lock().unwrap_or_else(PoisonError::into_inner);
                list.iter().find(|(known, _)| *known == database).map(|(_, at)| *at)
            }),
            _ => Some(self.wrote.load(Ordering::Relaxed)).filter(|at| *at != 0),
        };
        wrote.is_some_and(|at| now() < at.saturating_add(nanos(self.lag)))
    }

    /// Runs a statement that stands alone where it belongs.
    pub(crate) async fn fetch(
        &self,
        (primary, database): (&dyn Driver, DatabaseId),
        statement: &Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        if statement.access() != Access::Read {
            self.note_write(database);
            let done = primary.fetch(statement, values, sink).await;
            // It may have taken long.
            self.note_write(database);
            return done;
        }
        if self.has_written(database) {
            return primary.fetch(statement, values, sink).await;
        }
        let mut sink = sink;
        for replica in self.those_that_are_up() {
            let (kept, back) = Kept::new(sink);
            match replica.driver.fetch(statement, values.clone(), Box::new(kept)).await {
                Ok(fetched) => return Kept::unwrapped(fetched, &back),
                Err(error) => {
                    replica.is_gone(error)?;
                    sink = taken(&back)?;
                }
            }
        }
        primary.fetch(statement, values, sink).await
    }

    /// Opens a query that stands alone where it belongs.
    pub(crate) async fn stream(
        &self,
        (primary, database): (&dyn Driver, DatabaseId),
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Box<dyn Cursor>> {
        if statement.access() != Access::Read {
            self.note_write(database);
        } else if !self.has_written(database) {
            for replica in self.those_that_are_up() {
                match replica.driver.stream(statement.clone(), values.clone()).await {
                    Ok(cursor) => return Ok(cursor),
                    Err(error) => replica.is_gone(error)?,
                }
            }
        }
        primary.stream(statement, values).await
    }

    /// Those that may be asked, beginning with another one each time.
    fn those_that_are_up(&self) -> impl Iterator<Item = &Replica> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let all =
            (0..self.list.len()).map(move |place| (first.wrapping_add(place)) % self.list.len());
        all.map(|place| &self.list[place])
            .filter(|replica| replica.rests.load(Ordering::Relaxed) <= now())
    }
}

impl Replica {
    /// Lets it rest where it is gone; any other error stays one. A read that the copying got in the way of
    /// goes on elsewhere too.
    fn is_gone(&self, error: Error) -> Result<()> {
        if error.kind() == Kind::Unavailable {
            let until = now().saturating_add(nanos(PAUSE));
            if self.rests.swap(until, Ordering::Relaxed) < now() {
                tracing::warn!(
                    "a replica of the database is gone, and is asked again in {PAUSE:?}: {error}"
                );
            }
            return Ok(());
        }
        if is_transient(&error) { Ok(()) } else { Err(error) }
    }
}

/// A sink that comes back though the statement has failed.
struct Kept {
    sink: Option<Box<dyn Sink>>,
    back: Back,
}

type Back = Arc<Mutex<Option<Box<dyn Sink>>>>;

impl Kept {
    fn new(sink: Box<dyn Sink>) -> (Self, Back) {
        let back = Back::default();
        (Self { sink: Some(sink), back: back.clone() }, back)
    }

    fn unwrapped(fetched: Fetched, back: &Back) -> Result<Fetched> {
        let Fetched { sink, changed, last_id } = fetched;
        drop(sink);
        Ok(Fetched { sink: taken(back)?, changed, last_id })
    }

    fn inner(&mut self) -> Result<&mut Box<dyn Sink>> {
        // It is taken out in `drop` alone.
        self.sink.as_mut().ok_or_else(|| Error::internal("a sink is used after it went back"))
    }
}

fn taken(back: &Back) -> Result<Box<dyn Sink>> {
    let sink = back.lock().unwrap_or_else(PoisonError::into_inner).take();
    sink.ok_or_else(|| Error::internal("the driver did not give its sink back"))
}

impl Sink for Kept {
    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.inner()?.start(columns)
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.inner()?.row(reader)
    }

    fn wants_more(&self) -> bool {
        self.sink.as_ref().is_some_and(|sink| sink.wants_more())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        *self.back.lock().unwrap_or_else(PoisonError::into_inner) = self.sink.take();
    }
}

fn nanos(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

/// Nanoseconds since the first time that somebody asked; never 0.
fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    nanos(START.get_or_init(Instant::now).elapsed()).max(1)
}
