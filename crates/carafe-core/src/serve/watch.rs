//! Drives one connection, and gives up on a client that takes too long.
//!
//! A connection has one timer, set when it opens. Requests don't touch it: when it fires, the
//! true deadline is worked out, and the timer set anew if that lies ahead. So a busy connection
//! pays one look at the clock each time it falls idle, and no lock.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use super::limits::Limits;
use super::pulse::{Phase, Pulse};
use super::stop::{Level, Shutdown};

/// One of hyper's connections, HTTP/1 or HTTP/2.
pub(super) trait Driver: Future<Output = hyper::Result<()>> + Unpin {
    /// True where several requests share the connection, so that bytes between requests are not
    /// the beginning of one.
    const MULTIPLEXED: bool;

    /// Ends the connection once the answers under way are sent.
    fn finish(&mut self);
}

/// Why a connection ended.
pub(super) enum End {
    /// By HTTP's own rules, or with hyper's error.
    Done(hyper::Result<()>),
    /// A request's head didn't come in time.
    SlowHeader,
    /// It idled too long, took no answer, or the server doesn't wait any longer.
    Cut,
}

/// A client that reached us just before the server stops gets this long to send its request.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// Drives `driver` to its end.
pub(super) async fn watch<D: Driver>(
    driver: &mut D,
    pulse: &Arc<Pulse>,
    limits: &Limits,
    shutdown: &Shutdown,
) -> End {
    let mut changed = pin!(shutdown.changed());
    let mut alarm = pin!(sleep_until(Instant::now()));
    let mut watch = Watch {
        pulse,
        limits,
        multiplexed: D::MULTIPLEXED,
        seen: (Phase::Idle, pulse.requests(), Level::Serving),
        since: Instant::now(),
        armed: None,
    };
    let mut noticed = None;
    let mut finishing = false;
    poll_fn(|cx| {
        if let Poll::Ready(result) = Pin::new(&mut *driver).poll(cx) {
            return Poll::Ready(End::Done(result));
        }
        // Asked once a level, not once a poll: it is there to wake this task, no more.
        while noticed != Some(shutdown.level()) {
            noticed = Some(shutdown.level());
            changed.set(shutdown.changed());
            _ = pin!(unconstrained(changed.as_mut())).poll(cx);
        }
        let level = shutdown.level();
        if level == Level::Cut {
            return Poll::Ready(End::Cut);
        }
        // Who connected just before may be about to send; all others have had their answer.
        if level == Level::Draining && !finishing && pulse.requests() > 0 {
            finishing = true;
            driver.finish();
            if let Poll::Ready(result) = Pin::new(&mut *driver).poll(cx) {
                return Poll::Ready(End::Done(result));
            }
        }
        // Before the task sleeps, held answers have to be on their way. This time hyper finds
        // little else to do; if it did find something, it gets another turn.
        if pulse.flush_if_held() {
            if let Poll::Ready(result) = Pin::new(&mut *driver).poll(cx) {
                return Poll::Ready(End::Done(result));
            }
            if pulse.flush_if_held() {
                cx.waker().wake_by_ref();
            }
        }
        watch.poll(level, alarm.as_mut(), cx)
    })
    .await
}

struct Watch<'a> {
    pulse: &'a Pulse,
    limits: &'a Limits,
    multiplexed: bool,
    /// What the connection did when we looked last, and since when.
    seen: (Phase, u64, Level),
    since: Instant,
    /// When the timer will fire.
    armed: Option<Instant>,
}

impl Watch<'_> {
    fn poll(
        &mut self,
        level: Level,
        mut alarm: Pin<&mut Sleep>,
        cx: &mut Context<'_>,
    ) -> Poll<End> {
        let requests = self.pulse.requests();
        let phase = match self.pulse.phase() {
            Phase::Head if self.multiplexed => Phase::Idle,
            phase => phase,
        };
        let limit = match phase {
            Phase::Busy => None,
            Phase::Blocked => self.limits.send_timeout,
            Phase::Idle | Phase::Head if requests == 0 && level == Level::Draining => Some(GRACE),
            Phase::Idle if requests > 0 => self.limits.keep_alive,
            Phase::Idle | Phase::Head => self.limits.header_timeout,
        };
        let Some(limit) = limit else {
            self.seen = (phase, requests, level);
            return Poll::Pending;
        };
        // The first head counts from the connection on, so its first byte changes nothing.
        let state = match phase {
            Phase::Head if requests == 0 => (Phase::Idle, requests, level),
            phase => (phase, requests, level),
        };
        if state != self.seen || (phase == Phase::Blocked && self.pulse.take_moved()) {
            self.seen = state;
            self.since = Instant::now();
        }
        let deadline = self.since + limit;
        loop {
            if self.armed.is_some_and(|at| at <= deadline) && !alarm.is_elapsed() {
                return Poll::Pending;
            }
            if Instant::now() >= deadline {
                return Poll::Ready(match phase {
                    Phase::Head => End::SlowHeader,
                    _ => End::Cut,
                });
            }
            self.armed = Some(deadline);
            alarm.as_mut().reset(deadline);
            // Outside of tokio's budget: a refusal there would leave the timer without a waker.
            if pin!(unconstrained(alarm.as_mut())).poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}
