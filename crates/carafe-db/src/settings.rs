//! Which database, and how.

mod migrate;

pub use migrate::{Lint, MigrateSettings};

use std::time::Duration;

use carafe_core::settings::Secret;
use carafe_macros::Settings;
use serde::Deserialize;

/// Which database, and how: the `[database]` section of the settings.
///
/// ```
/// use carafe_db::{DatabaseSettings, Db};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// let db = Db::from_settings(&DatabaseSettings::new("sqlite::memory:").connections(2))?;
/// db.execute("select 1", ()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Settings)]
#[serde(default = "nowhere", deny_unknown_fields)]
#[settings(section = "database")]
#[non_exhaustive]
pub struct DatabaseSettings {
    /// Where it is: `sqlite:app.sqlite3` is a file below the working directory, `sqlite::memory:` a
    /// database that ends with the program, `postgres://user@host/name` or `mariadb://user@host/name`
    /// one of a server. Secret, since it may have a password in it.
    #[setting(default = "sqlite:app.sqlite3")]
    pub url: Secret,
    /// How many connections there are at most; 0 lets the database choose. SQLite: those that read,
    /// one for each core, at least 4. PostgreSQL, MariaDB and MySQL: those that
    /// are lent, 10.
    #[setting(default = 0)]
    pub connections: usize,
    /// How long a statement waits for a free connection, or for another program's lock.
    #[setting(default = "10s")]
    pub wait: Duration,
    /// How long it may take to reach a server.
    #[setting(default = "5s")]
    pub connect: Duration,
    /// How long one statement may take on a server; 0 means as long as it likes.
    #[setting(default = "30s")]
    pub statement: Duration,
    /// How long a connection to a server is kept that nobody needs.
    #[setting(default = "10m")]
    pub idle: Duration,
    /// How long a connection to a server is used at all: a new one finds a server that has moved.
    #[setting(default = "30m")]
    pub life: Duration,
    /// Whether statements are prepared once a connection and kept. Off is for servers that lend a
    /// connection to others in between, such as `PgBouncer`.
    #[setting(default = true)]
    pub prepare: bool,
    /// Copies of the database that only read, by their URLs. What is known to read goes there; SQL by
    /// hand, transactions, and reads that follow a write in the same request do not.
    #[setting(default)]
    pub replicas: Vec<Secret>,
    /// How far the copies may be behind: for so long after a write, reads of the same request ask the
    /// database itself.
    #[setting(default = "5s")]
    pub lag: Duration,
    /// Statements that take longer are told in the log, by their text and line; 0 for none.
    #[setting(default = "0s")]
    pub slow: Duration,
    /// A statement that one request runs so often, with other values each time, is told in the log; 0
    /// for never. Without it 10 in development, and never elsewhere.
    pub repeats: Option<usize>,
    /// How migrations meet a database that others use at the same time.
    #[setting(nested)]
    pub migrate: MigrateSettings,
}

/// What a table that names no database begins with.
fn nowhere() -> DatabaseSettings {
    DatabaseSettings::new("")
}

impl DatabaseSettings {
    /// The database at a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url),
            connections: 0,
            wait: Duration::from_secs(10),
            connect: Duration::from_secs(5),
            statement: Duration::from_secs(30),
            idle: Duration::from_mins(10),
            life: Duration::from_mins(30),
            prepare: true,
            replicas: Vec::new(),
            lag: Duration::from_secs(5),
            slow: Duration::ZERO,
            repeats: None,
            migrate: MigrateSettings::default(),
        }
    }

    /// Uses at most so many connections.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Waits at most so long for a free connection, or for another program's lock.
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait = longest;
        self
    }

    /// Takes at most so long to reach a server.
    pub fn connect(mut self, longest: Duration) -> Self {
        self.connect = longest;
        self
    }

    /// Gives a statement on a server so much time; zero means as much as it likes.
    pub fn statement(mut self, longest: Duration) -> Self {
        self.statement = longest;
        self
    }

    /// Closes a connection to a server that nobody has needed for so long.
    pub fn idle(mut self, longest: Duration) -> Self {
        self.idle = longest;
        self
    }

    /// Closes a connection to a server after so long.
    pub fn life(mut self, longest: Duration) -> Self {
        self.life = longest;
        self
    }

    /// Keeps no prepared statements, as `PgBouncer` and its kind want it.
    pub fn unprepared(mut self) -> Self {
        self.prepare = false;
        self
    }

    /// Lets a copy of the database, which only reads, answer what is known to read.
    pub fn replica(mut self, url: impl Into<String>) -> Self {
        self.replicas.push(Secret::new(url));
        self
    }

    /// Says how far the copies may be behind.
    pub fn lag(mut self, longest: Duration) -> Self {
        self.lag = longest;
        self
    }

    /// Tells in the log of statements that take longer.
    pub fn slow(mut self, from: Duration) -> Self {
        self.slow = from;
        self
    }

    /// Tells in the log of a statement that one request runs so often, with other values each time.
    pub fn repeats(mut self, from: usize) -> Self {
        self.repeats = Some(from);
        self
    }

    /// Lets migrations meet a database so that others use at the same time.
    pub fn migrate(mut self, how: MigrateSettings) -> Self {
        self.migrate = how;
        self
    }

    /// How many connections read.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "SQLite alone asks"))]
    pub(crate) fn readers(&self) -> usize {
        match self.connections {
            0 => std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4)),
            some => some,
        }
    }
}
