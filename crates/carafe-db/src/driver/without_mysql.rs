//! What stands in the place of the driver for MariaDB and MySQL where it is left out.

use std::sync::Arc;

use carafe_core::{Error, Kind, Result};

use super::Driver;
use crate::settings::DatabaseSettings;

pub(super) fn open(_: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    Err(Error::new(Kind::Settings, "this program is built without MariaDB and MySQL")
        .at("database.url")
        .hint("turn the feature `mysql` of `carafe` on"))
}
