//! Where the server is: `mariadb://user:password@host:3306/name?ssl-mode=verify_identity`.

use carafe_core::{Error, Kind, Result};
use mysql_async::{Opts, OptsBuilder};

use crate::settings::DatabaseSettings;

/// Where Debian, Fedora and Arch have the server's socket.
const SOCKET: &str = "/run/mysqld/mysqld.sock";

/// How a connection is made secret, in the words of the servers' own clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// `disabled`.
    Open,
    /// `preferred`, which is the default: where the server can. It does not ask who the server is.
    Preferred,
    /// `required`: or not at all. It does not ask who the server is either.
    Unchecked,
    /// `verify_ca` and `verify_identity`: the server proves its name, by the system's authorities or
    /// by those in the file of `ssl-ca`.
    Checked(Option<String>),
}

/// What a URL says.
pub(super) struct Url {
    pub(super) opts: OptsBuilder,
    pub(super) secrecy: Secrecy,
    /// Whether the server is said to be MariaDB.
    pub(super) is_mariadb: bool,
    /// Where the server is and what it is asked for, for people; nothing of it is secret.
    pub(super) place: String,
}

impl Url {
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self> {
        let (scheme, rest) = settings.url.expose().split_once(':').unwrap_or_default();
        let (address, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut mode, mut authorities, mut socket) = (None, None, None);
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            match name {
                "ssl-mode" => mode = Some(value.to_ascii_lowercase()),
                "ssl-ca" => authorities = Some(path(value)),
                "socket" => socket = Some(path(value)),
                // A name that is not known may be half of a password.
                _ => {
                    return Err(wrong("the URL has an option that is not known")
                        .hint("it knows `ssl-mode`, `ssl-ca` and `socket`"));
                }
            }
        }
        let secrecy = match mode.as_deref() {
            Some("disabled") => Secrecy::Open,
            None | Some("preferred") => Secrecy::Preferred,
            Some("required") => Secrecy::Unchecked,
            Some("verify_ca" | "verify_identity") => Secrecy::Checked(authorities),
            Some(_) => {
                return Err(wrong("`ssl-mode` of the URL is none that is known")
                    .hint("`disabled`, `preferred`, `required` or `verify_identity`"));
            }
        };
        let address = address.strip_prefix("//").ok_or_else(unreadable)?;
        let (authority, name) = address.split_once('/').unwrap_or((address, ""));
        if authority.is_empty() || authority.ends_with('@') {
            socket = socket.or_else(|| Some(SOCKET.to_owned()));
        }
        let host = if authority.is_empty() || authority.ends_with('@') { "localhost" } else { "" };
        // What the reader of the URL says about a mistake may hold a part of it, and so the password.
        let opts = Opts::from_url(&format!("mysql://{authority}{host}/{name}"))
            .map_err(|_| unreadable())?;
        let place = place(&opts, socket.as_deref());
        let secrecy = if socket.is_some() { Secrecy::Open } else { secrecy };
        let opts = OptsBuilder::from_opts(opts).socket(socket).prefer_socket(false);
        Ok(Self { opts, secrecy, is_mariadb: scheme == "mariadb", place })
    }
}

fn path(value: &str) -> String {
    value.replace("%2F", "/").replace("%2f", "/")
}

fn place(opts: &Opts, socket: Option<&str>) -> String {
    let user = opts.user().unwrap_or("(none)");
    let name = opts.db_name().unwrap_or("(none)");
    if let Some(socket) = socket {
        format!("database `{name}` of user `{user}` at {socket}")
    } else {
        let (host, port) = (opts.ip_or_hostname(), opts.tcp_port());
        format!("database `{name}` of user `{user}` at {host}, port {port}")
    }
}

fn unreadable() -> Error {
    wrong("the URL of the database cannot be read").hint(
        "write `mariadb://user:password@host:3306/name`; in the password, `%40` is `@`, `%2F` is `/`",
    )
}

pub(super) fn wrong(message: &'static str) -> Error {
    Error::new(Kind::Settings, message).at("database.url")
}
