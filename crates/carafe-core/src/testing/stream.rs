//! A response that is read piece by piece.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::events::{EventReader, ServerEvent};
use super::jar::Place;
use super::{TestClient, TestResponse};

/// A response whose body is still on its way: what [`TestRequest::stream`] gives.
///
/// It is a [`TestResponse`] of what was read so far, with its status, headers and assertions.
///
/// Nothing is read before the test asks: the function that writes the answer stands still until
/// then, with one piece written at most that nobody took. Dropping this is what the handler sees
/// as a client that left.
///
/// [`TestRequest::stream`]: super::TestRequest::stream
#[must_use = "dropping it is leaving"]
pub struct TestStream {
    response: TestResponse,
    /// None after the end.
    body: Option<Body>,
    events: EventReader,
    patience: Duration,
}

impl TestStream {
    pub(super) fn begin(
        client: &TestClient,
        shown: String,
        from: &Place,
        response: Response,
    ) -> Self {
        client.with_jar(|jar| jar.update(response.headers(), Some(from)));
        let (parts, body) = response.into_parts();
        Self {
            response: TestResponse::head(shown, parts),
            body: Some(body),
            events: EventReader::default(),
            patience: client.waits(),
        }
    }

    pub(super) fn set_history(&mut self, history: Vec<TestResponse>) {
        self.response.set_history(history);
    }

    /// The next piece, as the handler sent it; none at the end. Where the answer breaks off, the
    /// end is there, and [`TestResponse::broken`] tells why.
    ///
    /// # Panics
    /// Where nothing comes for so long as [`TestClient::patience`] says.
    #[track_caller]
    pub fn next_chunk(&mut self) -> impl Future<Output = Option<Bytes>> + Send {
        let place = Location::caller();
        async move {
            match timeout(self.patience, self.read()).await {
                Ok(piece) => piece,
                Err(_) => self.nothing_came("piece", place),
            }
        }
    }

    /// The next server-sent event; none at the end. Comments, and what is no whole event when the
    /// answer ends, are passed over, as browsers do.
    ///
    /// An event may end in the middle of a chunk: what [`next_chunk`](Self::next_chunk) would give
    /// after an event is the chunk behind.
    ///
    /// ```
    /// # extern crate carafe_core as carafe;
    /// use carafe_core::respond::{Event, Sse, events};
    /// use carafe_core::{App, routes, testing::TestClient};
    /// use carafe_macros::get;
    ///
    /// #[get("/news")]
    /// async fn news() -> Sse {
    ///     events(async |out| out.send(Event::data("rain").named("weather").id("7")).await)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// let client = TestClient::new(App::new("site").routes(routes![news])).await?;
    /// let mut response = client.get("/news").stream().await;
    /// let event = response.next_event().await.unwrap();
    /// assert_eq!((&*event.event, &*event.data, &*event.id), ("weather", "rain", "7"));
    /// assert_eq!(response.next_event().await, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where the answer is no `text/event-stream`, and where no event comes for so long as
    /// [`TestClient::patience`] says.
    #[track_caller]
    pub fn next_event(&mut self) -> impl Future<Output = Option<ServerEvent>> + Send {
        let place = Location::caller();
        let kind = self.header("content-type").unwrap_or_default();
        assert!(
            kind.split(';').next().unwrap_or_default().trim() == "text/event-stream",
            "expected server-sent events, got {kind:?}\n{}",
            self.summary()
        );
        async move {
            let patience = self.patience;
            let reading = async {
                loop {
                    if let Some(event) = self.events.next() {
                        return Some(event);
                    }
                    let piece = self.read().await?;
                    self.events.add(&piece);
                }
            };
            // Once around all of it: comments keep a connection alive, and are no events.
            match timeout(patience, reading).await {
                Ok(event) => event,
                Err(_) => self.nothing_came("event", place),
            }
        }
    }

    /// Reads to the end: the response as it is without [`stream`](super::TestRequest::stream).
    pub async fn rest(mut self) -> TestResponse {
        while self.read().await.is_some() {}
        self.response
    }

    async fn read(&mut self) -> Option<Bytes> {
        loop {
            match self.body.as_mut()?.frame().await {
                Some(Ok(frame)) => {
                    // What is no data is a trailer.
                    if let Ok(piece) = frame.into_data() {
                        self.response.add(&piece);
                        return Some(piece);
                    }
                }
                Some(Err(error)) => {
                    self.response.set_broken(error.to_string());
                    self.body = None;
                }
                None => self.body = None,
            }
        }
    }

    fn nothing_came(&self, what: &str, place: &Location<'_>) -> ! {
        panic!(
            "no {what} came for {:?}, waited for at {place}; `TestClient::patience` waits longer\n{}",
            self.patience,
            self.summary()
        )
    }
}

impl Deref for TestStream {
    type Target = TestResponse;

    fn deref(&self) -> &TestResponse {
        &self.response
    }
}

impl fmt::Debug for TestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestStream").field("response", &self.response).finish_non_exhaustive()
    }
}
