//! The client's end of a WebSocket.

use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use tokio::io::{BufReader, DuplexStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame as Farewell, Role};
use tokio_tungstenite::tungstenite::{Error as Broken, Message as Spoken};

use super::TestResponse;
use crate::extract::web_socket::{CloseFrame, Message};

/// The client's end of a WebSocket that [`TestClient::ws`](super::TestClient::ws) opened.
///
/// Its methods panic where a test should fail, with what was said so far; so do those that wait,
/// after [`TestClient::patience`](super::TestClient::patience). It answers pings by itself.
/// Dropping it is what the handler sees as a client that is gone without a word.
#[must_use = "dropping it is leaving"]
pub struct TestSocket {
    stream: WebSocketStream<BufReader<DuplexStream>>,
    response: TestResponse,
    /// What came while a pong was waited for.
    kept: VecDeque<Message>,
    /// How it ended, once it has.
    end: Option<CloseFrame>,
    patience: Duration,
    talk: Talk,
}

/// The code of a connection that ended without a word, as browsers tell it (RFC 6455, 7.1.5).
const ABNORMAL: u16 = 1006;
/// The code of an end without a code.
const NO_STATUS: u16 = 1005;

type Place = &'static Location<'static>;

impl TestSocket {
    pub(super) async fn new(
        pipe: BufReader<DuplexStream>,
        response: TestResponse,
        patience: Duration,
    ) -> Self {
        let stream = WebSocketStream::from_raw_socket(pipe, Role::Client, None).await;
        let (kept, talk) = (VecDeque::new(), Talk::default());
        Self { stream, response, kept, end: None, patience, talk }
    }

    /// The answer that opened it.
    pub fn response(&self) -> &TestResponse {
        &self.response
    }

    /// The subprotocol that the handler chose.
    pub fn protocol(&self) -> Option<&str> {
        self.response.header("sec-websocket-protocol")
    }

    /// Sends any message.
    #[track_caller]
    pub fn send(&mut self, message: Message) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        self.say(message, place)
    }

    /// Sends a text.
    #[track_caller]
    pub fn send_text(&mut self, text: impl Into<String>) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        self.say(Message::Text(text.into().into()), place)
    }

    /// Sends bytes.
    #[track_caller]
    pub fn send_bytes(&mut self, bytes: impl Into<Bytes>) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        self.say(Message::Binary(bytes.into()), place)
    }

    /// Sends a value as a text of JSON.
    ///
    /// # Panics
    /// Where the value cannot be written as JSON.
    #[track_caller]
    pub fn send_json(&mut self, value: &impl Serialize) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        let text = serde_json::to_string(value)
            .unwrap_or_else(|error| panic!("the value is no JSON: {error}"));
        self.say(Message::Text(text.into()), place)
    }

    /// Sends a ping and waits for its pong. Messages that come meanwhile are kept, so that they
    /// are received after it.
    #[track_caller]
    pub fn ping(&mut self) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        async move {
            // Each its own, so that a late pong of the one before is not taken for it.
            let mark = Bytes::from(self.talk.count().to_string());
            self.say(Message::Ping(mark.clone()), place).await;
            loop {
                match self.hear("a pong", place).await {
                    Message::Pong(data) if data == mark => return,
                    Message::Ping(_) | Message::Pong(_) => {}
                    Message::Close(frame) => {
                        self.fail(&format!("expected a pong, got {}", told(&close(frame))), place)
                    }
                    other => self.kept.push_back(other),
                }
            }
        }
    }

    /// The next message that is no ping and no pong; a [`Message::Close`] at the end, and ever after.
    #[track_caller]
    pub fn receive(&mut self) -> impl Future<Output = Message> + Send {
        let place = Location::caller();
        self.next("a message", place)
    }

    /// The next message, which is a text.
    #[track_caller]
    pub fn receive_text(&mut self) -> impl Future<Output = String> + Send {
        let place = Location::caller();
        self.text(place)
    }

    /// The next message, which is one of bytes.
    #[track_caller]
    pub fn receive_bytes(&mut self) -> impl Future<Output = Bytes> + Send {
        let place = Location::caller();
        async move {
            match self.next("bytes", place).await {
                Message::Binary(bytes) => bytes,
                other => self.fail(&format!("expected bytes, got {}", told(&other)), place),
            }
        }
    }

    /// The next message, which is a text of JSON.
    #[track_caller]
    pub fn receive_json<T: DeserializeOwned>(&mut self) -> impl Future<Output = T> + Send {
        let place = Location::caller();
        async move {
            let text = self.text(place).await;
            serde_json::from_str(&text).unwrap_or_else(|error| {
                self.fail(&format!("the text is no such JSON: {error}: {text}"), place)
            })
        }
    }

    /// The next message is this text.
    #[track_caller]
    pub fn assert_text(&mut self, expected: &str) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        async move {
            match self.next("a text", place).await {
                Message::Text(text) if text.as_str() == expected => {}
                other => {
                    let wrong = format!("expected the text {expected:?}, got {}", told(&other));
                    self.fail(&wrong, place)
                }
            }
        }
    }

    /// The next message is this JSON.
    ///
    /// # Panics
    /// Where it is not.
    #[track_caller]
    pub fn assert_json(&mut self, expected: &impl Serialize) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        let expected = serde_json::to_value(expected)
            .unwrap_or_else(|error| panic!("the value is no JSON: {error}"));
        async move {
            let text = self.text(place).await;
            let same = serde_json::from_str::<serde_json::Value>(&text)
                .is_ok_and(|found| found == expected);
            if !same {
                self.fail(&format!("expected the JSON {expected}, got {text}"), place)
            }
        }
    }

    /// Nothing was said that was not received yet. It asks by a [`ping`](Self::ping): a handler
    /// reads it behind all that was sent before, so its answers to that have come then.
    #[track_caller]
    pub fn assert_silent(&mut self) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        async move {
            self.ping().await;
            if let Some(first) = self.kept.front() {
                self.fail(&format!("expected silence, got {}", told(first)), place)
            }
        }
    }

    /// Says farewell, and waits until the handler let go of the socket. What it still sends is
    /// thrown away. Codes are those of RFC 6455: 1000 is the normal one.
    #[track_caller]
    pub fn close(mut self, code: u16, reason: &str) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        let frame = CloseFrame { code, reason: reason.into() };
        async move {
            self.say(Message::Close(Some(frame)), place).await;
            let ending = async { while let Some(Ok(_)) = self.stream.next().await {} };
            if timeout(self.patience, ending).await.is_err() {
                self.fail("the handler does not let go of the socket", place)
            }
        }
    }

    /// The handler ends the connection next; how it did: 1005 where it gave no code, 1006 where
    /// it was gone without a word.
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = CloseFrame> + Send {
        let place = Location::caller();
        self.over(place)
    }

    /// The handler ends the connection next, with this code; see [`closed`](Self::closed).
    #[track_caller]
    pub fn assert_closed(&mut self, code: u16) -> impl Future<Output = ()> + Send {
        let place = Location::caller();
        async move {
            let frame = self.over(place).await;
            if frame.code != code {
                let got = told(&Message::Close(Some(frame)));
                self.fail(&format!("expected an end with code {code}, got {got}"), place)
            }
        }
    }

    async fn text(&mut self, place: Place) -> String {
        match self.next("a text", place).await {
            Message::Text(text) => text.to_string(),
            other => self.fail(&format!("expected a text, got {}", told(&other)), place),
        }
    }

    async fn over(&mut self, place: Place) -> CloseFrame {
        match self.next("the end", place).await {
            Message::Close(frame) => close_frame(frame),
            other => self.fail(&format!("expected the end, got {}", told(&other)), place),
        }
    }

    async fn next(&mut self, what: &str, place: Place) -> Message {
        if let Some(message) = self.kept.pop_front() {
            return message;
        }
        loop {
            match self.hear(what, place).await {
                Message::Ping(_) | Message::Pong(_) => {}
                other => return other,
            }
        }
    }

    /// Whatever comes next.
    async fn hear(&mut self, what: &str, place: Place) -> Message {
        if let Some(end) = &self.end {
            return Message::Close(Some(end.clone()));
        }
        let Ok(heard) = timeout(self.patience, self.stream.next()).await else {
            let wrong = format!(
                "{what} did not come for {:?}; `TestClient::patience` waits longer",
                self.patience
            );
            self.fail(&wrong, place)
        };
        let message = match heard {
            Some(Ok(spoken)) => heard_as(spoken),
            Some(Err(error)) => gone(&error),
            None => gone(&Broken::ConnectionClosed),
        };
        if let Message::Close(frame) = &message {
            self.end.clone_from(frame);
        }
        self.talk.add("<-", &message);
        message
    }

    async fn say(&mut self, message: Message, place: Place) {
        self.talk.add("->", &message);
        match timeout(self.patience, self.stream.send(spoken(message))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.fail(&format!("it cannot be sent: {error}"), place),
            Err(_) => self.fail("the handler does not read what is sent", place),
        }
    }

    fn fail(&self, wrong: &str, place: Place) -> ! {
        panic!("{}: {wrong} (at {place})\n{}", self.response.request(), self.talk)
    }
}

impl fmt::Debug for TestSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSocket")
            .field("response", &self.response)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// What was said last, for failures.
#[derive(Default)]
struct Talk {
    lines: VecDeque<String>,
    count: usize,
}

impl Talk {
    fn add(&mut self, arrow: &str, message: &Message) {
        const SHOWN: usize = 20;
        self.count += 1;
        self.lines.push_back(format!("{arrow} {}", told(message)));
        if self.lines.len() > SHOWN {
            self.lines.pop_front();
        }
    }

    fn count(&self) -> usize {
        self.count
    }
}

impl fmt::Display for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count > self.lines.len() {
            writeln!(f, "… {} earlier", self.count - self.lines.len())?;
        }
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A message in a line.
fn told(message: &Message) -> String {
    const SHOWN: usize = 300;
    let whole = match message {
        Message::Text(text) => format!("the text {:?}", text.as_str()),
        Message::Binary(bytes) => format!("{} bytes {bytes:?}", bytes.len()),
        Message::Ping(bytes) => format!("a ping {bytes:?}"),
        Message::Pong(bytes) => format!("a pong {bytes:?}"),
        Message::Close(frame) => {
            let CloseFrame { code, reason } = close_frame(frame.clone());
            format!("the end with code {code} {:?}", reason.as_str())
        }
    };
    match whole.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &whole[..at]),
        None => whole,
    }
}

fn close(frame: Option<CloseFrame>) -> Message {
    Message::Close(Some(close_frame(frame)))
}

fn close_frame(frame: Option<CloseFrame>) -> CloseFrame {
    frame.unwrap_or(CloseFrame { code: NO_STATUS, reason: "".into() })
}

fn gone(error: &Broken) -> Message {
    Message::Close(Some(CloseFrame { code: ABNORMAL, reason: error.to_string().into() }))
}

fn heard_as(spoken: Spoken) -> Message {
    match spoken {
        Spoken::Text(text) => Message::Text(text.as_str().into()),
        Spoken::Binary(bytes) => Message::Binary(bytes),
        Spoken::Ping(bytes) => Message::Ping(bytes),
        Spoken::Pong(bytes) => Message::Pong(bytes),
        Spoken::Close(frame) => close(frame.map(|frame| CloseFrame {
            code: frame.code.into(),
            reason: frame.reason.as_str().into(),
        })),
        Spoken::Frame(frame) => Message::Binary(frame.into_payload()),
    }
}

fn spoken(message: Message) -> Spoken {
    match message {
        Message::Text(text) => Spoken::Text(text.as_str().into()),
        Message::Binary(bytes) => Spoken::Binary(bytes),
        Message::Ping(bytes) => Spoken::Ping(bytes),
        Message::Pong(bytes) => Spoken::Pong(bytes),
        Message::Close(frame) => Spoken::Close(frame.map(|frame| Farewell {
            code: frame.code.into(),
            reason: frame.reason.as_str().into(),
        })),
    }
}
