//! Bodies on their way through the server: a request's, which may stall, and an answer's, which
//! keeps its connection busy.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use super::pulse::{Flight, Pulse};

/// Reading a request's body fails with this when the client sends nothing for
/// [`Limits::body_timeout`](super::Limits::body_timeout); the answer to it is a 408.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyTimeout;

impl fmt::Display for BodyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client stopped sending in the middle of the request's body")
    }
}

impl std::error::Error for BodyTimeout {}

/// The request's body as the handler gets it. One that is empty costs no allocation.
pub(super) fn request(body: Incoming, limit: Option<Duration>, pulse: &Arc<Pulse>) -> Body {
    if body.is_end_stream() {
        return Body::empty();
    }
    Body::new(Request {
        body,
        limit,
        alarm: None,
        waiting: false,
        pulse: Arc::clone(pulse),
        complete: false,
    })
}

struct Request {
    body: Incoming,
    limit: Option<Duration>,
    /// Made when the client lets us wait for the first time: most bodies never do.
    alarm: Option<Pin<Box<Sleep>>>,
    waiting: bool,
    pulse: Arc<Pulse>,
    complete: bool,
}

impl HttpBody for Request {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.waiting = false;
            this.complete = frame.is_none() || this.body.is_end_stream();
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(this.poll_alarm(cx));
        Poll::Ready(Some(Err(BodyTimeout.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Request {
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.limit else {
            return Poll::Pending;
        };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.waiting {
            self.waiting = true;
            alarm.as_mut().reset(Instant::now() + limit);
        }
        alarm.as_mut().poll(cx)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if !self.complete {
            self.pulse.mark_unread();
        }
    }
}

/// An answer's body, which holds its connection busy until the last byte is handed over.
pub(super) struct Answer {
    pub(super) body: Body,
    pub(super) _flight: Flight,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
