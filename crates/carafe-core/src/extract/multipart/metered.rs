//! The body of a form, handed to the parser chunk by chunk and counted.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_core::Stream;

/// The longest head of a part, and the longest text before the first one.
const LONGEST_HEAD: u64 = 64 * 1024;

/// Counts a body, and gives the parser no more of it than it needs.
///
/// Left alone, the parser takes all that has arrived before it looks at it, so that a fast client
/// would have the whole body in memory; and it searches a head from its beginning each time, so
/// that an endless one would take quadratic time.
pub(super) struct Metered {
    body: BodyDataStream,
    left: u64,
    max: u64,
    tap: Tap,
}

/// The reader's hand on the body.
#[derive(Clone, Default)]
pub(super) struct Tap(Arc<State>);

#[derive(Default)]
struct State {
    /// How often the parser is told to wait, and so to look at what it has, before it gets more.
    hold: AtomicU8,
    /// What may still come before the head of a part must be complete.
    head: AtomicU64,
}

impl Tap {
    /// The parser is about to look for the next part.
    pub(super) fn head(&self) {
        self.0.head.store(LONGEST_HEAD, Relaxed);
        self.0.hold.store(1, Relaxed);
    }

    /// The parser is about to hand out content.
    pub(super) fn content(&self) {
        self.0.head.store(u64::MAX, Relaxed);
        self.0.hold.store(1, Relaxed);
    }
}

impl Metered {
    pub(super) fn new(body: Body, max: u64, tap: Tap) -> Self {
        Self { body: body.into_data_stream(), left: max, max, tap }
    }
}

impl Stream for Metered {
    type Item = Result<Bytes, Stop>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let state = Arc::clone(&self.tap.0);
        let hold = state.hold.load(Relaxed);
        if hold > 0 {
            // The parser stops asking here, looks, and comes back if it needs more.
            state.hold.store(hold - 1, Relaxed);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let head = state.head.load(Relaxed);
        if head == 0 {
            return Poll::Ready(Some(Err(Stop::Head)));
        }
        let chunk = match std::task::ready!(Pin::new(&mut self.body).poll_next(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(Stop::Broken(error)))),
            Some(Ok(chunk)) => chunk,
        };
        // Twice, since it does not look at the chunk in which it searches for the first boundary
        // until it has asked once more.
        state.hold.store(2, Relaxed);
        state.head.store(head.saturating_sub(chunk.len() as u64), Relaxed);
        match self.left.checked_sub(chunk.len() as u64) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Some(Err(Stop::Body(self.max)))),
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}

/// Why the body was not read to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is longer than allowed.
    Body(u64),
    /// The head of a part does not end.
    Head,
    /// The connection broke, or a limit further out was reached.
    Broken(axum::Error),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(max) => write!(f, "The form is larger than {max} bytes."),
            Self::Head => write!(f, "The head of a part is longer than {LONGEST_HEAD} bytes."),
            Self::Broken(_) => f.write_str("The form did not arrive whole."),
        }
    }
}

impl std::error::Error for Stop {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            Self::Body(_) | Self::Head => None,
        }
    }
}
