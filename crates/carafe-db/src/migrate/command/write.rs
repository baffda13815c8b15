//! Migrations become files, all of them or none.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use carafe_core::{Error, Result};

use super::{Site, files};
use crate::migrate::Migration;

/// Writes them, each with its text into the folder of its crate.
pub(super) fn write(site: &Site, migrations: &[(&Migration, String)]) -> Result<()> {
    let path = |migration: &Migration| files::path(site, &migration.id());
    let named = migrations.iter().map(|(migration, text)| Ok((path(migration)?, text.clone())));
    create(&named.collect::<Result<Vec<_>>>()?)
}

/// Writes files that are not there.
///
/// Each is written under another name first, and called by its own once all are whole: whoever stops the
/// program, or a disk that is full, leaves no half a file that the next command stumbles over.
pub(super) fn create(named: &[(PathBuf, String)]) -> Result<()> {
    let files = named.iter().map(|(path, _)| File::of(path)).collect::<Result<Vec<_>>>()?;
    let written = files.iter().zip(named).try_for_each(|(file, (_, text))| file.write(text));
    let done = written.and_then(|()| files.iter().try_for_each(File::name));
    if done.is_err() {
        files.iter().for_each(File::forget);
    }
    done
}

/// A file that is not there yet.
struct File {
    path: PathBuf,
    /// Its name until it is whole: a hidden one, which nobody reads.
    unfinished: PathBuf,
}

impl File {
    fn of(path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(path);
        if !folder.parent().is_some_and(Path::is_dir) {
            return Err(Error::setup(
                "the source of the crate is not here, where its migrations belong",
            )
            .at(folder.display().to_string())
            .hint("make them where the program is built"));
        }
        if path.exists() {
            return Err(Error::setup("there is a migration of that name already")
                .at(path.display().to_string())
                .hint("take another name: `--name`"));
        }
        let name = path.file_stem().unwrap_or_default().display();
        Ok(Self { unfinished: folder.join(format!(".{name}.unfinished")), path: path.to_owned() })
    }

    fn write(&self, text: &str) -> Result<()> {
        let written = || -> std::io::Result<()> {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::create(&self.unfinished)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        written().map_err(|error| files::refused(&self.path, error))
    }

    fn name(&self) -> Result<()> {
        fs::rename(&self.unfinished, &self.path).map_err(|error| files::refused(&self.path, error))
    }

    /// Takes away what is not whole.
    fn forget(&self) {
        // Where it was not made, or has its name by now, there is nothing to take away.
        let _ = fs::remove_file(&self.unfinished);
    }
}
