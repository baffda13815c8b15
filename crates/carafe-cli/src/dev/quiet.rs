//! Waits until the changes end: an editor saves one file in several steps, and git changes many.

use std::time::{Duration, Instant};

use super::change::Change;

/// How long nothing may happen before it counts as the end.
const QUIET: Duration = Duration::from_millis(50);
/// Whoever never stops writing is not waited for.
const LONGEST: Duration = Duration::from_millis(500);

#[derive(Default)]
pub(super) struct Quiet(Option<Changes>);

#[derive(Debug, PartialEq)]
pub(super) struct Changes {
    /// The one that asks for the most.
    pub(super) change: Change,
    pub(super) first: Instant,
    last: Instant,
}

impl Quiet {
    pub(super) fn add(&mut self, change: Change, now: Instant) {
        let changes = self.0.get_or_insert(Changes { change, first: now, last: now });
        changes.change = changes.change.max(change);
        changes.last = now;
    }

    /// When to ask again.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.as_ref().map(|changes| (changes.last + QUIET).min(changes.first + LONGEST))
    }

    /// The changes, if they have ended.
    pub(super) fn take(&mut self, now: Instant) -> Option<Changes> {
        self.due().filter(|due| *due <= now)?;
        self.0.take()
    }
}

#[cfg(test)]
mod tests;
