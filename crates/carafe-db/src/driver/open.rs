//! Which driver a URL means.

use std::sync::Arc;

use carafe_core::{Error, Kind, Result};

use super::Driver;
#[cfg(feature = "sqlite")]
use super::sqlite::open as sqlite;
#[cfg(not(feature = "sqlite"))]
use super::without::sqlite;
use crate::settings::DatabaseSettings;

/// The driver for the URL of the settings. It connects when it is first used.
pub(crate) fn open(settings: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    let (scheme, rest) = settings.url.expose().split_once(':').unwrap_or_default();
    match scheme {
        "sqlite" => sqlite(rest, settings),
        // The rest of a URL may hold a password.
        _ => Err(Error::new(Kind::Settings, format!("`{scheme}` is no kind of database that is known"))
            .at("database.url")
            .hint("write `sqlite:app.sqlite3`, or `sqlite::memory:` for a database that ends with the program")),
    }
}
