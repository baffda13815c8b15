//! The files that commands write, change and delete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use carafe_core::{Error, Result};

use super::{Site, write};
use crate::migrate::Id;

/// Where the file of a migration is.
pub(super) fn path(site: &Site, id: &Id) -> Result<PathBuf> {
    let folder = site.sources.folder(&id.owner);
    let folder =
        folder.ok_or_else(|| Error::internal(format!("no folder is known for {}", id.owner)))?;
    Ok(folder.join(format!("{}.toml", id.name)))
}

/// The same as people read it: from the folder that they are in.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// Reads a file that is to be changed.
pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| refused(path, error))
}

/// Writes a file that was not there.
pub(super) fn create(path: &Path, text: &str) -> Result<()> {
    write::create(&[(path.to_owned(), text.to_owned())])
}

/// Writes a file in the place of one that is there: the old one or the new one is there at any time.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    let new = path.with_extension("toml.new");
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    written.map_err(|error| refused(path, error))
}

/// Writes a file under a name, and deletes the one that it was written from.
pub(super) fn rename(from: &Path, to: &Path, text: &str) -> Result<()> {
    if from == to {
        return replace(to, text);
    }
    create(to, text)?;
    delete(from)
}

/// Deletes a file.
pub(super) fn delete(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(|error| refused(path, error))
}

pub(super) fn refused(path: &Path, error: io::Error) -> Error {
    Error::setup("a migration cannot be written")
        .at(path.display().to_string())
        .hint("run it where the source of the crate is, and may be written")
        .because(error)
}
