//! Watches the folders that matter.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::change::Rules;
use super::event::Event;
use crate::failure::{Failure, Result};

pub(super) struct Watch(RecommendedWatcher);

impl Watch {
    /// Sends [`Event::Changed`] for each path that changes.
    pub(super) fn start(events: Sender<Event>) -> Result<Self> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            let of_interest = match event.kind {
                EventKind::Access(_) => false,
                EventKind::Modify(ModifyKind::Metadata(kind)) => {
                    kind != notify::event::MetadataKind::AccessTime
                }
                _ => true,
            };
            if of_interest {
                for path in event.paths {
                    let _ = events.send(Event::Changed(path));
                }
            }
        });
        watcher.map(Self).map_err(|error| failure(&error))
    }

    /// Watches all folders that the rules name. Those it watches already stay as they are.
    pub(super) fn cover(&mut self, rules: &Rules) -> Result<()> {
        let singles = rules.single.keys().chain(&rules.inputs).filter_map(|file| file.parent());
        for folder in singles.chain(rules.watch.iter().filter_map(|path| path.parent())) {
            if folder.is_dir() {
                self.0
                    .watch(folder, RecursiveMode::NonRecursive)
                    .map_err(|error| failure(&error))?;
            }
        }
        for root in rules.roots.iter().chain(&rules.watch) {
            self.enter(root, rules)?;
        }
        Ok(())
    }

    /// Watches a folder and those in it; the answer is the files it found.
    ///
    /// On Linux each folder costs a watch, and what cargo builds has thousands: there the folders
    /// are named one by one. Elsewhere the system watches a whole tree at the price of one.
    pub(super) fn enter(&mut self, folder: &Path, rules: &Rules) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        if !cfg!(target_os = "linux") {
            if rules.roots.iter().chain(&rules.watch).any(|root| root == folder) {
                self.0.watch(folder, RecursiveMode::Recursive).map_err(|error| failure(&error))?;
            }
            return Ok(files);
        }
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            if !rules.enters(&folder) {
                continue;
            }
            match self.0.watch(&folder, RecursiveMode::NonRecursive) {
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => continue,
                other => other.map_err(|error| failure(&error))?,
            }
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            for entry in entries {
                // A link to a folder is not followed: it may lead round in a circle.
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push(entry.path()),
                    Ok(_) => files.push(entry.path()),
                    Err(_) => {}
                }
            }
        }
        Ok(files)
    }
}

fn failure(error: &notify::Error) -> Failure {
    let failure = Failure::new(format!("the files cannot be watched: {error}"));
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => failure.hint(
            "the system allows no more: raise it with `sudo sysctl fs.inotify.max_user_watches=524288`",
        ),
        _ => failure,
    }
}
