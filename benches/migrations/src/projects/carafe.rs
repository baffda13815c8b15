//! The project in Carafe.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bench::target;

use super::{Project, emptied, write};
use crate::changes::{Change, Kind, changes, copied, count};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const MANIFEST: &str = include_str!("../../projects/carafe/Cargo.toml");
const PROGRAM: &str = include_str!("../../projects/carafe/main.rs");
const MODEL: &str = include_str!("../../projects/carafe/model.rs");

/// The project, built in release.
#[derive(Debug)]
pub(crate) struct Carafe {
    program: PathBuf,
    migrations: PathBuf,
    models: usize,
}

impl Carafe {
    pub(crate) fn ready(models: usize) -> Result<Self, String> {
        let root = target()?.join("migrations");
        let folder = emptied(root.join("carafe"))?;
        let (source, files) = (emptied(folder.join("src"))?, emptied(folder.join("migrations"))?);
        write(&folder.join("Cargo.toml"), &MANIFEST.replace("ROOT", ROOT))?;
        let lock = Path::new(ROOT).join("Cargo.lock");
        fs::copy(&lock, folder.join("Cargo.lock"))
            .map_err(|error| format!("{}: {error}", lock.display()))?;
        write(&source.join("main.rs"), &program(models))?;
        for model in 0..models {
            let mut text = copied(MODEL, model);
            if model == 0 {
                // It leads to itself.
                text = text.replace("use crate::m000::M000;\n\n", "");
            }
            write(&source.join(format!("m{model:03}.rs")), &text)?;
        }
        let mut after = String::new();
        for (place, change) in changes(models).enumerate() {
            let name = change.name(place);
            let text = format!("after = [{after}]\n\n[[operations]]\n{}", operation(change));
            write(&files.join(format!("{name}.toml")), &text)?;
            after = format!("\"{name}\"");
        }
        let built = root.join("carafe-target");
        build(&folder, &built)?;
        Ok(Self { program: built.join("release/long-history"), migrations: files, models })
    }
}

impl Project for Carafe {
    fn title(&self) -> &'static str {
        "Carafe"
    }

    fn migrations(&self) -> PathBuf {
        self.migrations.clone()
    }

    fn squash_all(&self) -> Vec<String> {
        let last = format!("{:04}", count(self.models));
        ["squashmigrations", "long-history", &last].map(str::to_owned).to_vec()
    }

    fn program(&self, database: &Path) -> Result<Command, String> {
        let mut command = Command::new(&self.program);
        command.env("CARAFE_DATABASE__URL", format!("sqlite:{}", database.display()));
        Ok(command)
    }
}

fn build(folder: &Path, target: &Path) -> Result<(), String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release"])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(folder)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err("the project could not be built".to_owned()) }
}

/// The program, whose lines that end in `// each` stand once for each model.
fn program(models: usize) -> String {
    let mut program = String::new();
    for line in PROGRAM.lines() {
        match line.strip_suffix(" // each") {
            None => program.extend([line, "\n"]),
            Some(line) => {
                (0..models).for_each(|model| program.extend([&*copied(line, model), "\n"]));
            }
        }
    }
    program
}

fn operation(change: Change) -> String {
    let table = format!("m{:03}", change.model);
    match change.kind {
        Kind::Create => format!(
            r#"op = "create_table"
table = "{table}"
model = "M{:03}"
fields = [
  {{ name = "id", kind = "big_integer", primary_key = true, counted = true }},
  {{ name = "name", kind = "text", max_length = 50 }},
  {{ name = "previous", references = "m{:03}", null = true, indexed = true }},
]
"#,
            change.model,
            change.previous()
        ),
        Kind::Add => format!(
            r#"op = "add_field"
table = "{table}"
field = {{ name = "n", kind = "big_integer" }}
fill = "0"
"#
        ),
        Kind::Lengthen => format!(
            r#"op = "alter_field"
table = "{table}"
from = {{ name = "name", kind = "text", max_length = 50 }}
to = {{ name = "name", kind = "text", max_length = 100 }}
"#
        ),
        Kind::Rename => {
            format!("op = \"rename_field\"\ntable = \"{table}\"\nfrom = \"n\"\nto = \"r\"\n")
        }
        Kind::Index => {
            format!("op = \"add_index\"\ntable = \"{table}\"\nindex = {{ parts = [\"r\"] }}\n")
        }
    }
}
