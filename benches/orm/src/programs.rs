//! The programs of the clients: built, or installed, before anything is measured.

use std::process::Command;

use bench::Python;

use crate::clients::{Client, Program};
use crate::database::Database;
use crate::options::Options;

const DJANGO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/django");

const PYTHON: Python = Python {
    folder: "django-venv",
    requirements: concat!(env!("CARGO_MANIFEST_DIR"), "/django/requirements.txt"),
};

/// Builds what was asked for; Django is left out, with a line that says why, where it cannot be had.
pub(crate) fn ready(options: &Options) -> Result<Vec<&'static Client>, String> {
    let mut clients: Vec<&Client> = options
        .clients()
        .filter(|client| options.databases.iter().any(|one| client.databases.contains(one)))
        .collect();
    let mut built = Vec::new();
    for client in &clients {
        if let Program::Rust(package, name, _) = client.program
            && !built.contains(&name)
        {
            // Toasty's is a package of its own.
            let features: &[&str] = if package.name == "orm-toasty" { &[] } else { &[name] };
            bench::build(*package, features, &format!("orm-{name}"))?;
            built.push(name);
        }
    }
    if clients.iter().any(|client| client.program == Program::Django)
        && let Err(why) = PYTHON.ready()
    {
        eprintln!("skipped: Django ({why})");
        clients.retain(|client| client.program != Program::Django);
    }
    Ok(clients)
}

/// The command that runs a client on its core.
pub(crate) fn command(
    client: &Client,
    database: Database,
    url: &str,
    core: usize,
) -> Result<Command, String> {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]);
    match client.program {
        Program::Rust(_, name, arguments) => {
            command.arg(bench::target()?.join("release").join(format!("orm-{name}")));
            command.arg(url).args(arguments);
        }
        Program::Django => {
            command.arg(PYTHON.program("python")?).arg(format!("{DJANGO}/client.py"));
            command.args([database.name(), url]);
        }
    }
    Ok(command)
}
