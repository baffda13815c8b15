//! What stands in the place of the driver for PostgreSQL where it is left out.

use std::sync::Arc;

use carafe_core::{Error, Kind, Result};

use super::Driver;
use crate::settings::DatabaseSettings;

pub(super) fn open(_: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    Err(Error::new(Kind::Settings, "this program is built without PostgreSQL")
        .at("database.url")
        .hint("turn the feature `postgres` of `carafe` on"))
}
