//! Where the bytes of an upload wait: in memory while they are few, on disk beyond that.

use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::task::spawn_blocking;

use crate::{Error, Result};

/// What is written to disk at a time.
const CHUNK: usize = 256 * 1024;

/// Takes the bytes of one file as they come.
pub(super) struct Spool {
    waiting: Vec<u8>,
    file: Option<fs::File>,
    written: u64,
    most_in_memory: usize,
}

/// The bytes of an upload.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Memory(Bytes),
    Disk { file: Arc<Mutex<fs::File>>, size: u64 },
}

impl Spool {
    pub(super) fn new(most_in_memory: usize) -> Self {
        Self { waiting: Vec::new(), file: None, written: 0, most_in_memory }
    }

    pub(super) async fn push(&mut self, chunk: &[u8]) -> Result<()> {
        self.waiting.extend_from_slice(chunk);
        let most = if self.file.is_some() { CHUNK } else { self.most_in_memory };
        if self.waiting.len() > most { self.write().await } else { Ok(()) }
    }

    pub(super) async fn finish(mut self) -> Result<Content> {
        if self.file.is_some() {
            self.write().await?;
        }
        Ok(match self.file {
            Some(file) => Content::Disk { file: Arc::new(Mutex::new(file)), size: self.written },
            None => Content::Memory(self.waiting.into()),
        })
    }

    /// Writes what waits, on a thread that may block.
    async fn write(&mut self) -> Result<()> {
        let (file, bytes) = (self.file.take(), std::mem::take(&mut self.waiting));
        self.written += bytes.len() as u64;
        let task = spawn_blocking(move || -> io::Result<_> {
            let mut file = match file {
                Some(file) => file,
                None => tempfile::tempfile()?,
            };
            file.write_all(&bytes)?;
            Ok(file)
        });
        self.file = Some(task.await?.map_err(not_written)?);
        Ok(())
    }
}

impl Content {
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { size, .. } => *size,
        }
    }
}

fn not_written(error: io::Error) -> Error {
    Error::internal("an upload cannot be written to a temporary file")
        .at(std::env::temp_dir().display().to_string())
        .hint("is there room on the disk? `TMPDIR` names another folder")
        .because(error)
}
