//! Server-sent events.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, header};
use serde_core::Serialize;
use tokio::time::{Instant, Sleep, sleep};

use super::produced::{Out, Produced, Scoped};
use super::stream::body_of;
use crate::error::{Error, Result};

/// How long nothing may be sent: proxies close what is silent for a minute, and a client that
/// left is noticed by writing only.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events that a browser takes by `new EventSource("/news")` as they come.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use std::time::Duration;
/// use carafe_core::extract::LastEventId;
/// use carafe_core::respond::{Event, Sse, events};
/// use carafe_macros::get;
///
/// #[get("/ticks")]
/// async fn ticks(LastEventId(last): LastEventId) -> Sse {
///     let first = last.and_then(|id| id.parse().ok()).map_or(0, |id: u64| id + 1);
///     events(async move |out| {
///         for n in first.. {
///             out.send(Event::data(format!("tick {n}")).id(n.to_string())).await?;
///             tokio::time::sleep(Duration::from_secs(1)).await;
///         }
///         Ok(())
///     })
/// }
/// ```
///
/// A browser that loses the connection comes back, and sends the id of the last event that it got
/// ([`LastEventId`](crate::extract::LastEventId)). The scope of the request, errors and the
/// client's leaving are as with [`stream`](super::stream()).
pub fn events<F, Fut>(write: F) -> Sse
where
    F: FnOnce(Out<Event>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    Sse::of(Produced::by(write))
}

/// An answer of server-sent events; see [`events`].
#[must_use = "events are sent by being the answer"]
pub struct Sse {
    events: Pin<Box<dyn Stream<Item = Result<Event>> + Send>>,
    keep_alive: Option<Duration>,
}

/// One event of [`Sse`].
///
/// Text from anywhere may be put into it: line ends make further lines of data, never a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event(String);

impl Sse {
    /// An answer of a [`Stream`] of events, which is polled in the scope of the request.
    pub fn of<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Event, E>> + Send + 'static,
        E: Into<Error> + 'static,
    {
        Self { events: Box::pin(Scoped::here(stream)), keep_alive: Some(KEEP_ALIVE) }
    }

    /// Sends a comment after so long a silence; 15 seconds without it.
    pub fn keep_alive(mut self, every: Duration) -> Self {
        self.keep_alive = Some(every);
        self
    }

    /// Sends nothing but events.
    pub fn no_keep_alive(mut self) -> Self {
        self.keep_alive = None;
        self
    }
}

impl Event {
    /// A message.
    pub fn data(text: impl AsRef<str>) -> Self {
        Self::default().lines("data", text.as_ref())
    }

    /// A message of JSON.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        Ok(Self::data(serde_json::to_string(value)?))
    }

    /// A comment, which browsers pass over.
    pub fn comment(text: impl AsRef<str>) -> Self {
        Self::default().lines("", text.as_ref())
    }

    /// The name by which the page listens: `source.addEventListener("name", …)`.
    #[must_use]
    pub fn named(self, name: impl AsRef<str>) -> Self {
        self.field("event", name.as_ref())
    }

    /// The id that a browser sends back after a break; the standard forbids NUL in it.
    #[must_use]
    pub fn id(self, id: impl AsRef<str>) -> Self {
        self.field("id", id.as_ref())
    }

    /// How long the browser waits before it comes back.
    #[must_use]
    pub fn retry(self, after: Duration) -> Self {
        self.field("retry", &after.as_millis().to_string())
    }

    fn field(self, name: &str, value: &str) -> Self {
        let value: String = value.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect();
        self.line(name, &value)
    }

    fn lines(mut self, name: &str, text: &str) -> Self {
        for line in text.replace("\r\n", "\n").split(['\r', '\n']) {
            self = self.line(name, line);
        }
        self
    }

    fn line(mut self, name: &str, value: &str) -> Self {
        self.0.extend([name, ": ", value, "\n"]);
        self
    }

    fn into_bytes(mut self) -> Bytes {
        self.0.push('\n');
        self.0.into()
    }
}

impl IntoResponse for Sse {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            // nginx would collect the events otherwise.
            (http::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        ];
        let silence = self.keep_alive.map(|every| (every, Box::pin(sleep(every))));
        let body: Body = body_of(Wire { events: self.events, silence });
        (headers, body).into_response()
    }
}

/// Events as bytes, and a comment after each silence.
struct Wire {
    events: Pin<Box<dyn Stream<Item = Result<Event>> + Send>>,
    silence: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Stream for Wire {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let this = &mut *self;
        let next = match this.events.as_mut().poll_next(cx) {
            Poll::Ready(next) => next.map(|event| event.map(Event::into_bytes)),
            Poll::Pending => {
                let Some((_, alarm)) = &mut this.silence else { return Poll::Pending };
                ready!(alarm.as_mut().poll(cx));
                Some(Ok(Bytes::from_static(b":\n\n")))
            }
        };
        if let Some((every, alarm)) = &mut this.silence {
            alarm.as_mut().reset(Instant::now() + *every);
        }
        Poll::Ready(next)
    }
}

impl fmt::Debug for Sse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse").field("keep_alive", &self.keep_alive).finish_non_exhaustive()
    }
}
