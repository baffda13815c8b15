//! What a connection is doing at the moment, as far as its time-outs care.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// What a connection is doing at the moment.
///
/// The socket, the handler and each answer write to it, the watch reads it. All but HTTP/2 answers
/// run in one task, so nothing here needs more than relaxed order.
#[derive(Default)]
pub(super) struct Pulse {
    /// Answers under way in the lower half, requests so far in the upper: one write for both.
    requests: AtomicU64,
    /// Bytes came that belong to no request yet.
    heard: AtomicBool,
    /// The client doesn't take what we write.
    blocked: AtomicBool,
    /// It did take some since somebody asked.
    moved: AtomicBool,
    /// The client closed its side.
    ended: AtomicBool,
    /// A request's body was left unread, so that the client may still be sending.
    unread: AtomicBool,
    /// The socket holds answers back, to send several at once.
    held: AtomicBool,
    /// It has to send them at the next flush.
    due: AtomicBool,
    /// It may not hold back any more.
    direct: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Waiting for a request.
    Idle,
    /// Some of a request's head came.
    Head,
    /// An answer is under way.
    Busy,
    /// The client doesn't take the answer.
    Blocked,
}

impl Pulse {
    pub(super) fn phase(&self) -> Phase {
        if self.blocked.load(Relaxed) {
            Phase::Blocked
        } else if self.requests.load(Relaxed) & UNDER_WAY != 0 {
            Phase::Busy
        } else if self.heard.load(Relaxed) {
            Phase::Head
        } else {
            Phase::Idle
        }
    }

    /// Requests so far; it wraps, and only changes in it matter.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Relaxed) >> 32
    }

    /// True if the client took some of the answer since the last call.
    pub(super) fn take_moved(&self) -> bool {
        self.moved.load(Relaxed) && self.moved.swap(false, Relaxed)
    }

    /// True if the client may still be sending what nobody will read.
    pub(super) fn is_unread(&self) -> bool {
        self.unread.load(Relaxed) && !self.ended.load(Relaxed)
    }

    pub(super) fn mark_unread(&self) {
        self.unread.store(true, Relaxed);
    }

    /// True if the socket holds answers back. The next flush then sends them.
    pub(super) fn flush_if_held(&self) -> bool {
        let held = self.held.load(Relaxed);
        if held {
            self.due.store(true, Relaxed);
        }
        held
    }

    /// Holds back answers from now on until somebody asks.
    pub(super) fn hold(&self) {
        self.held.store(true, Relaxed);
    }

    pub(super) fn is_due(&self) -> bool {
        self.due.load(Relaxed)
    }

    pub(super) fn flushed(&self) {
        self.held.store(false, Relaxed);
        self.due.store(false, Relaxed);
    }

    /// Holds back nothing any more: another protocol takes over, whose flushes nobody watches.
    pub(super) fn go_direct(&self) {
        self.direct.store(true, Relaxed);
    }

    pub(super) fn is_direct(&self) -> bool {
        self.direct.load(Relaxed)
    }

    pub(super) fn received(&self, bytes: usize) {
        match bytes {
            0 => self.ended.store(true, Relaxed),
            _ => self.heard.store(true, Relaxed),
        }
    }

    pub(super) fn written(&self, ready: bool) {
        if self.blocked.load(Relaxed) == ready {
            self.blocked.store(!ready, Relaxed);
            self.moved.store(true, Relaxed);
        }
    }
}

/// One request with its answer, until the answer's last byte is handed over or the client left.
pub(super) struct Flight(Arc<Pulse>);

impl Flight {
    pub(super) fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.requests.fetch_add(ONE_REQUEST, Relaxed);
        pulse.heard.store(false, Relaxed);
        Self(Arc::clone(pulse))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Relaxed);
    }
}

const UNDER_WAY: u64 = u32::MAX as u64;
const ONE_REQUEST: u64 = (1 << 32) | 1;
