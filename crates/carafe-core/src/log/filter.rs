//! Which events are written.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use tracing::Metadata;
use tracing::metadata::LevelFilter;

/// Which events are written: `info`, or `info,carafe_core=debug`. The longest target that an
/// event's own begins with decides.
#[derive(Debug, PartialEq)]
pub(super) struct Filter {
    /// The longest first; the empty one is for all others.
    targets: Vec<(String, LevelFilter)>,
}

impl Filter {
    pub(super) fn allows(&self, metadata: &Metadata<'_>) -> bool {
        let decides =
            self.targets.iter().find(|(target, _)| metadata.target().starts_with(target.as_str()));
        decides.is_some_and(|(_, level)| metadata.level() <= level)
    }

    /// The level above which no event is written.
    pub(super) fn most(&self) -> LevelFilter {
        self.targets.iter().map(|(_, level)| *level).max().unwrap_or(LevelFilter::OFF)
    }
}

impl FromStr for Filter {
    type Err = Senseless;

    fn from_str(text: &str) -> Result<Self, Senseless> {
        let mut targets: Vec<(String, LevelFilter)> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (target, level) = directive(part)?;
            // Of two for the same target the last one counts.
            targets.retain(|(other, _)| other != target);
            targets.push((target.to_owned(), level));
        }
        targets.sort_by_key(|(target, _)| Reverse(target.len()));
        Ok(Self { targets })
    }
}

/// `debug`, `carafe_core=debug`, or `carafe_core`, which is all that it says.
fn directive(part: &str) -> Result<(&str, LevelFilter), Senseless> {
    let senseless = || Senseless(part.to_owned());
    let (target, level) = match part.split_once('=') {
        Some((target, level)) => (target.trim(), level.trim().parse().map_err(|_| senseless())?),
        None => match part.parse() {
            Ok(level) => ("", level),
            Err(_) => (part, LevelFilter::TRACE),
        },
    };
    let is_path = target.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.'));
    if is_path { Ok((target, level)) } else { Err(senseless()) }
}

/// The part of a filter that makes no sense.
#[derive(Debug, PartialEq)]
pub(super) struct Senseless(String);

impl fmt::Display for Senseless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no level (`error`, `warn`, `info`, `debug`, `trace`, `off`), and no module with one",
            self.0
        )
    }
}

impl std::error::Error for Senseless {}
