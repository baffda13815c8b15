//! What a browser does, as far as it matters here.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The whole answer to `GET /`; it panics when there is none.
#[track_caller]
pub(crate) fn get(port: u16, accept: &str) -> String {
    try_get(port, accept).unwrap()
}

pub(crate) fn try_get(port: u16, accept: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.is_empty() {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

/// An `EventSource`, on the address that an answer names.
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    /// `reload` is `PORT/VERSION`.
    pub(crate) fn open(reload: &str) -> Self {
        let (port, version) = reload.split_once('/').unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        write!(stream, "GET /{version} HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut events = Self(BufReader::new(stream));
        let head = events.up_to("retry:");
        assert!(head.contains("text/event-stream"), "{head}");
        assert!(head.contains("Access-Control-Allow-Origin: *"), "{head}");
        events
    }

    /// Waits for a message.
    pub(crate) fn next(&mut self) -> String {
        self.up_to("data: ").lines().last().unwrap().to_owned()
    }

    /// True if no message comes for a while.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.0.get_ref().set_read_timeout(Some(Duration::from_millis(400))).unwrap();
        let mut line = String::new();
        loop {
            match self.0.read_line(&mut line) {
                Ok(1) => {}
                Ok(_) => return false,
                Err(_) => return true,
            }
        }
    }

    fn up_to(&mut self, mark: &str) -> String {
        let mut said = String::new();
        loop {
            let before = said.len();
            assert!(self.0.read_line(&mut said).unwrap() > 0, "it hung up: {said}");
            if said[before..].starts_with(mark) {
                return said;
            }
        }
    }
}

/// What stands after `reload=` in the toy's answer, or after the host in a page's script.
pub(crate) fn reload_of(answer: &str) -> &str {
    let rest = answer.split("reload=").nth(1);
    let rest = rest.or_else(|| answer.split("${location.hostname}:").nth(1)).unwrap();
    rest.split(['`', ' ']).next().unwrap()
}
