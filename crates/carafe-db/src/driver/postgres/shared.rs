//! Connections that many read through at the same time.
//!
//! MUST:
//! - run nothing that may wait for a lock, or that leaves something behind;
//! - have a time-out of the server, set when they are made: one slow read holds up those behind it;
//! - never be cancelled from here: the request would hit whatever runs when it arrives.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use carafe_core::Result;
use carafe_model::Value;

use super::client::Client;
use super::connect::Connector;
use crate::driver::pool::Pooled;
use crate::settings::DatabaseSettings;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// How many there are at most.
const LINES: usize = 4;

/// A connection is passed over while its oldest read is older.
const OLD: Duration = Duration::from_millis(50);

/// With so many reads in it, a connection is full enough to let the next one be made: the server
/// gives each one core.
const FULL: usize = 16;

/// The connections that reads share.
pub(super) struct Shared {
    connector: Arc<Connector>,
    life: Duration,
    lines: Mutex<Vec<Arc<Line>>>,
    most: usize,
    making: tokio::sync::Mutex<()>,
}

/// One of them.
pub(super) struct Line {
    client: Client,
    reads: Mutex<Reads>,
}

/// The reads that are under way, in the order of their answers.
#[derive(Default)]
struct Reads {
    next: u64,
    begun: VecDeque<(u64, Instant)>,
}

impl Shared {
    pub(super) fn new(connector: Arc<Connector>, settings: &DatabaseSettings) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            connector,
            life: settings.life,
            lines: Mutex::default(),
            most: cores.min(LINES),
            making: tokio::sync::Mutex::default(),
        }
    }

    /// The connection for a read; `None` where all are held up by a slow one.
    pub(super) async fn line(&self) -> Result<Option<Arc<Line>>> {
        match self.choose() {
            Choice::Line(line) => Ok(Some(line)),
            Choice::HeldUp => Ok(None),
            // It is rare and large.
            Choice::Make => Box::pin(self.make()).await,
        }
    }

    /// The connection for a read if there is one that may take it at once.
    pub(super) fn ready(&self) -> Option<Arc<Line>> {
        match self.choose() {
            Choice::Line(line) => Some(line),
            Choice::Make | Choice::HeldUp => None,
        }
    }

    async fn make(&self) -> Result<Option<Arc<Line>>> {
        // Those who come while it is made take another one, if there is one.
        let _alone = match self.making.try_lock() {
            Ok(alone) => alone,
            Err(_) => match self.least_loaded() {
                Some(line) => return Ok(Some(line)),
                None => self.making.lock().await,
            },
        };
        if let Choice::Line(line) = self.choose() {
            return Ok(Some(line));
        }
        let line =
            Arc::new(Line { client: self.connector.connect().await?, reads: Mutex::default() });
        self.lines().push(line.clone());
        Ok(Some(line))
    }

    fn choose(&self) -> Choice {
        let mut lines = self.lines();
        // Those who are still reading from one that is too old keep it until they are done.
        lines.retain(|line| !line.client.is_closed() && line.client.born().elapsed() < self.life);
        let mut best: Option<(usize, &Arc<Line>)> = None;
        for line in lines.iter() {
            let Some(load) = line.load() else { continue };
            if load < FULL {
                return Choice::Line(line.clone());
            }
            if best.is_none_or(|(least, _)| load < least) {
                best = Some((load, line));
            }
        }
        match best {
            _ if lines.len() < self.most => Choice::Make,
            Some((_, line)) => Choice::Line(line.clone()),
            None => Choice::HeldUp,
        }
    }

    fn least_loaded(&self) -> Option<Arc<Line>> {
        let lines = self.lines();
        let loads = lines.iter().filter_map(|line| Some((line.load()?, line)));
        loads.min_by_key(|(load, _)| *load).map(|(_, line)| line.clone())
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Choice {
    Line(Arc<Line>),
    /// A new one may be made.
    Make,
    HeldUp,
}

impl Line {
    /// Runs a statement that only reads. If the future is dropped, a task goes on with it.
    pub(super) fn fetch(
        self: Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
        mut sink: Box<dyn Sink>,
    ) -> Read {
        let read: BoxFuture<'static, _> = Box::pin(async move {
            let sql = statement.sql();
            let changed = match self.read(sql, &values, &mut *sink).await {
                // Prepared anew, it fits the tables as they are now.
                Err(error) if self.client.forget_if_stale(sql, &error) => {
                    self.read(sql, &values, &mut *sink).await?
                }
                done => done?,
            };
            Ok(Fetched { sink, changed, last_id: None })
        });
        Read { read: Some(read), begun: false }
    }

    async fn read(&self, sql: &str, values: &[Value], sink: &mut dyn Sink) -> Result<u64> {
        let number = self.begin();
        let done = self.client.fetch(sql, values, sink, || ()).await;
        self.end(number);
        done
    }

    /// How many reads are under way; `None` where the oldest one is old.
    fn load(&self) -> Option<usize> {
        let reads = self.reads();
        match reads.begun.front() {
            Some((_, since)) if since.elapsed() > OLD => None,
            _ => Some(reads.begun.len()),
        }
    }

    fn begin(&self) -> u64 {
        let mut reads = self.reads();
        let number = reads.next;
        reads.next += 1;
        reads.begun.push_back((number, Instant::now()));
        number
    }

    /// Answers come in order, but their futures may be looked at in another one.
    fn end(&self, number: u64) {
        let mut reads = self.reads();
        if let Ok(index) = reads.begun.binary_search_by_key(&number, |(number, _)| *number) {
            reads.begun.remove(index);
        }
    }

    fn reads(&self) -> MutexGuard<'_, Reads> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read through a shared connection.
pub(super) struct Read {
    /// Empty once it is answered.
    read: Option<BoxFuture<'static, Result<Fetched>>>,
    begun: bool,
}

impl Future for Read {
    type Output = Result<Fetched>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.begun = true;
        // It is empty only after its answer, when nobody polls it again.
        let Some(read) = &mut self.read else { return Poll::Pending };
        let done = std::task::ready!(read.as_mut().poll(context));
        self.read = None;
        Poll::Ready(done)
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        let read = self.read.take().filter(|_| self.begun);
        if let (Some(read), Ok(runtime)) = (read, tokio::runtime::Handle::try_current()) {
            runtime.spawn(read);
        }
    }
}
