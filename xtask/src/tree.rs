//! The files that a person wrote, as text by path. Rules look at this and not at the disk, so that
//! a test can hand them three lines.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// What a build or a tool fills, and what is no part of the project (`.git` is a file in a worktree).
const FOREIGN: &[&str] =
    &["target", "node_modules", ".git", ".carafe", ".env", "corpus", "artifacts"];

#[derive(Debug, Default)]
pub(crate) struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Reads all text under `root`; what is no UTF-8 is no text and is left out.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.add(root, "")?;
        Ok(tree)
    }

    /// Every file with its path from the root (with `/`), in the order of the paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files in a folder, at any depth, whose names end so.
    pub(crate) fn under<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
    }

    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    fn add(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            if FOREIGN.contains(&name.as_str()) {
                continue;
            }
            if kind.is_dir() {
                self.add(&entry.path(), &path)?;
            } else if kind.is_file()
                && let Ok(text) = fs::read_to_string(entry.path())
            {
                self.0.insert(path, text);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
impl<'a> FromIterator<(&'a str, &'a str)> for Tree {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(files: I) -> Self {
        let owned = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
        Self(files.into_iter().map(owned).collect())
    }
}
