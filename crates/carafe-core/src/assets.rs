//! The files that belong to a crate: its templates, static files and migrations.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::file_names::safe_join;
use crate::{Error, Result};

/// The folders `templates/`, `static/` and `migrations/` of one crate, as `assets!()` found them:
/// inside the program, or on disk while the crate is being worked on.
///
/// Paths begin with the folder and are divided by `/`: `templates/posts/list.html`.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    crate_name: &'static str,
    root: &'static str,
    embedded: Option<Embedded>,
}

type Embedded = &'static [(&'static str, &'static [u8])];

impl Assets {
    /// What `assets!()` expands to.
    #[doc(hidden)]
    pub const fn new(
        crate_name: &'static str,
        root: &'static str,
        embedded: Option<Embedded>,
    ) -> Self {
        Self { crate_name, root, embedded }
    }

    /// The crate that the files belong to.
    pub fn crate_name(&self) -> &'static str {
        self.crate_name
    }

    /// The crate's own folder, where it was compiled.
    pub fn root(&self) -> &'static Path {
        Path::new(self.root)
    }

    /// The files inside the program; `None` when they are read from disk.
    pub fn embedded(&self) -> Option<Embedded> {
        self.embedded
    }

    /// One file; `None` if there is none of that path. From disk it blocks.
    pub fn read(&self, path: &str) -> Result<Option<Cow<'static, [u8]>>> {
        if let Some(files) = self.embedded {
            let found = files.iter().find(|(name, _)| *name == path);
            return Ok(found.map(|(_, bytes)| Cow::Borrowed(*bytes)));
        }
        let Some(file) = safe_join(self.root, path) else {
            return Ok(None);
        };
        match fs::read(&file) {
            Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unreadable(&file, error)),
        }
    }

    /// The paths of all files in a folder and below it, sorted. From disk it blocks.
    ///
    /// A folder that is not there has no files.
    pub fn list(&self, folder: &str) -> Result<Vec<String>> {
        let mut paths = match self.embedded {
            None => self.on_disk(folder)?,
            Some(files) => files
                .iter()
                .filter(|(path, _)| is_below(path, folder))
                .map(|(path, _)| (*path).to_owned())
                .collect(),
        };
        paths.sort();
        Ok(paths)
    }

    /// Files of a folder that are on disk but not in the program, because they were added after
    /// the crate was compiled: the compiler is told of every file, but of no folder.
    ///
    /// Empty where nothing is embedded, and where the crate's folder does not exist, as on a
    /// server. A `build.rs` that prints `cargo:rerun-if-changed=static` avoids it.
    pub fn added_since_build(&self, folder: &str) -> Vec<String> {
        let Some(files) = self.embedded else {
            return Vec::new();
        };
        let mut added = self.on_disk(folder).unwrap_or_default();
        added.retain(|path| files.iter().all(|(known, _)| known != path));
        added.sort();
        added
    }

    fn on_disk(&self, folder: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        if let Some(start) = safe_join(self.root, folder) {
            walk(&start, folder.trim_end_matches('/'), &mut found)?;
        }
        Ok(found)
    }
}

/// Collects the files below a folder; hidden ones but `.well-known` stay out, as in `assets!()`.
pub(crate) fn walk(folder: &Path, name: &str, to: &mut Vec<String>) -> Result<()> {
    walk_below(folder, name, &mut Vec::new(), to)
}

/// `above` has the real paths of the folders around it, since one that links to any of them would
/// never end.
fn walk_below(
    folder: &Path,
    name: &str,
    above: &mut Vec<PathBuf>,
    to: &mut Vec<String>,
) -> Result<()> {
    let entries = match folder.canonicalize().and_then(|real| Ok((fs::read_dir(folder)?, real))) {
        Ok((_, real)) if above.contains(&real) => return Ok(()),
        Ok((entries, real)) => {
            above.push(real);
            entries
        }
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        // What is not UTF-8 has no path that a template or a URL could write.
        let Ok(file_name) = entry.file_name().into_string() else { continue };
        if file_name.starts_with('.') && file_name != ".well-known" {
            continue;
        }
        let path = if name.is_empty() { file_name } else { format!("{name}/{file_name}") };
        let Ok(metadata) = fs::metadata(entry.path()) else { continue };
        if metadata.is_dir() {
            walk_below(&entry.path(), &path, above, to)?;
        } else if metadata.is_file() {
            to.push(path);
        }
    }
    above.pop();
    Ok(())
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
}

fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | IsADirectory | InvalidFilename)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::internal("a file of the app cannot be read")
        .at(path.display().to_string())
        .hint("check its permissions")
        .because(error)
}

/// What `assets!()` hands over where no component has anything to say about the folders.
#[doc(hidden)]
pub fn bundle(assets: Assets) -> Assets {
    assets
}
