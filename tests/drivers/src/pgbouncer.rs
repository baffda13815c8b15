//! `PgBouncer` before a PostgreSQL that the suite has started, from Debian's package `pgbouncer`.

use std::fs;
use std::process::Command;

use crate::process::program;
use crate::{Place, ServerProcess, postgres};

/// How many connections it has to the server; whoever connects to it has one of them for a transaction.
pub const CONNECTIONS: usize = 2;

/// Starts one before that server.
pub fn before(server: &Place) -> Result<ServerProcess, String> {
    if find().is_none() {
        return Err("there is no `pgbouncer`: install the package `pgbouncer`".to_owned());
    }
    let behind = format!("host={} port={} user=carafe", server.folder.display(), server.port);
    let set_up = move |place: &Place| {
        let lines = [
            "[databases]".to_owned(),
            format!("* = {behind}"),
            "[pgbouncer]".to_owned(),
            "listen_addr = 127.0.0.1".to_owned(),
            format!("listen_port = {}", place.port),
            format!("unix_socket_dir = {}", place.folder.display()),
            "auth_type = any".to_owned(),
            "pool_mode = transaction".to_owned(),
            format!("default_pool_size = {CONNECTIONS}"),
            // So each of them is used.
            "server_round_robin = 1".to_owned(),
        ];
        fs::write(place.folder.join("pgbouncer.ini"), lines.join("\n"))
            .map_err(|error| error.to_string())
    };
    ServerProcess::new(set_up, command, postgres::answers, "TERM")
}

fn command(place: &Place) -> Command {
    let mut command = Command::new(find().unwrap_or_default());
    command.arg(place.folder.join("pgbouncer.ini"));
    command
}

fn find() -> Option<std::path::PathBuf> {
    program("pgbouncer", &["/usr/sbin"])
}
