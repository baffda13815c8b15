//! What stands in a new project.

use std::path::{Path, PathBuf};

pub(super) struct Project {
    pub(super) name: String,
    /// The folder of the crate `carafe`, if it is not the released one.
    pub(super) checkout: Option<PathBuf>,
    /// False inside a workspace, which has the profiles of all its members.
    pub(super) alone: bool,
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
        let dependency = match &self.checkout {
            None => toml::Value::from("0.1"),
            Some(path) => {
                let path = path.to_string_lossy().into_owned();
                toml::Table::from_iter([("path".to_owned(), path.into())]).into()
            }
        };
        let profiles = if self.alone { PROFILES } else { "" };
        format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ncarafe = {dependency}\n{profiles}",
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
