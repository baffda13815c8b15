//! Server-sent events, read as browsers read them (the HTML standard, 9.2.6).

use std::collections::VecDeque;
use std::time::Duration;

use serde_core::de::DeserializeOwned;

/// A server-sent event, as a page's listener gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerEvent {
    /// Its name; `message` where the server gave none.
    pub event: String,
    /// Its data, the lines joined by line ends.
    pub data: String,
    /// The last id that the stream gave, with this event or before it: what a browser sends back
    /// as `Last-Event-ID`.
    pub id: String,
    /// How long a browser was told, with this event or before it, to wait before it comes back.
    pub retry: Option<Duration>,
}

impl ServerEvent {
    /// The data as a value of JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.data).unwrap_or_else(|error| {
            panic!("the event `{}` is no such JSON: {error}\n{}", self.event, self.data)
        })
    }
}

/// Makes events of the bytes that come.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    line: Vec<u8>,
    /// The last byte was a CR, which an LF may belong to.
    after_cr: bool,
    /// The first line is done, which may begin with a byte order mark.
    begun: bool,
    event: String,
    data: Option<String>,
    id: String,
    retry: Option<Duration>,
    ready: VecDeque<ServerEvent>,
}

impl EventReader {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                b'\n' if self.after_cr => {}
                b'\n' | b'\r' => self.end_line(),
                other => self.line.push(other),
            }
            self.after_cr = byte == b'\r';
        }
    }

    pub(super) fn next(&mut self) -> Option<ServerEvent> {
        self.ready.pop_front()
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let mark = if self.begun { None } else { line.strip_prefix('\u{feff}') };
        self.begun = true;
        let line = mark.unwrap_or(&line);
        if line.is_empty() {
            return self.dispatch();
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.event),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry);
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) {
        let event = std::mem::take(&mut self.event);
        // Without data it is no event, and its name is forgotten.
        let Some(data) = self.data.take() else { return };
        self.ready.push_back(ServerEvent {
            event: if event.is_empty() { "message".to_owned() } else { event },
            data,
            id: self.id.clone(),
            retry: self.retry,
        });
    }
}
