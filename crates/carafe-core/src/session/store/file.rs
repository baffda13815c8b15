//! Sessions in a folder.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::{Record, SessionStore, StoreFuture};
use crate::session::{Changes, SessionData, SessionKey, random};
use crate::signing::to_base64;
use crate::{Error, Result};

/// Keeps each session in a file of its own, for one server.
///
/// ```
/// use carafe_core::session::{FileStore, SessionConfig, Sessions};
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("sessions");
///
/// let sessions = Sessions::in_store(SessionConfig::default(), FileStore::open(folder)?);
/// # Ok::<(), carafe_core::Error>(())
/// ```
///
/// - A file is named by the hash of the session's id, so that the folder's listing lets nobody
///   in; folder and files are for this user only (on Unix).
/// - A file is written beside its place and renamed into it: a reader sees the old or the new
///   one, never half of one. A file that cannot be read as a session counts as missing.
/// - Requests of one session take turns inside one process; of two processes that change one
///   session at the same moment, the later one's file stays.
/// - Expired files go when they are asked for, and all of them once an hour.
pub struct FileStore(Arc<Folder>);

struct Folder {
    path: PathBuf,
    /// One session's changes take turns; a few locks serve them all.
    turns: [Mutex<()>; 16],
    /// The second of the last sweep.
    swept: AtomicU64,
}

#[derive(Serialize, Deserialize)]
struct File {
    expires: u64,
    data: SessionData,
}

const HOUR: u64 = 3600;

/// What a writer that died left behind is older than this.
const STALE: Duration = Duration::from_secs(HOUR);

impl FileStore {
    /// A store in a folder, which is made if it is not there.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let path = folder.into();
        make_folder(&path).map_err(|error| {
            Error::setup("the folder for sessions cannot be made")
                .at(path.display().to_string())
                .because(error)
        })?;
        Ok(Self(Arc::new(Folder {
            path,
            turns: Default::default(),
            swept: AtomicU64::new(seconds(SystemTime::now())),
        })))
    }

    /// Files are read and written on the pool for blocking work.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T> + Send + 'static,
    ) -> StoreFuture<'static, T> {
        let folder = self.0.clone();
        Box::pin(async move { spawn_blocking(move || work(&folder)).await? })
    }
}

impl SessionStore for FileStore {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        let key = key.clone();
        self.run(move |folder| folder.read(&key))
    }

    fn create<'a>(&'a self, key: &'a SessionKey, record: Record) -> StoreFuture<'a, ()> {
        let key = key.clone();
        self.run(move |folder| {
            folder.sweep_hourly();
            folder.write(&key, record)
        })
    }

    fn update<'a>(
        &'a self,
        key: &'a SessionKey,
        changes: Changes,
        expires: SystemTime,
    ) -> StoreFuture<'a, bool> {
        let key = key.clone();
        self.run(move |folder| {
            let _turn = folder.turn(&key);
            let Some(mut record) = folder.read(&key)? else {
                return Ok(false);
            };
            changes.apply(&mut record.data);
            folder.write(&key, Record { expires, ..record })?;
            Ok(true)
        })
    }

    fn delete<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, ()> {
        let key = key.clone();
        self.run(move |folder| {
            let _turn = folder.turn(&key);
            folder.remove(&folder.file(&key))
        })
    }

    fn remove_expired(&self) -> StoreFuture<'_, u64> {
        self.run(Folder::sweep)
    }
}

impl Folder {
    fn file(&self, key: &SessionKey) -> PathBuf {
        self.path.join(format!("{}.json", key.as_str()))
    }

    fn turn(&self, key: &SessionKey) -> MutexGuard<'_, ()> {
        // The last letter of a hash is as good as any to share the turns out by.
        let letter = key
            .as_str()
            .chars()
            .next_back()
            .and_then(|letter| letter.to_digit(16))
            .unwrap_or_default();
        self.turns[letter as usize % self.turns.len()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, key: &SessionKey) -> Result<Option<Record>> {
        let bytes = match fs::read(self.file(key)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", error)),
        };
        Ok(record(&bytes).filter(|record| !record.is_expired()))
    }

    fn write(&self, key: &SessionKey, record: Record) -> Result<()> {
        let json =
            serde_json::to_vec(&File { expires: seconds(record.expires), data: record.data })?;
        let beside = self.path.join(format!("{}.{}.new", key.as_str(), to_base64(&random::<8>()?)));
        let written = write_new(&beside, &json).and_then(|()| fs::rename(&beside, self.file(key)));
        written.map_err(|error| {
            // Nothing more can be done where this fails too; the sweep takes what is left.
            let _ = fs::remove_file(&beside);
            self.failed("written", error)
        })
    }

    fn remove(&self, file: &Path) -> Result<()> {
        match fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.failed("removed", error)),
            _ => Ok(()),
        }
    }

    fn sweep_hourly(&self) {
        let (now, last) = (seconds(SystemTime::now()), self.swept.load(Ordering::Relaxed));
        let mine = now.saturating_sub(last) >= HOUR
            && self.swept.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if mine && let Err(error) = self.sweep() {
            tracing::warn!(%error, "expired sessions could not be removed");
        }
    }

    /// Removes what is expired or no session, and leaves alone what is not ours.
    fn sweep(&self) -> Result<u64> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.path).map_err(|error| self.failed("listed", error))? {
            let path = entry.map_err(|error| self.failed("listed", error))?.path();
            let over = match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => fs::read(&path)
                    .is_ok_and(|bytes| record(&bytes).is_none_or(|record| record.is_expired())),
                Some("new") => fs::metadata(&path)
                    .and_then(|file| file.modified())
                    .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > STALE)),
                _ => false,
            };
            if over {
                self.remove(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn failed(&self, what: &str, error: std::io::Error) -> Error {
        Error::internal(format!("a session could not be {what}"))
            .at(self.path.display().to_string())
            .because(error)
    }
}

fn record(bytes: &[u8]) -> Option<Record> {
    let File { expires, data } = serde_json::from_slice(bytes).ok()?;
    Some(Record { data, expires: UNIX_EPOCH.checked_add(Duration::from_secs(expires))? })
}

fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
