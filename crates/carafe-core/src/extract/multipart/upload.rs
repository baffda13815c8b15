//! One file of a form.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use bytes::Bytes;
use tokio::task::spawn_blocking;

use super::spool::Content;
use crate::{Error, Result};

/// One file of a form (Werkzeug's `FileStorage`).
///
/// ```no_run
/// # async fn example(form: carafe_core::extract::Multipart) -> carafe_core::Result<()> {
/// use carafe_core::file_names::secure_filename;
///
/// if let Some(file) = form.file("picture") {
///     file.save(format!("uploads/{}", secure_filename(file.file_name()))).await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// Its temporary file, if it needed one, goes when it is dropped.
#[derive(Clone, Debug)]
pub struct Upload {
    name: String,
    file_name: String,
    content_type: Option<String>,
    content: Content,
}

impl Upload {
    pub(super) fn new(
        name: String,
        file_name: String,
        content_type: Option<String>,
        content: Content,
    ) -> Self {
        Self { name, file_name, content_type, content }
    }

    /// The name of the form's field.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's name exactly as the client sent it, which may be `../../etc/passwd`. Before it
    /// is part of a path it goes through [`secure_filename`](crate::file_names::secure_filename).
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The type that the client claims; it is no proof of what the file holds.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.content.size()
    }

    /// True for one that was large enough to be put on disk.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.content, Content::Disk { .. })
    }
}

impl Upload {
    /// Writes it to a file, in place of one that is there.
    pub async fn save(&self, path: impl Into<PathBuf>) -> Result<()> {
        let (path, mut reader) = (path.into(), self.reader());
        let task = spawn_blocking(move || match reader.write_to(&path) {
            Ok(()) => Ok(()),
            Err(error) => Err(Error::internal("an upload cannot be saved")
                .at(path.display().to_string())
                .hint("does its folder exist, and may this process write there?")
                .because(error)),
        });
        task.await?
    }

    /// All of it, in memory.
    pub async fn bytes(&self) -> Result<Bytes> {
        if let Content::Memory(bytes) = &self.content {
            return Ok(bytes.clone());
        }
        let mut reader = self.reader();
        let task = spawn_blocking(move || -> io::Result<_> {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes)?;
            Ok(bytes.into())
        });
        Ok(task.await??)
    }

    /// Reads it piece by piece, for parsers of images, tables, archives. It blocks where the file
    /// is on disk, so it belongs into a plain `fn` or `spawn_blocking`. Each reader has its own
    /// position.
    pub fn reader(&self) -> UploadReader {
        UploadReader { content: self.content.clone(), position: 0 }
    }
}

/// Reads an [`Upload`] from its beginning.
#[derive(Debug)]
pub struct UploadReader {
    content: Content,
    position: u64,
}

impl UploadReader {
    fn write_to(&mut self, path: &Path) -> io::Result<()> {
        let mut target = fs::File::create(path)?;
        match &self.content {
            Content::Memory(bytes) => io::Write::write_all(&mut target, bytes),
            Content::Disk { file, .. } => {
                // From file to file the system copies by itself, without our memory.
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.rewind()?;
                io::copy(&mut *file, &mut target).map(|_| ())
            }
        }
    }
}

impl Read for UploadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = match &self.content {
            Content::Memory(bytes) => {
                let from = usize::try_from(self.position).unwrap_or(usize::MAX).min(bytes.len());
                (&bytes[from..]).read(buffer)?
            }
            // The system refuses positions that no file can have; past the end is just the end.
            Content::Disk { size, .. } if self.position >= *size => 0,
            Content::Disk { file, .. } => {
                // Readers share the file and its position, so seeking and reading are one step.
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(self.position))?;
                file.read(buffer)?
            }
        };
        self.position += length as u64;
        Ok(length)
    }
}

impl Seek for UploadReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.content.size().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
