//! Which files there are, and whose they are.

use std::fs;
use std::path::{Path, PathBuf};

/// The files in these folders and below, sorted, each as its path below the root with `/`.
pub(super) fn files(root: &Path, folders: &[&str]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for folder in folders {
        if root.join(folder).is_dir() {
            walk(root, folder, &mut Vec::new(), &mut found)?;
        }
    }
    found.sort();
    Ok(found)
}

/// True for a crate of the user's own; false for one that Cargo fetched or that was vendored,
/// whose folder nobody edits and which may be gone when the program runs.
pub(super) fn is_worked_on(root: &Path) -> bool {
    // Cargo leaves the first mark on what it unpacked or checked out, the second when vendoring.
    !root.ancestors().any(|folder| folder.join(".cargo-ok").exists())
        && !root.join(".cargo-checksum.json").exists()
}

/// Collects the files of a folder; `above` has the real paths of the folders around it, since one
/// that links to any of them would never end.
fn walk(
    root: &Path,
    folder: &str,
    above: &mut Vec<PathBuf>,
    to: &mut Vec<String>,
) -> Result<(), String> {
    let unreadable = |error| format!("`{folder}/` cannot be read: {error}");
    let real = root.join(folder).canonicalize().map_err(unreadable)?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    for entry in fs::read_dir(root.join(folder)).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let Some(name) = name.to_str() else {
            return Err(format!(
                "`{folder}/{}` has a name that is not UTF-8, which no URL can write: rename it",
                name.to_string_lossy()
            ));
        };
        if name.starts_with('.') && name != ".well-known" {
            continue;
        }
        let path = format!("{folder}/{name}");
        match fs::metadata(root.join(&path)) {
            Ok(metadata) if metadata.is_dir() => walk(root, &path, above, to)?,
            Ok(metadata) if metadata.is_file() => to.push(path),
            // Pipes and the like are no assets, and neither is what a broken link leads to.
            _ => {}
        }
    }
    above.pop();
    Ok(())
}
