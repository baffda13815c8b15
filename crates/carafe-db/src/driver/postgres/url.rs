//! Where the server is: `postgres://user:password@host:5432/name?sslmode=require`.

use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use crate::settings::DatabaseSettings;

/// Where Debian, Fedora and Arch have the server's socket.
const SOCKETS: &str = "/var/run/postgresql";

/// How a connection is made secret, in libpq's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// `disable`.
    Open,
    /// `prefer`, which is the default: where the server can. `require`: or not at all. Neither asks
    /// who the server is.
    Unchecked,
    /// `verify-full`, and `verify-ca`: the server proves its name, by the system's authorities or by
    /// those in the file of `sslrootcert`.
    Checked(Option<String>),
}

/// What a URL says.
pub(super) struct Url {
    pub(super) config: Config,
    pub(super) secrecy: Secrecy,
    /// Where the server is and what it is asked for, for people; nothing of it is secret.
    pub(super) place: String,
}

impl Url {
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self> {
        let (address, mut options) = Options::split(settings.url.expose());
        let mode = options.take("sslmode");
        let roots = options.take("sslrootcert");
        let (secrecy, ssl) = match mode.as_deref() {
            Some("disable") => (Secrecy::Open, SslMode::Disable),
            None | Some("allow" | "prefer") => (Secrecy::Unchecked, SslMode::Prefer),
            Some("require") => (Secrecy::Unchecked, SslMode::Require),
            Some("verify-ca" | "verify-full") => (Secrecy::Checked(roots), SslMode::Require),
            Some(_) => {
                return Err(wrong("`sslmode` of the URL is none that is known")
                    .hint("`disable`, `prefer`, `require` or `verify-full`"));
            }
        };
        // What the reader of the URL says about a mistake may hold a part of it, and so the password.
        let mut config: Config = options.join(address).parse().map_err(|_| {
            wrong("the URL of the database cannot be read")
                .hint("write `postgres://user:password@host:5432/name`; in the password, `%40` is `@`, `%2F` is `/`")
        })?;
        config.ssl_mode(ssl);
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host_path(SOCKETS);
        }
        if config.get_application_name().is_none() {
            config.application_name("carafe");
        }
        if settings.prepare {
            set_up(&mut config, settings.statement);
        }
        let place = place(&config);
        Ok(Self { config, secrecy, place })
    }
}

/// What holds in every session from its start; a server that lends its connections to others cannot
/// keep it, and refuses.
fn set_up(config: &mut Config, statement: Duration) {
    let given = config.get_options().unwrap_or_default();
    let options = format!("-c TimeZone=UTC -c statement_timeout={} {given}", statement.as_millis());
    config.options(options);
}

fn place(config: &Config) -> String {
    use tokio_postgres::config::Host;
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts: Vec<String> = hosts.collect();
    let ports: Vec<String> = config.get_ports().iter().map(u16::to_string).collect();
    let port = if ports.is_empty() { "5432".to_owned() } else { ports.join(",") };
    let user = config.get_user().unwrap_or("(the system's user)");
    let name = config.get_dbname().unwrap_or(user);
    format!("database `{name}` of user `{user}` at {}, port {port}", hosts.join(","))
}

pub(super) fn wrong(message: &'static str) -> Error {
    Error::new(Kind::Settings, message).at("database.url")
}

/// The options of a URL, behind its `?`.
struct Options<'u>(Vec<&'u str>);

impl<'u> Options<'u> {
    fn split(url: &'u str) -> (&'u str, Self) {
        let (address, options) = url.split_once('?').unwrap_or((url, ""));
        (address, Self(options.split('&').filter(|option| !option.is_empty()).collect()))
    }

    /// Takes an option out, which tokio-postgres does not know or knows less of.
    fn take(&mut self, name: &str) -> Option<String> {
        let value = |option: &&str| {
            option.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).map(str::to_owned)
        };
        let found = self.0.iter().find_map(value);
        self.0.retain(|option| value(option).is_none());
        found.map(|value| value.replace("%2F", "/"))
    }

    fn join(&self, address: &str) -> String {
        match &self.0[..] {
            [] => address.to_owned(),
            options => format!("{address}?{}", options.join("&")),
        }
    }
}
