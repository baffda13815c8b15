//! How a connection is made.

use std::io;
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, IoError, Opts, ServerError};

use super::client::Client;
use super::refusal::refused;
#[cfg(feature = "tls")]
use super::tls::secured;
use super::url::{Secrecy, Url};
#[cfg(not(feature = "tls"))]
use super::without_tls::secured;
use crate::settings::DatabaseSettings;

/// What holds in every session: text is Unicode, moments are UTC, and what does not fit a column is
/// an error and not another value. What is put together is not cut off early. 0 is a key like any other, as elsewhere.
/// Who reads rows as they come may be busy with one for long.
const SESSION: &str = "SET NAMES utf8mb4, time_zone = '+00:00', autocommit = 1, net_write_timeout = 86400, group_concat_max_len = 67108864, sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'";

/// What other databases do, and Django asks of this one: a statement sees what is committed.
const ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// How much longer than the server this side waits for a statement: the server ends it, unless it is
/// gone and nobody has told.
const GRACE: Duration = Duration::from_secs(2);

/// How often a connection that nothing comes through is looked at.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// How long a statement may take, as a session of the server knows it.
pub(super) struct Limit {
    pub(super) set: String,
    pub(super) lift: &'static str,
}

/// Makes connections, all alike.
pub(super) struct Connector {
    opts: Opts,
    /// The same without TLS, for servers that have none.
    open: Option<Opts>,
    place: String,
    /// How long it may take to reach the server.
    pub(super) limit: Duration,
    wait: Duration,
    statement: Option<Duration>,
    /// Whether prepared statements are kept.
    pub(super) keeps: bool,
    /// Whether the server is said to be MariaDB.
    pub(super) is_mariadb: bool,
}

impl Limit {
    fn new(longest: Duration, is_mariadb: bool) -> Self {
        if is_mariadb {
            let set = format!("SET max_statement_time = {}", longest.as_secs_f64());
            return Self { set, lift: "SET max_statement_time = 0" };
        }
        // It knows a limit for queries alone; the others are ended from this side.
        let set = format!("SET max_execution_time = {}", longest.as_millis());
        Self { set, lift: "SET max_execution_time = 0" }
    }
}

impl Connector {
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self> {
        let url = Url::new(settings)?;
        // Statements are kept by the client, which knows more of each.
        let opts = url.opts.stmt_cache_size(0).client_found_rows(true);
        let opts = opts.tcp_keepalive(Some(KEEPALIVE)).tcp_nodelay(true);
        let open = (url.secrecy == Secrecy::Preferred).then(|| opts.clone().into());
        Ok(Self {
            opts: secured(opts, &url.secrecy)?.into(),
            open,
            place: url.place,
            limit: settings.connect,
            wait: settings.wait,
            statement: Some(settings.statement).filter(|longest| !longest.is_zero()),
            keeps: settings.prepare,
            is_mariadb: url.is_mariadb,
        })
    }

    /// How long this side waits for a statement.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.statement.map(|longest| longest + GRACE)
    }

    /// Makes a connection.
    pub(super) async fn connect(&self) -> Result<Client> {
        self.in_time(async {
            let mut conn = self.reach().await?;
            let version: Option<String> =
                conn.query_first("select version()").await.map_err(refused)?;
            let is_mariadb = version.is_some_and(|version| version.contains("MariaDB"));
            if self.is_mariadb && !is_mariadb {
                return Err(Error::new(Kind::Settings, "the server is MySQL, and not MariaDB")
                    .at(self.place.clone())
                    .hint("write `mysql:` for `mariadb:` in `database.url`"));
            }
            let limit = Limit::new(self.statement.unwrap_or_default(), is_mariadb);
            for sql in [SESSION, ISOLATION, &self.limits(is_mariadb), &limit.set] {
                conn.query_drop(sql).await.map_err(refused)?;
            }
            Ok(Client::new(conn, self.keeps, limit))
        })
        .await
    }

    /// Asks the server to break off what a connection runs.
    pub(super) async fn kill(&self, id: u32) -> Result<()> {
        self.in_time(async {
            let mut conn = self.reach().await?;
            conn.query_drop(format!("KILL QUERY {id}")).await.map_err(refused)?;
            conn.disconnect().await.map_err(refused)
        })
        .await
    }

    async fn reach(&self) -> Result<Conn> {
        match (Conn::new(self.opts.clone()).await, &self.open) {
            (
                Err(mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer)),
                Some(open),
            ) => Conn::new(open.clone()).await.map_err(|error| self.refused(error)),
            (reached, _) => reached.map_err(|error| self.refused(error)),
        }
    }

    /// How long a statement waits for locks. Its own limit is one for recursions too: MariaDB would cut them
    /// off after a thousand rounds, without an error.
    fn limits(&self, is_mariadb: bool) -> String {
        let wait = self.wait.as_secs().max(1);
        let rounds =
            if is_mariadb { "max_recursive_iterations" } else { "cte_max_recursion_depth" };
        format!(
            "SET {rounds} = 4294967295, innodb_lock_wait_timeout = {wait}, lock_wait_timeout = {wait}"
        )
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let done = tokio::time::timeout(self.limit, work).await;
        done.unwrap_or_else(|_| {
            Err(Error::new(
                Kind::Unavailable,
                format!("the database server did not answer within {:?}", self.limit),
            )
            .at(self.place.clone())
            .hint("is that its address, and does a firewall let it through?"))
        })
    }

    fn refused(&self, error: mysql_async::Error) -> Error {
        match error {
            mysql_async::Error::Server(said) => self.said_no(said),
            mysql_async::Error::Io(IoError::Io(io)) => {
                let hint = match io.kind() {
                    io::ErrorKind::ConnectionRefused => {
                        "is the server started, and is that its port?"
                    }
                    io::ErrorKind::NotFound => {
                        "is the server started, and is that its socket? `?socket=/path` names another"
                    }
                    _ => "is that its address?",
                };
                Error::new(
                    Kind::Unavailable,
                    format!("the database server cannot be reached: {io}"),
                )
                .at(self.place.clone())
                .hint(hint)
            }
            // A certificate that does not fit, a server without TLS, an unknown way to log in.
            other => Error::new(Kind::Settings, other.to_string())
                .at(self.place.clone())
                .hint("look at the password and at `ssl-mode` in `database.url`"),
        }
    }

    fn said_no(&self, said: ServerError) -> Error {
        let hint = match said.code {
            // The password, or the user: the server does not tell which.
            1045 | 1698 => {
                let message =
                    "the server does not take the user and the password of `database.url`";
                return Error::new(Kind::Settings, message).at(self.place.clone()).hint(
                    "correct them, or make them: `create user NAME identified by '…'`, and let it in from here",
                );
            }
            1044 => "let the user use it: `grant all on NAME.* to USER`",
            1049 => "make it: `create database NAME character set utf8mb4`",
            1130 => "let the user in from here: `create user NAME@HOST identified by '…'`",
            _ => return refused(mysql_async::Error::Server(said)).at(self.place.clone()),
        };
        Error::new(Kind::Settings, said.message).at(self.place.clone()).hint(hint)
    }
}
