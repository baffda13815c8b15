//! When the server stops, and how that ended.

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::Result;

type Event<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What makes a server stop: first it drains, and at a second event it ends at once.
///
/// ```
/// # async fn example() {
/// use carafe_core::serve::Stop;
///
/// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
/// let on_request = Stop::when(async { _ = stopped.await });
/// # drop((stop, on_request));
/// # }
/// ```
pub struct Stop(pub(super) Event<Second>);

/// What ends a draining server at once.
pub(super) struct Second(pub(super) Event<()>);

impl Stop {
    /// SIGTERM or Ctrl-C, as process managers and people send them; the second one ends at once.
    pub fn on_signals() -> Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(Self(Box::pin(async move {
            either(&mut terminate, &mut interrupt).await;
            Second(Box::pin(async move {
                either(&mut terminate, &mut interrupt).await;
            }))
        })))
    }

    /// When `event` is done.
    pub fn when(event: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(async move {
            event.await;
            Second(Box::pin(pending()))
        }))
    }

    /// Ends at once when `event` is done after the first; it isn't looked at before that.
    #[must_use]
    pub fn at_once_when(self, event: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(async move {
            drop(self.0.await);
            Second(Box::pin(event))
        }))
    }
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Stopped {
    /// Every request that came in was answered.
    Drained,
    /// So many connections were cut, since the time to drain was over or a second signal came.
    Cut(usize),
}

/// The state of stopping, which the accept loops and all connections share.
#[derive(Default)]
pub(super) struct Shutdown {
    level: AtomicU8,
    changed: Arc<Notify>,
    live: AtomicUsize,
    empty: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Level {
    Serving,
    Draining,
    Cut,
}

impl Shutdown {
    pub(super) fn level(&self) -> Level {
        match self.level.load(SeqCst) {
            0 => Level::Serving,
            1 => Level::Draining,
            _ => Level::Cut,
        }
    }

    pub(super) fn raise(&self, level: Level) {
        self.level.fetch_max(level as u8, SeqCst);
        self.changed.notify_waiters();
    }

    /// Completes once the level is at least `level`.
    pub(super) async fn reached(&self, level: Level) {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Listen first and look then, or a change in between would be missed.
            changed.as_mut().enable();
            if self.level() >= level {
                return;
            }
            changed.await;
        }
    }

    /// Wakes the task that awaits it at the next change.
    pub(super) fn changed(&self) -> impl Future<Output = ()> + Send + use<> {
        Arc::clone(&self.changed).notified_owned()
    }

    /// Counts a connection until the guard is dropped.
    pub(super) fn enter(self: &Arc<Self>) -> Live {
        self.live.fetch_add(1, SeqCst);
        Live(Arc::clone(self))
    }

    pub(super) fn live(&self) -> usize {
        self.live.load(SeqCst)
    }

    /// Completes once no connection is left.
    pub(super) async fn emptied(&self) {
        loop {
            let mut empty = pin!(self.empty.notified());
            empty.as_mut().enable();
            if self.live() == 0 {
                return;
            }
            empty.await;
        }
    }
}

/// A connection that is being served.
pub(super) struct Live(Arc<Shutdown>);

impl Drop for Live {
    fn drop(&mut self) {
        if self.0.live.fetch_sub(1, SeqCst) == 1 {
            self.0.empty.notify_waiters();
        }
    }
}

async fn either(first: &mut Signal, second: &mut Signal) {
    poll_fn(|cx| match first.poll_recv(cx) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => second.poll_recv(cx).map(|_| ()),
    })
    .await;
}
