//! What a changed file asks for.
//!
//! Only files that are known to matter do: a program writes databases, uploads and logs into its
//! own folder, and these must not start it anew.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// The least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// The browser asks again: a template, a static file.
    Reload,
    /// The program starts again: settings.
    Restart,
    /// The program is built again.
    Rebuild,
}

/// The files of the project, and which of them matter.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The folders of the package and of those that it depends on by path.
    pub(super) roots: Vec<PathBuf>,
    /// The folders of the other packages of the workspace, which may stand inside of the first.
    pub(super) others: Vec<PathBuf>,
    /// Files outside of these folders: the manifest of the workspace, settings.
    pub(super) single: HashMap<PathBuf, Change>,
    /// Where cargo builds to.
    pub(super) target: PathBuf,
    /// All that the compiler read for the program, once it was built.
    pub(super) inputs: HashSet<PathBuf>,
    /// What the user asked to watch, and not to.
    pub(super) watch: Vec<PathBuf>,
    pub(super) ignore: Vec<PathBuf>,
}

impl Rules {
    /// What a change of this file asks for, if anything.
    pub(super) fn judge(&self, path: &Path) -> Option<Change> {
        if self.inputs.contains(path) {
            return Some(Change::Rebuild);
        }
        if let Some(change) = self.single.get(path) {
            return Some(*change);
        }
        if self.ignore.iter().any(|ignored| path.starts_with(ignored)) {
            return None;
        }
        if self.watch.iter().any(|watched| path.starts_with(watched)) {
            return (!is_scratch(path)).then_some(Change::Restart);
        }
        if !self.enters(path.parent()?) {
            return None;
        }
        let name = path.file_name()?.to_str()?;
        match name {
            "Cargo.toml" | "Cargo.lock" | "rust-toolchain" | "rust-toolchain.toml" => {
                return Some(Change::Rebuild);
            }
            "carafe.toml" | ".env" => return Some(Change::Restart),
            _ => {}
        }
        let inside = self.inside(path)?;
        let folders = || inside.components().map(Component::as_os_str);
        if folders().any(|folder| SEEN_BY_BROWSERS.iter().any(|name| folder == OsStr::new(name))) {
            return (!is_scratch(path) && !name.starts_with('.')).then_some(Change::Reload);
        }
        // A test is no part of the program; if it is, it stands in `inputs`.
        let beside = folders()
            .next()
            .is_some_and(|first| BESIDE.iter().any(|name| first == OsStr::new(name)));
        let source = path.extension().is_some_and(|extension| extension == "rs");
        (source && !beside && !name.starts_with('.')).then_some(Change::Rebuild)
    }

    /// Whether files in this folder can matter.
    pub(super) fn enters(&self, folder: &Path) -> bool {
        if folder.starts_with(&self.target) && !self.target.as_os_str().is_empty() {
            return false;
        }
        if self.ignore.iter().any(|ignored| folder.starts_with(ignored)) {
            return false;
        }
        if self.watch.iter().any(|watched| folder.starts_with(watched)) {
            return true;
        }
        let Some(inside) = self.inside(folder) else { return false };
        inside.components().all(|part| {
            let name = part.as_os_str().to_string_lossy();
            !name.starts_with('.') && name != "target" && name != "node_modules"
        })
    }

    /// The path from the package on that it belongs to.
    fn inside<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let inside = |root: &PathBuf| path.strip_prefix(root).ok();
        let shortest = |roots: &[PathBuf]| {
            roots.iter().filter_map(inside).min_by_key(|inside| inside.as_os_str().len())
        };
        let ours = shortest(&self.roots)?;
        let nearer = |other: &Path| other.as_os_str().len() < ours.as_os_str().len();
        (!shortest(&self.others).is_some_and(nearer)).then_some(ours)
    }
}

/// `assets!()` names these folders; they are read from disk in development.
const SEEN_BY_BROWSERS: &[&str] = &["templates", "static"];
const BESIDE: &[&str] = &["tests", "benches", "examples"];

/// What editors and databases leave beside the file that is meant.
fn is_scratch(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let ends = ["~", ".swp", ".swx", ".swo", ".tmp", ".bak", ".orig", ".lock"];
    let databases = [".sqlite3", ".sqlite", ".db"];
    // Vim tries whether it may write here.
    name == "4913"
        || name.starts_with('#')
        || ends.iter().any(|end| name.ends_with(end))
        || databases.iter().any(|mark| {
            name.rsplit_once(mark).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('-'))
        })
}

#[cfg(test)]
mod tests;
