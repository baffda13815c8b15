//! An answer as it comes from the socket: read byte for byte, since what is tested is the framing.

use std::io::{BufRead, Read};

/// One answer of a server.
#[derive(Debug, Default)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its head, as it came.
    pub head: String,
    /// Its body without framing.
    pub body: Vec<u8>,
}

/// Why there is no further answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server closed, or reset, the connection.
    Closed,
    /// It said nothing for too long.
    Silent,
    /// What it said is no HTTP/1.1.
    Garbled,
}

impl Answer {
    /// The next answer of a connection.
    pub fn read(from: &mut impl BufRead) -> Result<Self, Ending> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let start = head.len();
            from.take(1 << 20).read_until(b'\n', &mut head).map_err(|error| ending(&error))?;
            if head.len() == start {
                return Err(if start == 0 { Ending::Closed } else { Ending::Garbled });
            }
        }
        let head = String::from_utf8(head).map_err(|_| Ending::Garbled)?;
        if !head.starts_with("HTTP/1.") {
            return Err(Ending::Garbled);
        }
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let status = status.ok_or(Ending::Garbled)?;
        let mut answer = Self { status, head, body: Vec::new() };
        answer.body = answer.read_body(from)?;
        Ok(answer)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Head and body as text.
    pub fn text(&self) -> String {
        format!("{}{}", self.head, String::from_utf8_lossy(&self.body))
    }

    fn read_body(&self, from: &mut impl BufRead) -> Result<Vec<u8>, Ending> {
        let mut body = Vec::new();
        if self.status < 200 || matches!(self.status, 204 | 304) {
            return Ok(body);
        }
        if self.header("transfer-encoding").is_some() {
            return chunks(from);
        }
        match self.header("content-length") {
            Some(length) => {
                let length: usize = length.parse().map_err(|_| Ending::Garbled)?;
                from.take(length as u64).read_to_end(&mut body).map_err(|error| ending(&error))?;
                if body.len() < length { Err(Ending::Closed) } else { Ok(body) }
            }
            None => from.read_to_end(&mut body).map(|_| body).map_err(|error| ending(&error)),
        }
    }
}

fn chunks(from: &mut impl BufRead) -> Result<Vec<u8>, Ending> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).map_err(|error| ending(&error))?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(|_| Ending::Garbled)?;
        let mut chunk = vec![0; size + 2];
        from.read_exact(&mut chunk).map_err(|error| ending(&error))?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

fn ending(error: &std::io::Error) -> Ending {
    use std::io::ErrorKind::{InvalidData, TimedOut, WouldBlock};
    match error.kind() {
        TimedOut | WouldBlock => Ending::Silent,
        InvalidData => Ending::Garbled,
        _ => Ending::Closed,
    }
}
