//! Reads that are known to be quick are run on the caller's thread: the way to another thread and
//! back costs three times what they take.
//!
//! A statement has to earn it: it is run on the connection's thread until it was quick there, and
//! goes back to the thread when it was slow. While it runs on a task's thread it is in a hurry:
//! SQLite asks every thousand steps of its machine whether the time is over, and does not wait for
//! locks. What is broken off so is run again on the thread; reads have no effect, and a sink begins
//! anew when it is started again.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use carafe_core::Result;
use carafe_model::Value;
use foldhash::fast::RandomState;

use super::lane::Lent;
use super::run;
use crate::statement::{Fetched, Sink, Statement};

/// What a read may take on a task's thread: well below what tokio calls blocking (10 to 100 µs
/// between two awaits).
const QUICK: Duration = Duration::from_micros(100);

/// How many statements are remembered; beyond that all are forgotten and earn it again.
const REMEMBERED: usize = 1024;

/// Which statements have been quick.
#[derive(Default)]
pub(super) struct Quick(RwLock<HashSet<Box<str>, RandomState>>);

impl Quick {
    /// Runs a read on whichever thread suits it.
    pub(super) async fn fetch(
        &self,
        reader: &Lent,
        statement: &Statement,
        values: Vec<Value>,
        mut sink: Box<dyn Sink>,
    ) -> Result<Fetched> {
        if self.knows(statement)
            && let Some(done) = self.fetch_here(reader, statement, &values, &mut *sink)
        {
            return done.map(|changed| Fetched { sink, changed, last_id: None });
        }
        let sent = statement.clone();
        let run = move |connection: &run::Sqlite| {
            let begun = Instant::now();
            run::fetch(connection, &sent, &values, sink).map(|fetched| (fetched, begun.elapsed()))
        };
        let (fetched, took) = reader.worker()?.run(run).await?;
        if took < QUICK {
            self.remember(statement);
        }
        Ok(fetched)
    }

    /// Runs it here; `None` where it was broken off, or the connection is at work.
    fn fetch_here(
        &self,
        reader: &Lent,
        statement: &Statement,
        values: &[Value],
        sink: &mut dyn Sink,
    ) -> Option<Result<u64>> {
        let connection = reader.worker().ok()?.try_here()?;
        let begun = Instant::now();
        let rush = connection.hurry.begin(begun);
        let done = run::fetch_into(&connection, statement, values, sink);
        let gave_up = rush.gave_up();
        if gave_up || begun.elapsed() > QUICK {
            self.forget(statement);
        }
        (done.is_ok() || !gave_up).then_some(done)
    }

    fn knows(&self, statement: &Statement) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(statement.sql())
    }

    fn remember(&self, statement: &Statement) {
        let mut quick = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if quick.len() >= REMEMBERED {
            quick.clear();
        }
        quick.insert(statement.sql().into());
    }

    fn forget(&self, statement: &Statement) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(statement.sql());
    }
}

/// Whether the connection is in a hurry; shared with what SQLite calls while it runs.
#[derive(Clone, Default)]
pub(super) struct Hurry(Arc<Clock>);

#[derive(Default)]
struct Clock {
    /// When the time is over, in nanoseconds since [`start`]; 0 where there is no hurry.
    until: AtomicU64,
    gave_up: AtomicBool,
}

/// A hurry, until it is dropped: on a panic too.
pub(super) struct Rush(Arc<Clock>);

impl Hurry {
    fn begin(&self, now: Instant) -> Rush {
        self.0.gave_up.store(false, Ordering::Relaxed);
        self.0.until.store(nanos(now + QUICK), Ordering::Relaxed);
        Rush(self.0.clone())
    }

    /// Asked before SQLite would wait for a lock.
    pub(super) fn is_on(&self) -> bool {
        let on = self.0.until.load(Ordering::Relaxed) != 0;
        if on {
            self.0.gave_up.store(true, Ordering::Relaxed);
        }
        on
    }

    /// Asked now and then while SQLite works: whether to break off.
    pub(super) fn is_over(&self) -> bool {
        let until = self.0.until.load(Ordering::Relaxed);
        let over = until != 0 && nanos(Instant::now()) > until;
        if over {
            self.0.gave_up.store(true, Ordering::Relaxed);
        }
        over
    }
}

impl Rush {
    fn gave_up(&self) -> bool {
        self.0.gave_up.load(Ordering::Relaxed)
    }
}

impl Drop for Rush {
    fn drop(&mut self) {
        self.0.until.store(0, Ordering::Relaxed);
    }
}

/// Nanoseconds since the first time that somebody asked; never 0.
fn nanos(at: Instant) -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let since = at.saturating_duration_since(*START.get_or_init(Instant::now));
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX).max(1)
}
