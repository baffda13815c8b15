//! Which database, and how.

use std::time::Duration;

use carafe_core::settings::Secret;
use carafe_macros::Settings;

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
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(section = "database")]
#[non_exhaustive]
pub struct DatabaseSettings {
    /// Where it is: `sqlite:app.sqlite3` is a file below the working directory, `sqlite::memory:` a
    /// database that ends with the program. Secret, since others have a password in it.
    #[setting(default = "sqlite:app.sqlite3")]
    pub url: Secret,
    /// How many connections read at the same time; 0 means one for each core, at least 4.
    #[setting(default = 0)]
    pub connections: usize,
    /// How long a statement waits for a free connection, or for another program's lock.
    #[setting(default = "10s")]
    pub wait: Duration,
}

impl DatabaseSettings {
    /// The database at a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: Secret::new(url), connections: 0, wait: Duration::from_secs(10) }
    }

    /// Reads with so many connections at the same time.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Waits at most so long for a free connection, or for another program's lock.
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait = longest;
        self
    }

    /// How many connections read.
    pub(crate) fn readers(&self) -> usize {
        match self.connections {
            0 => std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4)),
            some => some,
        }
    }
}
