//! Which driver a URL means.

use std::sync::Arc;

use carafe_core::{Error, Kind, Result};

use super::Driver;
#[cfg(feature = "mysql")]
use super::mysql::open as mysql;
#[cfg(feature = "postgres")]
use super::postgres::open as postgres;
#[cfg(feature = "sqlite")]
use super::sqlite::open as sqlite;
#[cfg(not(feature = "mysql"))]
use super::without_mysql::open as mysql;
#[cfg(not(feature = "postgres"))]
use super::without_postgres::open as postgres;
#[cfg(not(feature = "sqlite"))]
use super::without_sqlite::open as sqlite;
use crate::settings::DatabaseSettings;

/// The driver for the URL of the settings. It connects when it is first used.
pub(crate) fn open(settings: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    let (scheme, rest) = settings.url.expose().split_once(':').unwrap_or_default();
    match scheme {
        "sqlite" => sqlite(rest, settings),
        "postgres" | "postgresql" => postgres(settings),
        "mariadb" | "mysql" => mysql(settings),
        // The rest of a URL may hold a password.
        _ => Err(Error::new(Kind::Settings, format!("`{scheme}` is no kind of database that is known"))
            .at("database.url")
            .hint("write `sqlite:app.sqlite3`, `sqlite::memory:` for a database that ends with the program, `postgres://user:password@host/name` or `mariadb://user:password@host/name`")),
    }
}
