//! A connection and its thread.

use std::any::Any;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use rusqlite::OpenFlags;
use tokio::sync::oneshot;

use super::cursor::{self, Ask};
use super::queue::{Giver, Taker, queue};
use super::refusal::refused;
use super::run::{GivenUp, Sqlite};

/// Where the database is.
pub(super) struct Place {
    /// `None` for one in memory.
    path: Option<PathBuf>,
    /// Connections are opened one at a time: the switch to WAL does not wait for others, it fails.
    opening: Mutex<()>,
}

/// A connection and its thread; the thread ends when this is dropped and its work done.
pub(super) struct Worker {
    connection: Arc<Mutex<Sqlite>>,
    jobs: Giver<Job>,
    number: AtomicU64,
}

/// What the thread does next.
pub(super) enum Job {
    Run(Box<dyn FnOnce(&Sqlite) + Send>),
    /// Something about the query of that number, which is open or to be opened.
    Ask(u64, Ask),
}

impl Place {
    pub(super) fn memory() -> Self {
        Self { path: None, opening: Mutex::default() }
    }

    pub(super) fn file(path: &str) -> Self {
        Self { path: Some(path.into()), opening: Mutex::default() }
    }

    pub(super) fn is_memory(&self) -> bool {
        self.path.is_none()
    }

    fn connect(&self, wait: Duration) -> Result<Sqlite> {
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        // Without SQLITE_OPEN_URI: a file may be named as it likes.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = match &self.path {
            Some(path) => rusqlite::Connection::open_with_flags(path, flags),
            None => rusqlite::Connection::open_in_memory_with_flags(flags),
        };
        let connected = opened.and_then(|raw| Sqlite::new(raw, wait)).map_err(refused);
        connected.map_err(|error| match &self.path {
            Some(path) if error.kind() == Kind::Unavailable => error
                .at(path.display().to_string())
                .hint("the folder must exist, and the program may write to it and to the file"),
            _ => error,
        })
    }
}

impl Worker {
    /// Starts a thread and opens a connection on it.
    pub(super) async fn open(place: Arc<Place>, wait: Duration) -> Result<Self> {
        let (jobs, taker) = queue::<Job>();
        let (opened, opening) = oneshot::channel();
        let work = move || match place.connect(wait) {
            Ok(connection) => {
                let connection = Arc::new(Mutex::new(connection));
                if opened.send(Ok(connection.clone())).is_ok() {
                    work(&connection, &taker);
                }
            }
            Err(error) => {
                // Whoever asked may have left.
                let _ = opened.send(Err(error));
            }
        };
        thread::Builder::new().name("carafe-sqlite".to_owned()).spawn(work).map_err(|error| {
            Error::new(
                Kind::Unavailable,
                "no thread could be started for a connection to the database",
            )
            .because(error)
        })?;
        let connection = opening.await.map_err(|_| ended())??;
        Ok(Self { connection, jobs, number: AtomicU64::new(0) })
    }

    /// Runs a job on the thread, after those before it. If the future is dropped, a read
    /// is broken off; a write is done to its end, as breaking it off would undo all of its
    /// transaction.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Sqlite) -> Result<T> + Send + 'static,
    ) -> Answer<T> {
        let (reply, answer) = Answer::new();
        self.send(move |connection| reply.answer(connection, || job(connection)));
        answer
    }

    /// Asks something about a query that is open.
    pub(super) fn ask<T>(&self, number: u64, ask: impl FnOnce(Reply<T>) -> Ask) -> Answer<T> {
        let (reply, answer) = Answer::new();
        self.tell(number, ask(reply));
        answer
    }

    /// Tells something about a query that is open.
    pub(super) fn tell(&self, number: u64, ask: Ask) {
        self.jobs.give(Job::Ask(number, ask));
    }

    /// The number of another query.
    pub(super) fn next_number(&self) -> u64 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// Sends a job to the thread.
    pub(super) fn send(&self, job: impl FnOnce(&Sqlite) + Send + 'static) {
        // The thread ends after this alone, so that it is there to take it.
        self.jobs.give(Job::Run(Box::new(job)));
    }

    /// The connection, for use on the caller's thread; `None` while its own thread is at work.
    pub(super) fn try_here(&self) -> Option<MutexGuard<'_, Sqlite>> {
        match self.connection.try_lock() {
            Ok(connection) => Some(connection),
            Err(TryLockError::Poisoned(connection)) => Some(connection.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// The answer to a job.
pub(super) struct Answer<T> {
    reply: oneshot::Receiver<thread::Result<Result<T>>>,
    given_up: GivenUp,
}

/// Where the answer to a job goes.
pub(super) struct Reply<T> {
    to: oneshot::Sender<thread::Result<Result<T>>>,
    given_up: GivenUp,
}

impl<T> Reply<T> {
    /// Does the job.
    pub(super) fn answer(self, connection: &Sqlite, job: impl FnOnce() -> Result<T>) {
        let done = connection.at(self.given_up, job);
        // Whoever asked may have left.
        let _ = self.to.send(done);
    }
}

impl<T> Answer<T> {
    fn new() -> (Reply<T>, Self) {
        let (to, reply) = oneshot::channel();
        let given_up = GivenUp::default();
        (Reply { to, given_up: given_up.clone() }, Self { reply, given_up })
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let done = std::task::ready!(Pin::new(&mut self.reply).poll(context));
        Poll::Ready(match done {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => resume_unwind(panic as Box<dyn Any + Send>),
            Err(_) => Err(ended()),
        })
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

fn work(connection: &Mutex<Sqlite>, queue: &Taker<Job>) {
    while let Some(job) = queue.take() {
        match job {
            Job::Run(job) => job(&lock(connection)),
            Job::Ask(number, ask) => cursor::serve(&lock(connection), queue, number, ask),
        }
    }
}

fn lock(connection: &Mutex<Sqlite>) -> MutexGuard<'_, Sqlite> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ended() -> Error {
    Error::new(Kind::Unavailable, "the connection to the database has ended")
}
