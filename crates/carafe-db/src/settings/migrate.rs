//! How migrations meet a database that others use at the same time.

use std::time::Duration;

use carafe_macros::Settings;
use serde::Deserialize;

/// How migrations meet a database that others use at the same time: `[database.migrate]` of the settings.
///
/// ```
/// use std::time::Duration;
///
/// use carafe_db::{DatabaseSettings, MigrateSettings};
///
/// let migrate = MigrateSettings::default().lock_timeout(Duration::from_secs(2)).retries(3);
/// let settings = DatabaseSettings::new("postgres://localhost/blog").migrate(migrate);
/// assert_eq!(settings.migrate.retries, 3);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Settings)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MigrateSettings {
    /// How long a migration waits for a lock on a server before it gives up, so that what came after it
    /// may go on, and is tried again; 0 means as long as it takes.
    #[setting(default = "5s")]
    pub lock_timeout: Duration,
    /// How often a migration is tried again that had to give up.
    #[setting(default = 10)]
    pub retries: u32,
    /// The pause before it is tried again for the first time; each further one is twice as long, up to half a
    /// minute.
    #[setting(default = "1s")]
    pub pause: Duration,
    /// So many rows are filled at once, where a migration fills them bit by bit.
    #[setting(default = 1000)]
    pub batch: u32,
    /// The pause between two such bits.
    #[setting(default = "10ms")]
    pub batch_pause: Duration,
    /// For which database it is told what hurts a running site: its `own`, or `postgres`, `mysql` or `mariadb`
    /// where another one is developed on; `none`.
    #[setting(default = "own")]
    pub lint: Lint,
}

/// For which database it is told what hurts a running site.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Lint {
    /// That of the settings.
    #[default]
    Own,
    /// None.
    None,
    /// PostgreSQL.
    Postgres,
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
}

impl Default for MigrateSettings {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(5),
            retries: 10,
            pause: Duration::from_secs(1),
            batch: 1000,
            batch_pause: Duration::from_millis(10),
            lint: Lint::Own,
        }
    }
}

impl MigrateSettings {
    /// Waits at most so long for a lock; zero means as long as it takes.
    #[must_use]
    pub fn lock_timeout(mut self, longest: Duration) -> Self {
        self.lock_timeout = longest;
        self
    }

    /// Tries a migration again so often that had to give up.
    #[must_use]
    pub fn retries(mut self, times: u32) -> Self {
        self.retries = times;
        self
    }

    /// Pauses so long before it is tried again for the first time.
    #[must_use]
    pub fn pause(mut self, first: Duration) -> Self {
        self.pause = first;
        self
    }

    /// Fills so many rows at once.
    #[must_use]
    pub fn batch(mut self, rows: u32) -> Self {
        self.batch = rows;
        self
    }

    /// Pauses so long between two such bits.
    #[must_use]
    pub fn batch_pause(mut self, pause: Duration) -> Self {
        self.batch_pause = pause;
        self
    }

    /// Tells what hurts a running site on that database.
    #[must_use]
    pub fn lint(mut self, database: Lint) -> Self {
        self.lint = database;
        self
    }
}
