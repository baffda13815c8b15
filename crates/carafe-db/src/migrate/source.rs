//! Where the files of migrations are.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use carafe_core::assets::Assets;
use carafe_core::{Error, Result, Scope};

use super::{History, Migration};
use crate::models::Models;

/// The folder of a crate that holds them.
pub(super) const FOLDER: &str = "migrations";

/// The crates whose tables a program has, with the folder of each.
#[derive(Debug, Default)]
pub(super) struct Sources {
    crates: BTreeMap<String, Source>,
}

#[derive(Clone, Debug)]
struct Source {
    dir: PathBuf,
    assets: Option<Assets>,
}

impl Sources {
    /// Those of the site that a command is run for.
    pub(super) fn of(models: &Models, scope: &Scope) -> Self {
        let mut sources = Self::default();
        for listed in models {
            let owner = listed.owner();
            let source = Source { dir: PathBuf::from(owner.dir), assets: None };
            sources.crates.entry(owner.name.to_owned()).or_insert(source);
        }
        for (_, assets) in scope.deposits::<Assets>() {
            let source = Source { dir: assets.root().to_owned(), assets: Some(*assets) };
            sources.crates.insert(assets.crate_name().to_owned(), source);
        }
        sources
    }

    /// The names of the crates.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.crates.keys().map(String::as_str)
    }

    /// The folder in which a crate's migrations are kept.
    pub(super) fn folder(&self, owner: &str) -> Option<PathBuf> {
        self.crates.get(owner).map(|source| source.dir.join(FOLDER))
    }

    /// The files that were added since a program was built that has the others inside. It blocks.
    pub(super) fn added_since_build(&self) -> Vec<PathBuf> {
        let assets = self.crates.values().filter_map(|source| source.assets);
        let added = assets.flat_map(|assets| {
            let files = assets.added_since_build(FOLDER);
            files.into_iter().map(move |path| assets.root().join(path))
        });
        added.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect()
    }

    /// All migrations. It blocks where they are read from disk.
    pub(super) fn history(&self) -> Result<History> {
        let mut all = Vec::new();
        let mut errors = Vec::new();
        for (owner, source) in &self.crates {
            for (name, text) in source.files()? {
                match Migration::parse(owner, &name, &text) {
                    Ok(migration) => all.push(migration),
                    Err(error) => errors.push(error),
                }
            }
        }
        Error::all(errors)?;
        History::new(all)
    }
}

impl Source {
    /// The names and texts of its files.
    fn files(&self) -> Result<Vec<(String, String)>> {
        let Some(assets) = &self.assets else {
            if !self.dir.exists() {
                return Err(Error::setup(
                    "migrations are not in the program, and its source is not here",
                )
                .at(self.dir.display().to_string())
                .hint("let the app have them: `.assets(assets!())`"));
            }
            return on_disk(&self.dir.join(FOLDER));
        };
        let mut files = Vec::new();
        for path in assets.list(FOLDER)? {
            let name = path.strip_prefix("migrations/").and_then(|path| path.strip_suffix(".toml"));
            if let (Some(name), Some(bytes)) = (name, assets.read(&path)?) {
                files.push((name.to_owned(), text(Path::new(&path), bytes.into_owned())?));
            }
        }
        Ok(files)
    }
}

fn on_disk(folder: &Path) -> Result<Vec<(String, String)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
        if let (Some(name), true) = (name, path.extension().is_some_and(|end| end == "toml")) {
            let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
            files.push((name, text(&path, bytes)?));
        }
    }
    Ok(files)
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| Error::setup("a migration is no UTF-8").at(path.display().to_string()))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::setup("migrations cannot be read")
        .at(path.display().to_string())
        .hint("check its permissions")
        .because(error)
}
