//! Tells browsers when to ask again, by server-sent events on a port of our own.
//!
//! The port is its own so that a page that listens holds no connection of the program, which could
//! then not end. A page names the version that it came from, so that one that was sent just before
//! a change is told at once. Whoever listens learns when something changed, and nothing else.

use std::io::{self, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use super::http::{self, Head};

/// A browser that is gone is noticed at the next change; so many are kept until then.
const MOST: usize = 256;

pub(super) struct Reloads {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    /// Of the program that runs, or of the page in its place.
    version: u64,
    /// Of the last message; no two are the same.
    last: u64,
    listening: Vec<Listener>,
}

struct Listener {
    /// The version that its page came from.
    version: u64,
    stream: TcpStream,
}

impl Reloads {
    pub(super) fn start(host: IpAddr) -> io::Result<Self> {
        let socket = TcpListener::bind((host, 0))?;
        let port = socket.local_addr()?.port();
        let state = State { version: now(), last: 0, listening: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let state = shared.clone();
                thread::spawn(move || listen(stream, &state));
            }
        });
        Ok(Self { port, state })
    }

    /// Begins a version: what the program or the page that follows has to know.
    pub(super) fn begin(&self) -> String {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.version = now().max(state.version + 1);
        format!("{}/{}", self.port, state.version)
    }

    /// Tells all pages to ask again.
    pub(super) fn tell_all(&self) {
        self.tell(|_, _| true);
    }

    /// Tells the pages of other versions than this one. A page of this one may listen already: the
    /// program answers as soon as it can, and we hear of it a moment later.
    pub(super) fn tell_others(&self) {
        self.tell(|page, current| page != current);
    }

    /// Tells those whose page's version, beside the current one, says so.
    fn tell(&self, concerns: impl Fn(u64, u64) -> bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last = now().max(state.last + 1);
        let (current, message) = (state.version, message(state.last));
        state.listening.retain_mut(|listener| {
            !concerns(listener.version, current)
                || listener.stream.write_all(message.as_bytes()).is_ok()
        });
    }
}

fn listen(mut stream: TcpStream, state: &Mutex<State>) {
    let Some(head) = Head::read(&mut stream) else { return };
    let Ok(version) = head.path().trim_start_matches('/').parse::<u64>() else {
        let _ = http::answer(
            stream,
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
        return;
    };
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let mut start = String::from(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\
         Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\nretry: 500\n\n",
    );
    if version != state.version {
        start.push_str(&message(state.version));
    }
    let timely = stream.set_write_timeout(Some(Duration::from_secs(1)));
    if timely.and_then(|()| stream.write_all(start.as_bytes())).is_ok() {
        if state.listening.len() == MOST {
            state.listening.remove(0);
        }
        state.listening.push(Listener { version, stream });
    }
}

fn message(number: u64) -> String {
    format!("data: {number}\n\n")
}

/// A number that grows, over starts of this tool too.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
