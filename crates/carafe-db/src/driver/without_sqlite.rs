//! What stands in the place of the driver for SQLite where it is left out.

use std::sync::Arc;

use carafe_core::{Error, Kind, Result};

use super::Driver;
use crate::settings::DatabaseSettings;

pub(super) fn open(_: &str, _: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    Err(Error::new(Kind::Settings, "this program is built without SQLite")
        .at("database.url")
        .hint("turn the feature `sqlite` of `carafe` on"))
}
