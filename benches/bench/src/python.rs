//! Packages of Python, in a virtual environment within the target folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::target;

/// The newest one makes the environment: Django wants 3.12, and `python3` may be an older one.
const PYTHONS: [&str; 4] = ["python3.14", "python3.13", "python3.12", "python3"];

/// A virtual environment.
#[derive(Debug)]
pub struct Python {
    /// Its folder within the target folder.
    pub folder: &'static str,
    /// The file with what has to be in it.
    pub requirements: &'static str,
}

impl Python {
    /// Makes the environment, once; the error says what is missing.
    pub fn ready(&self) -> Result<(), String> {
        let venv = target()?.join(self.folder);
        let wanted = fs::read_to_string(self.requirements)
            .map_err(|error| format!("{}: {error}", self.requirements))?;
        let installed = venv.join("installed.txt");
        if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        let mut make = Command::new(newest());
        run(make.args(["-m", "venv", "--clear"]).arg(&venv), "python3 with its module venv")?;
        let mut install = Command::new(venv.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        let names = wanted.lines().collect::<Vec<_>>().join(", ");
        run(install.arg(self.requirements), &format!("{names} from PyPI"))?;
        fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))
    }

    /// A program of it.
    pub fn program(&self, name: &str) -> Result<PathBuf, String> {
        Ok(target()?.join(self.folder).join("bin").join(name))
    }
}

fn newest() -> &'static str {
    let answers = |python: &&&str| {
        let asked = Command::new(python).arg("--version").output();
        asked.is_ok_and(|output| output.status.success())
    };
    PYTHONS.iter().find(answers).copied().unwrap_or("python3")
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what} is missing: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{what} is missing: {}", said.lines().last().unwrap_or("it said nothing")))
}
