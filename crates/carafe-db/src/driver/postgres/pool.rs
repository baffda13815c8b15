//! Connections that are lent to one at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::client::Client;
use super::connect::Connector;
use super::lent::Lent;
use super::shared::Shared;
use crate::error::Failure;
use crate::settings::DatabaseSettings;

/// How many there are at most, where the settings do not say it: a server that is not told otherwise
/// takes 100 from all programs together.
const CONNECTIONS: usize = 10;

/// Connections that are lent to one at a time, in the order in which they are asked for.
pub(super) struct Pool {
    pub(super) connector: Arc<Connector>,
    /// For questions beside those that are asked on what is lent.
    pub(super) shared: Option<Arc<Shared>>,
    permits: Arc<Semaphore>,
    idle: Mutex<Idles>,
    wait: Duration,
    longest_idle: Duration,
    life: Duration,
}

/// Those that are not lent.
#[derive(Default)]
struct Idles {
    /// The one that came back last is lent first, so that those that nobody needs grow old.
    list: Vec<Idle>,
    /// A task looks after them.
    swept: bool,
}

struct Idle {
    client: Client,
    since: Instant,
}

impl Pool {
    pub(super) fn new(
        connector: Arc<Connector>,
        shared: Option<Arc<Shared>>,
        settings: &DatabaseSettings,
    ) -> Arc<Self> {
        let connections = match settings.connections {
            0 => CONNECTIONS,
            some => some,
        };
        Arc::new(Self {
            connector,
            shared,
            permits: Arc::new(Semaphore::new(connections)),
            idle: Mutex::default(),
            wait: settings.wait,
            longest_idle: settings.idle,
            life: settings.life,
        })
    }

    /// Lends a connection; a new one is made where none is idle.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Lent> {
        let permit = match self.permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        let client = match self.take() {
            Some(client) => client,
            None => self.connector.connect().await?,
        };
        Ok(Lent::new(client, self.clone(), permit))
    }

    /// Takes a connection back that is quiet and in no transaction.
    pub(super) fn give_back(self: &Arc<Self>, client: Client) {
        if client.is_closed() || client.born.elapsed() > self.life {
            return;
        }
        let mut idle = self.idle();
        idle.list.push(Idle { client, since: Instant::now() });
        let swept = std::mem::replace(&mut idle.swept, true);
        // A sweeper that cannot be started says so, for which it needs the lock.
        drop(idle);
        if !swept {
            Sweeper(Arc::downgrade(self)).start(self.longest_idle);
        }
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit> {
        let waited = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned()).await;
        waited.ok().and_then(std::result::Result::ok).ok_or_else(|| {
            Error::new(Kind::Timeout, format!("no connection to the database became free within {:?}", self.wait))
                .hint("transactions, sessions or streams are open for long, or wait for one another: keep them short, and use `tx` inside of `atomic`; `database.connections` is how many there are")
                .because(Failure::new("no connection became free").transient())
        })
    }

    /// An idle connection that is of use: one whose server is gone has noticed.
    fn take(&self) -> Option<Client> {
        let mut idle = self.idle();
        while let Some(Idle { client, .. }) = idle.list.pop() {
            if !client.is_closed() && client.born.elapsed() <= self.life {
                return Some(client);
            }
        }
        None
    }

    /// Closes those that nobody needs; tells whether any is left.
    fn sweep(&self) -> bool {
        let mut idle = self.idle();
        idle.list.retain(|one| {
            one.since.elapsed() < self.longest_idle
                && one.client.born.elapsed() <= self.life
                && !one.client.is_closed()
        });
        idle.swept = !idle.list.is_empty();
        idle.swept
    }

    fn idle(&self) -> MutexGuard<'_, Idles> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes now and then what nobody needs, as long as there is something to look at.
struct Sweeper(Weak<Pool>);

impl Sweeper {
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

impl Drop for Sweeper {
    fn drop(&mut self) {
        // It ends with its runtime too, and the pool may go on in another one.
        if let Some(pool) = self.0.upgrade() {
            pool.idle().swept = false;
        }
    }
}
