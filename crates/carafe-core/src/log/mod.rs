//! Where events are written: to the standard error, one line each.
//!
//! It is our own since it only writes lines: `tracing-subscriber`, which can do far more, would be
//! five crates in every build. A program that wants more installs what it likes before `run()`.

mod filter;
mod line;
mod spans;
mod subscriber;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal, Write};

use filter::Filter;
use subscriber::Lines;

use crate::error::{Error, Kind, Result};

/// Writes events from now on, unless the program has somebody else for that already.
pub(crate) fn install(filter: &str) -> Result<()> {
    let wanted: Filter = filter.parse().map_err(|error: filter::Senseless| {
        Error::new(Kind::Settings, format!("`log.filter` is `{filter}`, which makes no sense"))
            .because(error)
            .hint("write a level (`info`), or levels by module (`info,carafe_core=debug`)")
    })?;
    let lines = Lines::new(wanted, io::stderr().is_terminal(), |line| {
        // Nobody could be told that the standard error is closed.
        let _ = io::stderr().lock().write_all(line.as_bytes());
    });
    // An error means that the program installed a subscriber of its own, which is as well.
    let _ = tracing::subscriber::set_global_default(lines);
    Ok(())
}
