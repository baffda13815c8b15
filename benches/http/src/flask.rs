//! Flask and gunicorn, in a virtual environment within the target folder.

use std::path::PathBuf;
use std::process::Command;

use crate::servers::SITE;
use crate::target;

/// The folder of `app.py`.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/servers/flask");

/// Makes the environment, once; the error says what is missing.
pub(crate) fn ready() -> Result<(), String> {
    let venv = venv()?;
    let wanted = std::fs::read_to_string(format!("{SITE}/flask/requirements.txt"))
        .map_err(|error| format!("requirements.txt: {error}"))?;
    let installed = venv.join("installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut make = Command::new("python3");
    run(make.args(["-m", "venv", "--clear"]).arg(&venv), "python3 with its module venv")?;
    let mut install = Command::new(venv.join("bin/pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(install.arg(format!("{SITE}/flask/requirements.txt")), "Flask and gunicorn from PyPI")?;
    std::fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))
}

pub(crate) fn gunicorn() -> Result<PathBuf, String> {
    Ok(venv()?.join("bin/gunicorn"))
}

fn venv() -> Result<PathBuf, String> {
    Ok(target::folder()?.join("flask-venv"))
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what} is missing: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{what} is missing: {}", said.lines().last().unwrap_or("it said nothing")))
}
