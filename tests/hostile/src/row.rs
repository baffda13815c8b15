//! One row of a table: what is sent, and what must come back.

use std::time::Duration;

/// Something that a hostile client does.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends these bytes.
    Say(Vec<u8>),
    /// Sends these bytes so many times, or until the server has enough.
    Repeat(Vec<u8>, usize),
    /// Sends these bytes one at a time, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Waits.
    Pause(Duration),
    /// Says that it sends no more, and listens on.
    HalfClose,
    /// Leaves without listening to the answer.
    Leave,
}

/// One row of a table: what is sent, and what must come back.
#[derive(Clone, Debug)]
pub struct Row {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) statuses: Vec<u16>,
    pub(crate) end: End,
    pub(crate) has: Vec<String>,
    pub(crate) lacks: Vec<String>,
    pub(crate) listens_late: Duration,
}

/// What becomes of the connection after the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Either.
    Any,
    /// It serves the next request, and with that request's own answer: nothing was smuggled.
    Serves,
    /// The server closes it.
    Closes,
    /// Either; there is one answer, of any status from 300 to 499.
    Refused,
}

/// A row that sends these bytes, and expects these answers (none is a connection that closes).
pub fn row(name: impl Into<String>, bytes: impl Into<Vec<u8>>, statuses: &[u16]) -> Row {
    Row {
        name: name.into(),
        steps: vec![Step::Say(bytes.into())],
        statuses: statuses.to_vec(),
        end: if statuses.is_empty() { End::Closes } else { End::Any },
        has: Vec::new(),
        lacks: Vec::new(),
        listens_late: Duration::ZERO,
    }
}

/// A `GET` of a path, byte for byte as it is given, with extra headers (`"a: b\r\n"`).
pub fn get(path: impl AsRef<[u8]>, headers: &str) -> Vec<u8> {
    let mut bytes = b"GET ".to_vec();
    bytes.extend_from_slice(path.as_ref());
    bytes.extend_from_slice(format!(" HTTP/1.1\r\nhost: test\r\n{headers}\r\n").as_bytes());
    bytes
}

/// A `POST` of a body with its length; the type may be empty.
pub fn post(path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let kind = match content_type {
        "" => String::new(),
        kind => format!("content-type: {kind}\r\n"),
    };
    let bytes =
        format!("POST {path} HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n{kind}\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

impl Row {
    /// Does something more after what it did.
    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The connection must serve the next request.
    pub fn serves(mut self) -> Self {
        self.end = End::Serves;
        self
    }

    /// The server must close the connection.
    pub fn closes(mut self) -> Self {
        self.end = End::Closes;
        self
    }

    /// The one answer may be any that is no success and no fault of the server's.
    pub fn refused(mut self) -> Self {
        self.end = End::Refused;
        self.statuses = vec![0];
        self
    }

    /// Some answer must hold this, in its head or body.
    pub fn has(mut self, part: impl Into<String>) -> Self {
        self.has.push(part.into());
        self
    }

    /// No answer may hold this, in head or body.
    pub fn lacks(mut self, part: impl Into<String>) -> Self {
        self.lacks.push(part.into());
        self
    }

    /// It begins to listen only after a while.
    pub fn listens_after(mut self, pause: Duration) -> Self {
        self.listens_late = pause;
        self
    }
}
