//! Where events are written: to the standard error, one line each.

use std::io::{self, IsTerminal};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::error::{Error, Kind, Result};

/// Writes events from now on, unless the program has somebody else for that already.
pub(crate) fn install(filter: &str) -> Result<()> {
    let targets: Targets = filter.parse().map_err(|error| {
        Error::new(Kind::Settings, format!("`log.filter` is `{filter}`, which makes no sense"))
            .because(error)
            .hint("write a level (`info`), or levels by module (`info,carafe_core=debug`)")
    })?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    // An error means that the program installed a subscriber of its own, which is as well.
    let _ = tracing_subscriber::registry().with(targets).with(lines).try_init();
    Ok(())
}
