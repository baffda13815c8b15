//! Files on disk, looked up anew at each request.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use http::HeaderMap;
use tokio::task::spawn_blocking;

use super::Found;
use super::encoding::Encoding;
use super::fingerprint::{self, Fingerprint};
use crate::Result;
use crate::assets::walk;
use crate::file_names::safe_join;
use crate::respond::{File, checksum, checksum_on};

pub(super) struct Disk {
    folder: PathBuf,
    /// The fingerprints of files as they were at a time and length.
    known: Mutex<HashMap<PathBuf, (SystemTime, u64, Fingerprint)>>,
}

impl Disk {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::default() }
    }

    pub(super) async fn find(
        disk: &Arc<Self>,
        path: &str,
        request: &HeaderMap,
    ) -> Result<Option<Found>> {
        let (disk, path) = (Arc::clone(disk), path.to_owned());
        let accepted = Encoding::accepted(request);
        spawn_blocking(move || disk.find_blocking(&path, &accepted)).await?
    }

    pub(super) fn url_name(&self, name: &str) -> Option<String> {
        let version = self.fingerprint(&self.real_path(name)?).ok()?;
        Some(fingerprint::add(name, version))
    }

    pub(super) fn names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        walk(&self.folder, "", &mut names)?;
        // A link may lead outside, where nothing is served from.
        names.retain(|name| self.real_path(name).is_some());
        names.sort();
        Ok(names)
    }

    fn find_blocking(&self, path: &str, accepted: &[Encoding]) -> Result<Option<Found>> {
        // A file that really has such a name goes before the version of another one.
        if let Some(real) = self.real_path(path) {
            return Ok(Some(Found {
                file: self.open(path, real, accepted)?,
                fingerprinted: false,
            }));
        }
        let Some((plain, version)) = fingerprint::take(path) else {
            return Ok(None);
        };
        let Some(real) = self.real_path(&plain) else {
            return Ok(None);
        };
        // An old page may ask for an old version: it gets the present one, but not for ever.
        let fingerprinted = self.fingerprint(&real).is_ok_and(|now| now == version);
        Ok(Some(Found { file: self.open(&plain, real, accepted)?, fingerprinted }))
    }

    /// Opens the file, or the coded one beside it that the client likes best.
    fn open(&self, name: &str, real: PathBuf, accepted: &[Encoding]) -> Result<File> {
        let coded = |encoding: Encoding| {
            Some((self.real_path(&format!("{name}.{}", encoding.extension()))?, encoding))
        };
        let best = accepted.iter().find_map(|encoding| coded(*encoding));
        let varies = best.is_some() || Encoding::ALL.into_iter().any(|e| coded(e).is_some());
        let base = name.rsplit('/').next().unwrap_or_default();
        let file = match best {
            Some((path, encoding)) => File::open_blocking(path)?.encoded(Some(encoding.name())),
            None => File::open_blocking(real)?,
        };
        Ok(file.named(base).varies(varies))
    }

    /// Where a file really lies, links followed; `None` unless it is a regular file inside.
    fn real_path(&self, name: &str) -> Option<PathBuf> {
        if name.is_empty() || name.ends_with('/') {
            return None;
        }
        let path = safe_join(&self.folder, name)?.canonicalize().ok()?;
        // Not kept from the last time: a deployment may have turned the folder's link.
        let folder = self.folder.canonicalize().ok()?;
        (path.starts_with(folder) && path.is_file()).then_some(path)
    }

    fn fingerprint(&self, real: &Path) -> io::Result<Fingerprint> {
        let metadata = fs::metadata(real)?;
        let (modified, length) = (metadata.modified()?, metadata.len());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((time, size, version)) = known.get(real)
            && (*time, *size) == (modified, length)
        {
            return Ok(*version);
        }
        let version = fingerprint::fold(sum(real)?);
        known.insert(real.to_owned(), (modified, length, version));
        Ok(version)
    }
}

/// The sum of a file, read in pieces.
fn sum(path: &Path) -> io::Result<u64> {
    let mut file = fs::File::open(path)?;
    let mut piece = vec![0; 64 * 1024];
    let mut sum = checksum(b"");
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(sum),
            length => sum = checksum_on(sum, &piece[..length]),
        }
    }
}
