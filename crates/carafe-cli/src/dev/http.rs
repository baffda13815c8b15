//! As much of HTTP as two small servers need: one head in, one answer out, hang up.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

const LONGEST_HEAD: usize = 64 * 1024;
const TIME: Duration = Duration::from_secs(5);

/// The first lines of a request.
pub(super) struct Head(String);

impl Head {
    /// Reads it; nothing that is too slow or too long.
    pub(super) fn read(stream: &mut TcpStream) -> Option<Self> {
        let start = Instant::now();
        let mut head = Vec::new();
        let mut piece = [0; 4096];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let left = TIME.checked_sub(start.elapsed()).filter(|left| !left.is_zero())?;
            stream.set_read_timeout(Some(left)).ok()?;
            match stream.read(&mut piece) {
                Ok(length @ 1..) if head.len() + length <= LONGEST_HEAD => {
                    head.extend_from_slice(&piece[..length]);
                }
                _ => return None,
            }
        }
        Some(Self(String::from_utf8_lossy(&head).into_owned()))
    }

    pub(super) fn method(&self) -> &str {
        self.first_line().0
    }

    pub(super) fn path(&self) -> &str {
        self.first_line().1
    }

    /// The value of a header, its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.0.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn first_line(&self) -> (&str, &str) {
        let mut words = self.0.lines().next().unwrap_or_default().split(' ');
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }
}

/// Sends the answer, and hangs up in a way that lets it arrive: a socket that is closed with
/// something unread throws away what was sent.
pub(super) fn answer(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.set_write_timeout(Some(TIME))?;
    stream.write_all(answer)?;
    stream.shutdown(Shutdown::Write)?;
    let start = Instant::now();
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let mut piece = [0; 16 * 1024];
    while start.elapsed() < TIME && stream.read(&mut piece)? > 0 {}
    Ok(())
}
