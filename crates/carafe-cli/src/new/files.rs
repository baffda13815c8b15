//! What stands in a new project.

use std::path::{Path, PathBuf};

pub(super) struct Project {
    pub(super) name: String,
    /// The folder of the crate `carafe`, if it is not the released one.
    pub(super) checkout: Option<PathBuf>,
    pub(super) features: Vec<String>,
    pub(super) place: Place,
}

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Alone,
    /// In a workspace, which has the profiles of all its members.
    InWorkspace,
    /// In a checkout of Carafe, which it is no part of: it is a workspace of its own.
    InCheckout,
}

impl Project {
    pub(super) fn files(&self) -> [(&'static Path, String); 3] {
        [
            (Path::new("Cargo.toml"), self.manifest()),
            (Path::new("src/main.rs"), PROGRAM.replace("NAME", &self.name)),
            (Path::new(".gitignore"), IGNORED.to_owned()),
        ]
    }

    fn manifest(&self) -> String {
        let mut dependency = toml::Table::new();
        match &self.checkout {
            None => dependency.insert("version".to_owned(), "0.1".into()),
            Some(path) => {
                dependency.insert("path".to_owned(), path.to_string_lossy().into_owned().into())
            }
        };
        if !self.features.is_empty() {
            dependency.insert("features".to_owned(), self.features.clone().into());
        }
        let dependency = match dependency.get("version") {
            Some(version) if dependency.len() == 1 => version.clone(),
            _ => dependency.into(),
        };
        let (profiles, workspace) = match self.place {
            Place::Alone => (PROFILES, ""),
            Place::InWorkspace => ("", ""),
            Place::InCheckout => (PROFILES, "\n[workspace]\n"),
        };
        format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ncarafe = {dependency}\n{profiles}{workspace}",
            self.name
        )
    }
}

const PROGRAM: &str = r#"use carafe::prelude::*;

#[get("/")]
async fn hello() -> &'static str { "Hello, World!" }

fn main() { App::new("NAME").routes(routes![hello]).run() }
"#;

/// What the program makes beside itself: its secret key of development, its database.
const IGNORED: &str = "/target\n/.carafe\n.env\n*.sqlite3\n*.sqlite3-*\n";

const PROFILES: &str = r#"
[profile.dev]
debug = "line-tables-only"

[profile.release]
lto = "thin"
strip = "symbols"
"#;
