//! Where to listen: what the command line says, else what the program's own settings would.
//!
//! The program cannot be asked before it is built, and the port is to be open from the start.

use std::net::{TcpListener, ToSocketAddrs};

use super::options::Dev;
use crate::failure::{Failure, Result};

/// Opens the port, which stays open until the end.
pub(super) fn bind(options: &Dev) -> Result<TcpListener> {
    let settings = Settings::read();
    let host = options.host.clone().or_else(|| settings.find("host"));
    let host = host.unwrap_or_else(|| "127.0.0.1".to_owned());
    let port = match (options.port, settings.find("port")) {
        (Some(port), _) => port,
        (None, None) => 8000,
        (None, Some(text)) => text.parse().map_err(|_| {
            Failure::new(format!("the settings name the port `{text}`, which is none"))
                .hint("a port is a number from 0 to 65535")
        })?,
    };
    // `localhost` is two addresses on most machines; one of them is enough, the older first.
    let mut addresses: Vec<_> = (host.as_str(), port)
        .to_socket_addrs()
        .map_err(|error| Failure::new(format!("there is no host `{host}`: {error}")))?
        .collect();
    addresses.sort_by_key(std::net::SocketAddr::is_ipv6);
    let address = addresses
        .first()
        .ok_or_else(|| Failure::new(format!("the host `{host}` has no address")))?;
    TcpListener::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            Failure::new(format!("another program listens at {address}")).hint(format!(
                "stop it, or take another port: `carafe dev --port {}`",
                port.checked_add(1).unwrap_or(8000)
            ))
        }
        _ => Failure::new(format!("cannot listen at {address}: {error}")),
    })
}

/// `[server]` of carafe.toml and the variables over it, as Carafe's settings read them. A file that
/// is wrong is left for the program to complain about.
struct Settings {
    tables: Vec<toml::Table>,
}

impl Settings {
    fn read() -> Self {
        let file = std::fs::read_to_string("carafe.toml").unwrap_or_default();
        let file: toml::Table = file.parse().unwrap_or_default();
        let environment = variable("CARAFE_ENV").unwrap_or_else(|| "development".to_owned());
        let special = file.get("env").and_then(|env| env.get(environment)?.get("server"));
        let tables = [special, file.get("server")];
        Self {
            tables: tables.into_iter().flatten().filter_map(|t| t.as_table().cloned()).collect(),
        }
    }

    fn find(&self, key: &str) -> Option<String> {
        let upper = key.to_uppercase();
        let known = (key == "port").then(|| variable("PORT")).flatten();
        variable(&format!("CARAFE_SERVER__{upper}")).or(known).or_else(|| {
            self.tables.iter().find_map(|table| table.get(key)).map(|value| match value {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            })
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the settings of Carafe are in a crate we can't use")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}
