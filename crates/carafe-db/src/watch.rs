//! Who sees the statements that run: tests that count them, the log, the search for what is asked
//! again and again.
//!
//! INVARIANT: where nobody watches, a statement costs a look at what is there, and neither a lock nor
//! memory. Values are never told.

use std::any::Any;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use carafe_core::{Error, Result, Scope};
use carafe_model::{Columns, Reader, Value};
use tracing::Level;

use crate::driver::{Batch, Connection, Cursor};
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

tokio::task_local! {
    static HERE: Arc<Watch>;
}

/// A statement that has run, for those who watch ([`Db::watch`](crate::Db::watch)).
#[derive(Clone, Copy, Debug)]
pub struct Ran<'r> {
    statement: &'r Statement,
    took: Duration,
    rows: u64,
    changed: u64,
    error: Option<&'r Error>,
}

impl<'r> Ran<'r> {
    /// Its text, in which no values are.
    pub fn sql(&self) -> &'r str {
        self.statement.sql()
    }

    /// The line of the program that asked, where that is known.
    pub fn caller(&self) -> Option<&'static Location<'static>> {
        self.statement.caller()
    }

    /// How long it took, with the waiting for a connection.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// How many rows were read.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows it changed.
    pub fn changed(&self) -> u64 {
        self.changed
    }

    /// Why it failed, if it did.
    pub fn error(&self) -> Option<&'r Error> {
        self.error
    }
}

/// The statement on one line with the line that asked, and what came of it.
impl fmt::Display for Ran<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { statement, took, rows, changed, .. } = self;
        write!(f, "{statement}: {took:.1?}, {rows} read, {changed} changed")?;
        if self.error.is_some() { f.write_str(", failed") } else { Ok(()) }
    }
}

type Watcher = Arc<dyn Fn(&Ran<'_>) + Send + Sync>;

/// What is done about the statements of a handle.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    watchers: Vec<Watcher>,
    /// Those that take longer are told in the log.
    slow: Option<Duration>,
    /// Told in the log: one that is asked so often in one request with other values each time.
    repeats: Option<usize>,
}

impl Watch {
    pub(crate) fn with(mut self, watcher: impl Fn(&Ran<'_>) + Send + Sync + 'static) -> Self {
        self.watchers.push(Arc::new(watcher));
        self
    }

    pub(crate) fn slow(self, slow: Option<Duration>) -> Self {
        Self { slow, ..self }
    }

    pub(crate) fn repeats(self, repeats: Option<usize>) -> Self {
        Self { repeats, ..self }
    }

    /// Nothing where it would do nothing.
    pub(crate) fn shared(self) -> Option<Arc<Self>> {
        let idle = self.watchers.is_empty() && self.slow.is_none() && self.repeats.is_none();
        (!idle).then(|| Arc::new(self))
    }

    fn tell(&self, ran: &Ran<'_>) {
        self.watchers.iter().for_each(|watcher| watcher(ran));
        if self.slow.is_some_and(|slow| ran.took >= slow) {
            tracing::warn!("a slow statement: {ran}");
        }
    }
}

/// Runs a future whose statements somebody watches, on whichever handles.
pub(crate) async fn here<F: Future>(watch: Watch, future: F) -> F::Output {
    HERE.scope(Arc::new(watch), future).await
}

/// Whether anybody watches.
pub(crate) fn is_on(watch: Option<&Arc<Watch>>) -> bool {
    watch.is_some() || HERE.try_with(|_| ()).is_ok() || tracing::enabled!(Level::DEBUG)
}

/// A statement that is watched.
pub(crate) struct Watched {
    watch: Option<Arc<Watch>>,
    statement: Statement,
    begun: Instant,
    values: Option<u64>,
}

impl Watched {
    /// One that begins now.
    pub(crate) fn begin(
        watch: Option<&Arc<Watch>>,
        statement: &Statement,
        values: &[Value],
    ) -> Self {
        let repeats = watch.is_some_and(|watch| watch.repeats.is_some());
        Self {
            watch: watch.cloned(),
            statement: statement.clone(),
            begun: Instant::now(),
            values: repeats.then(|| hash(values)),
        }
    }

    /// Runs it.
    pub(crate) async fn fetch<F>(
        self,
        sink: Box<dyn Sink>,
        run: impl FnOnce(Box<dyn Sink>) -> F,
    ) -> Result<Fetched>
    where
        F: Future<Output = Result<Fetched>>,
    {
        let done = run(Counted::boxed(sink)).await;
        let done = done.and_then(|fetched| {
            let (sink, rows) = Counted::unboxed(fetched.sink)?;
            Ok((Fetched { sink, ..fetched }, rows))
        });
        match done {
            Ok((fetched, rows)) => {
                self.end(self.begun.elapsed(), rows, fetched.changed, None);
                Ok(fetched)
            }
            Err(error) => {
                self.end(self.begun.elapsed(), 0, 0, Some(&error));
                Err(error)
            }
        }
    }

    /// Runs one that gives no rows.
    pub(crate) async fn script(self, run: impl Future<Output = Result<()>>) -> Result<()> {
        let done = run.await;
        self.end(self.begun.elapsed(), 0, 0, done.as_ref().err());
        done
    }

    /// Opens it, to be read batch by batch.
    pub(crate) async fn stream(
        self,
        open: impl Future<Output = Result<Box<dyn Cursor>>>,
    ) -> Result<Box<dyn Cursor>> {
        match open.await {
            Ok(cursor) => {
                let took = self.begun.elapsed();
                Ok(Box::new(WatchedCursor { cursor, watched: self, took, rows: 0 }))
            }
            Err(error) => {
                self.end(self.begun.elapsed(), 0, 0, Some(&error));
                Err(error)
            }
        }
    }

    fn end(&self, took: Duration, rows: u64, changed: u64, error: Option<&Error>) {
        let ran = Ran { statement: &self.statement, took, rows, changed, error };
        tracing::debug!("{ran}");
        if let Some(watch) = &self.watch {
            watch.tell(&ran);
        }
        let _ = HERE.try_with(|watch| watch.tell(&ran));
        let repeats = self.watch.as_ref().and_then(|watch| watch.repeats);
        if let (Some(most), Some(values)) = (repeats, self.values) {
            repeated(&self.statement, values, most);
        }
    }
}

/// The values that a request has asked a statement with.
#[derive(Default)]
struct Asked(Mutex<HashMap<String, HashSet<u64>>>);

/// Tells in the log of a statement that this request has asked so often, with other values each time.
fn repeated(statement: &Statement, values: u64, most: usize) {
    let Ok(scope) = Scope::current() else { return };
    if !scope.is_request() {
        return;
    }
    let asked = scope.locals().get_or_set(Asked::default);
    let mut asked = asked.0.lock().unwrap_or_else(PoisonError::into_inner);
    let with = match asked.get_mut(statement.sql()) {
        Some(with) => with,
        None => asked.entry(statement.sql().to_owned()).or_default(),
    };
    // It is told once, when there are so many.
    if with.len() < most && with.insert(values) && with.len() == most {
        tracing::warn!(
            "one request ran this statement {most} times, with other values each time: {statement}; \
             ask once for all of them, or write them by one statement"
        );
    }
}

/// Values are told apart, and not kept.
fn hash(values: &[Value]) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{values:?}").hash(&mut hasher);
    hasher.finish()
}

/// A query that is read batch by batch; it is told of once it is dropped.
struct WatchedCursor {
    cursor: Box<dyn Cursor>,
    watched: Watched,
    took: Duration,
    rows: u64,
}

impl Cursor for WatchedCursor {
    fn beside(&self) -> Option<&dyn Connection> {
        self.cursor.beside()
    }

    fn next(&mut self, most: usize, sink: Box<dyn Sink>) -> BoxFuture<'_, Result<Batch>> {
        Box::pin(async move {
            let begun = Instant::now();
            let read = self.cursor.next(most, Counted::boxed(sink)).await;
            self.took += begun.elapsed();
            let batch = read?;
            let (sink, rows) = Counted::unboxed(batch.sink)?;
            self.rows += rows;
            Ok(Batch { sink, more: batch.more })
        })
    }
}

impl Drop for WatchedCursor {
    fn drop(&mut self) {
        self.watched.end(self.took, self.rows, 0, None);
    }
}

/// Counts the rows that go into a sink.
struct Counted {
    sink: Box<dyn Sink>,
    rows: u64,
}

impl Counted {
    fn boxed(sink: Box<dyn Sink>) -> Box<dyn Sink> {
        Box::new(Self { sink, rows: 0 })
    }

    fn unboxed(sink: Box<dyn Sink>) -> Result<(Box<dyn Sink>, u64)> {
        let sink: Box<dyn Any> = sink;
        match sink.downcast::<Self>() {
            Ok(counted) => Ok((counted.sink, counted.rows)),
            Err(_) => Err(Error::internal("the driver gave back another sink than it was given")),
        }
    }
}

impl Sink for Counted {
    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.rows = 0;
        self.sink.start(columns)
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.rows += 1;
        self.sink.row(reader)
    }

    fn wants_more(&self) -> bool {
        self.sink.wants_more()
    }
}
