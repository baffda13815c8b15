//! Connections to a server that are lent to one at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Failure;
use crate::settings::DatabaseSettings;

/// How many there are at most, where the settings do not say it: a server that is not told otherwise
/// takes 100 or a little more from all programs together.
const CONNECTIONS: usize = 10;

/// A connection that can be kept for the next one.
pub(super) trait Pooled: Send + 'static {
    /// Whether it is of no use any more.
    fn is_closed(&self) -> bool;

    /// Since when it is there.
    fn born(&self) -> Instant;
}

/// Connections that are lent to one at a time, in the order in which they are asked for.
pub(super) struct Pool<C> {
    permits: Arc<Semaphore>,
    idle: Mutex<Idles<C>>,
    wait: Duration,
    longest_idle: Duration,
    life: Duration,
}

/// Those that are not lent.
struct Idles<C> {
    /// The one that came back last is lent first, so that those that nobody needs grow old.
    list: Vec<Idle<C>>,
    /// A task looks after them.
    swept: bool,
}

struct Idle<C> {
    connection: C,
    since: Instant,
}

impl<C: Pooled> Pool<C> {
    pub(super) fn new(settings: &DatabaseSettings) -> Arc<Self> {
        let connections = match settings.connections {
            0 => CONNECTIONS,
            some => some,
        };
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(connections)),
            idle: Mutex::new(Idles { list: Vec::new(), swept: false }),
            wait: settings.wait,
            longest_idle: settings.idle,
            life: settings.life,
        })
    }

    /// The right to a connection, which one must have to take an idle one or to make another.
    pub(super) async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let waited = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned()).await;
        waited.ok().and_then(std::result::Result::ok).ok_or_else(|| {
            Error::new(Kind::Timeout, format!("no connection to the database became free within {:?}", self.wait))
                .hint("transactions, sessions or streams are open for long, or wait for one another: keep them short, and use `tx` inside of `atomic`; `database.connections` is how many there are")
                .because(Failure::new("no connection became free").transient())
        })
    }

    /// An idle connection that is of use, as far as this side has noticed, and how long it was idle.
    pub(super) fn take(&self) -> Option<(C, Duration)> {
        let mut idle = self.idle();
        while let Some(Idle { connection, since }) = idle.list.pop() {
            if !connection.is_closed() && connection.born().elapsed() <= self.life {
                return Some((connection, since.elapsed()));
            }
        }
        None
    }

    /// Takes a connection back that is quiet and in no transaction.
    pub(super) fn give_back(self: &Arc<Self>, connection: C) {
        if connection.is_closed() || connection.born().elapsed() > self.life {
            return;
        }
        let mut idle = self.idle();
        idle.list.push(Idle { connection, since: Instant::now() });
        let swept = std::mem::replace(&mut idle.swept, true);
        // A sweeper that cannot be started says so, for which it needs the lock.
        drop(idle);
        if !swept {
            Sweeper(Arc::downgrade(self)).start(self.longest_idle);
        }
    }

    /// Closes all that are idle, as one of their kind has lost its server.
    #[cfg_attr(
        not(feature = "mysql"),
        expect(dead_code, reason = "others hear of it by themselves")
    )]
    pub(super) fn forget(&self) {
        let idle = std::mem::take(&mut self.idle().list);
        drop(idle);
    }

    /// Closes those that nobody needs; tells whether any is left.
    fn sweep(&self) -> bool {
        let mut idle = self.idle();
        idle.list.retain(|one| {
            one.since.elapsed() < self.longest_idle
                && one.connection.born().elapsed() <= self.life
                && !one.connection.is_closed()
        });
        idle.swept = !idle.list.is_empty();
        idle.swept
    }

    fn idle(&self) -> MutexGuard<'_, Idles<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes now and then what nobody needs, as long as there is something to look at.
struct Sweeper<C: Pooled>(Weak<Pool<C>>);

impl<C: Pooled> Sweeper<C> {
    fn start(self, longest_idle: Duration) {
        // The last connections come back while a runtime ends, when there is nothing to sweep.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let pause = (longest_idle / 2).max(Duration::from_millis(10));
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(pause).await;
                if !self.0.upgrade().is_some_and(|pool| pool.sweep()) {
                    break;
                }
            }
        });
    }
}

impl<C: Pooled> Drop for Sweeper<C> {
    fn drop(&mut self) {
        // It ends with its runtime too, and the pool may go on in another one.
        if let Some(pool) = self.0.upgrade() {
            pool.idle().swept = false;
        }
    }
}
