//! A server of PostgreSQL, from Debian's package, in a temporary folder.

use std::path::PathBuf;
use std::process::Command;

use driver_tests::{Place, ServerProcess, complete, program};

/// Starts it on the core of this program. Nobody but who is on this machine can reach it, and it
/// asks them for no password.
pub(crate) fn start() -> Result<ServerProcess, String> {
    let initdb = tool("initdb")?;
    let set_up = move |place: &Place| {
        let mut command = Command::new(&initdb);
        command.arg("-D").arg(place.folder.join("data")).args(["-U", "carafe", "-E", "UTF8"]);
        command.args(["--no-locale", "--no-sync", "--auth", "trust"]);
        complete(&command, place.folder)
    };
    ServerProcess::new(set_up, command, answers, "INT")
}

/// By TCP, as in most installations.
pub(crate) fn url(place: &Place, database: &str) -> String {
    format!("postgres://carafe@127.0.0.1:{}/{database}", place.port)
}

/// Vacuuming by itself it would be slower now and then.
fn command(place: &Place) -> Command {
    let mut command = Command::new(tool("postgres").unwrap_or_default());
    command.arg("-D").arg(place.folder.join("data")).arg("-k").arg(place.folder);
    command.args(["-p", &place.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    command.args(["-c", "fsync=off", "-c", "max_connections=300", "-c", "autovacuum=off"]);
    command
}

fn answers(place: &Place) -> bool {
    let Ok(psql) = tool("psql") else { return false };
    let mut command = Command::new(psql);
    command.arg("-h").arg(place.folder).args(["-p", &place.port.to_string()]);
    command.args(["-U", "carafe", "-d", "postgres", "-c", "select 1"]);
    complete(&command, place.folder).is_ok()
}

fn tool(name: &str) -> Result<PathBuf, String> {
    let found = program(name, &["/usr/lib/postgresql/*/bin"]);
    found.ok_or(format!("there is no `{name}`: `apt-get install postgresql`"))
}
