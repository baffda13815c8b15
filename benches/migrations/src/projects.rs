//! The project, once in Carafe and once in Django.

mod carafe;
mod django;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use carafe::Carafe;
pub(crate) use django::Django;

/// A project that was written, and can be run.
pub(crate) trait Project {
    /// Whose it is.
    fn title(&self) -> &'static str;

    /// The folder of its migrations.
    fn migrations(&self) -> PathBuf;

    /// The words of the command that squashes all of them.
    fn squash_all(&self) -> Vec<String>;

    /// The program that runs commands on a database.
    fn program(&self, database: &Path) -> Result<Command, String>;
}

/// The words of a command that does the same in both.
pub(crate) fn run(
    project: &dyn Project,
    database: &Path,
    words: &[String],
) -> Result<String, String> {
    let mut program = project.program(database)?;
    let output = program
        .args(words)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("{} cannot be started: {error}", project.title()))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().chain(error.lines()).rev().take(10).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    Err(format!("{}: {}: {}\n{}", project.title(), words.join(" "), output.status, last.join("\n")))
}

/// An empty folder.
fn emptied(folder: PathBuf) -> Result<PathBuf, String> {
    let made = match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(&folder),
    };
    made.map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
