//! Which files are the user's own, and where they lie.

use std::path::{Component, Path, PathBuf};

use crate::scope::Scope;

/// The folders of the user's program.
pub(super) struct Project {
    /// Where relative paths of the compiler may start, nearest first.
    starts: Vec<PathBuf>,
    /// The outermost folders with a `Cargo.toml`: packages and workspaces.
    homes: Vec<PathBuf>,
}

impl Project {
    /// From the working folder, and from the folders of the crates that listed the routes.
    pub(super) fn of(scope: &Scope) -> Self {
        let mut places: Vec<PathBuf> = std::env::current_dir().into_iter().collect();
        for rule in scope.table().rules() {
            let Some(origin) = rule.route().origin() else { continue };
            if !places.iter().any(|place| place == Path::new(origin.dir)) {
                places.push(origin.dir.into());
            }
        }
        let mut project = Self { starts: Vec::new(), homes: Vec::new() };
        for place in places.iter().filter(|place| !is_foreign(place)) {
            for folder in place.ancestors() {
                if !project.starts.iter().any(|start| start == folder) {
                    project.starts.push(folder.to_owned());
                }
            }
            let home = place.ancestors().filter(|dir| dir.join("Cargo.toml").is_file()).last();
            project.homes.extend(home.map(Path::to_owned));
        }
        project
    }

    /// The file as it lies on this machine, where it does.
    pub(super) fn find(&self, file: &str) -> Option<PathBuf> {
        let path = Path::new(file);
        if path.is_absolute() {
            return path.is_file().then(|| path.to_owned());
        }
        let path = path.strip_prefix(".").unwrap_or(path);
        self.starts.iter().map(|start| start.join(path)).find(|path| path.is_file())
    }

    /// Whether the file belongs to the user, and to neither a library nor this framework.
    pub(super) fn owns(&self, file: &str) -> bool {
        match self.find(file) {
            // A program that runs elsewhere than it was built: only its own paths are relative.
            None => {
                let path = Path::new(file);
                path.is_relative()
                    && path.extension().is_some_and(|kind| kind == "rs")
                    && !is_foreign(path)
            }
            Some(path) => {
                self.homes.iter().any(|home| path.starts_with(home))
                    && !is_foreign(&path)
                    && !is_framework(&path)
            }
        }
    }

    /// The path as the user would write it.
    pub(super) fn short(&self, file: &str) -> String {
        let path = Path::new(file);
        let below = self.homes.iter().find_map(|home| path.strip_prefix(home).ok());
        let text = below.unwrap_or(path).display().to_string();
        text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
    }
}

/// Below a folder where cargo and rustc keep the code of others.
fn is_foreign(path: &Path) -> bool {
    let named = |name: &str| path.components().any(|part| part == Component::Normal(name.as_ref()));
    ["rustc", "rustlib", ".cargo", ".rustup", "vendor", "target"].into_iter().any(named)
        || (named("registry") && named("src"))
        || (named("git") && named("checkouts"))
}

/// In the sources of this framework, wherever it was built from.
fn is_framework(path: &Path) -> bool {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let below = crates.and_then(|crates| path.strip_prefix(crates).ok());
    let mut parts = below.into_iter().flat_map(Path::components);
    let is_ours = parts.next().is_some_and(|part| {
        part.as_os_str().to_str().is_some_and(|name| name.starts_with("carafe"))
    });
    is_ours && parts.next() == Some(Component::Normal("src".as_ref()))
}
