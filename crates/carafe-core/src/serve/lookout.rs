//! Sees to it that a handler that blocks its thread doesn't stop the others.
//!
//! One of tokio's workers waits for the sockets, for all of them. When a single event comes, it
//! runs the task itself, and wakes no other worker to wait in its place. If that task blocks,
//! nobody hears of new events while idle workers sleep. So a thread looks in fifty times a
//! second: where a worker hasn't come back since the last time and another one sleeps, an empty
//! task wakes the sleeper, which then waits for the sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeMetrics};

/// Looks in until it is dropped.
pub(super) struct Lookout(Arc<AtomicBool>);

impl Lookout {
    /// Over the runtime that we run in. One with a single worker can't be helped.
    #[allow(clippy::disallowed_methods, reason = "sleeps on a thread of its own")]
    pub(super) fn start() -> Self {
        let runtime = Handle::current();
        let ended = Arc::new(AtomicBool::new(false));
        let lookout = Self(Arc::clone(&ended));
        if runtime.metrics().num_workers() < 2 {
            return lookout;
        }
        let looking = move || {
            let metrics = runtime.metrics();
            let mut seen = vec![0; metrics.num_workers()];
            while !ended.load(Relaxed) {
                thread::sleep(PERIOD);
                if needs_help(&metrics, &mut seen) {
                    drop(runtime.spawn(async {}));
                }
            }
        };
        let thread = thread::Builder::new().name("carafe-lookout".into()).stack_size(64 * 1024);
        if let Err(error) = thread.spawn(looking) {
            tracing::warn!(%error, "no thread to look out for handlers that block");
        }
        lookout
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// True if one worker was busy since the last look without a pause, and another one sleeps.
fn needs_help(metrics: &RuntimeMetrics, seen: &mut [u64]) -> bool {
    let (mut stuck, mut asleep) = (false, false);
    for (worker, before) in seen.iter_mut().enumerate() {
        // It goes up whenever a worker falls asleep or wakes, so it is odd for one that sleeps.
        let count = metrics.worker_park_unpark_count(worker);
        let sleeps = count % 2 == 1;
        stuck |= !sleeps && count == *before;
        asleep |= sleeps;
        *before = count;
    }
    stuck && asleep
}

const PERIOD: Duration = Duration::from_millis(20);
