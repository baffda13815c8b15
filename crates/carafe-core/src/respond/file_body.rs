//! The bytes of a file, in memory or on disk, and a body that sends parts of them.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// A file up to this size is read when it is opened: one trip to the blocking pool, not two.
const SMALL: u64 = 64 * 1024;
/// What is read at a time; it bounds the memory that one slow client holds.
const CHUNK: u64 = 128 * 1024;

/// The bytes of a file.
#[derive(Clone)]
pub(super) enum Content {
    Memory(Bytes),
    Disk { file: Arc<Mutex<fs::File>>, length: u64 },
}

impl Content {
    /// Opens a regular file; blocks. A pipe or device is an error rather than an endless wait.
    pub(super) fn open(path: &Path) -> io::Result<(Self, fs::Metadata)> {
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "not a regular file"));
        }
        let mut file = fs::File::open(path)?;
        let metadata = file.metadata()?;
        let length = metadata.len();
        if length > SMALL {
            return Ok((Self::Disk { file: Arc::new(Mutex::new(file)), length }, metadata));
        }
        let mut bytes = Vec::new();
        file.by_ref().take(SMALL).read_to_end(&mut bytes)?;
        Ok((Self::Memory(bytes.into()), metadata))
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { length, .. } => *length,
        }
    }

    /// All of it.
    pub(super) fn body(&self) -> Body {
        self.body_of(vec![Piece::Part(0..self.length())])
    }

    /// These pieces, one after another.
    pub(super) fn body_of(&self, pieces: Vec<Piece>) -> Body {
        match (self, &pieces[..]) {
            (Self::Memory(bytes), [Piece::Part(range)]) => Body::from(slice(bytes, range)),
            _ => {
                Body::new(FileBody { content: self.clone(), pieces: pieces.into(), reading: None })
            }
        }
    }
}

/// Something to send: a part of the file, or text between parts.
pub(super) enum Piece {
    Text(Bytes),
    Part(Range<u64>),
}

impl Piece {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Part(range) => range.end - range.start,
        }
    }
}

struct FileBody {
    content: Content,
    pieces: VecDeque<Piece>,
    /// The chunk that is being read, and its length.
    reading: Option<(JoinHandle<io::Result<Bytes>>, u64)>,
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            if let Some((task, _)) = &mut self.reading {
                let chunk = ready!(Pin::new(task).poll(cx)).unwrap_or_else(|e| Err(e.into()));
                self.reading = None;
                if chunk.is_err() {
                    self.pieces.clear();
                }
                return Poll::Ready(Some(chunk.map(Frame::data)));
            }
            let Some(piece) = self.pieces.pop_front() else {
                return Poll::Ready(None);
            };
            let range = match piece {
                Piece::Text(text) => return Poll::Ready(Some(Ok(Frame::data(text)))),
                Piece::Part(range) if range.is_empty() => continue,
                Piece::Part(range) => range,
            };
            match &self.content {
                Content::Memory(bytes) => {
                    return Poll::Ready(Some(Ok(Frame::data(slice(bytes, &range)))));
                }
                Content::Disk { file, .. } => {
                    let chunk = range.start..range.end.min(range.start + CHUNK);
                    let length = chunk.end - chunk.start;
                    let (file, rest) = (Arc::clone(file), chunk.end..range.end);
                    self.pieces.push_front(Piece::Part(rest));
                    self.reading = Some((spawn_blocking(move || read(&file, &chunk)), length));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.reading.is_none() && self.pieces.iter().all(|piece| piece.length() == 0)
    }

    fn size_hint(&self) -> SizeHint {
        let waiting: u64 = self.pieces.iter().map(Piece::length).sum();
        SizeHint::with_exact(waiting + self.reading.as_ref().map_or(0, |(_, length)| *length))
    }
}

/// Reads a chunk. A file that became shorter is an error: the length is promised by then, and
/// cutting the connection is the one way to tell the client.
fn read(file: &Mutex<fs::File>, range: &Range<u64>) -> io::Result<Bytes> {
    let length = range.end - range.start;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // Several bodies may share the file and its position, so seeking and reading are one step.
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(range.start))?;
    file.by_ref().take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes.into())
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(range.start)..at(range.end))
}
