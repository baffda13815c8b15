//! Which database, and how.

use std::time::Duration;

use serde::Deserialize;

/// Which database, and how: the `[database]` section of the settings.
///
/// ```
/// use carafe_db::{Db, DatabaseSettings};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// let db = Db::from_settings(&DatabaseSettings::new("sqlite::memory:").connections(2))?;
/// # db.execute("select 1", ()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:app.sqlite3` is a file below the working directory, `sqlite:/var/lib/app.sqlite3` one
    /// anywhere, `sqlite::memory:` a database that ends with the program.
    pub url: String,
    /// How many connections read at the same time; 0 means one for each core, at least 4.
    pub connections: usize,
    /// How many seconds a statement waits for a free connection, or for another program's lock.
    pub wait_seconds: f64,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: "sqlite:app.sqlite3".to_owned(), connections: 0, wait_seconds: 10.0 }
    }
}

impl DatabaseSettings {
    /// The database at a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// Reads with so many connections at the same time.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Waits at most so long for a free connection, or for another program's lock.
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait_seconds = longest.as_secs_f64();
        self
    }

    /// How many connections read.
    pub(crate) fn readers(&self) -> usize {
        match self.connections {
            0 => std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4)),
            some => some,
        }
    }

    /// The longest wait; what is no length of time counts as none.
    pub(crate) fn longest_wait(&self) -> Duration {
        Duration::try_from_secs_f64(self.wait_seconds).unwrap_or_default()
    }
}
