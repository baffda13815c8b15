//! How much memory the process has.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::{self, Scope};
use std::time::Duration;

/// Bytes that are resident now; 0 where the system has no `/proc`.
pub(crate) fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or_default() * 4096
}

/// The most that was resident while it looked.
#[derive(Default)]
pub(crate) struct Peak {
    most: AtomicUsize,
    ended: AtomicBool,
}

impl Peak {
    /// Looks until [`end`](Self::end).
    pub(crate) fn watch<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        scope.spawn(|| {
            while !self.ended.load(Relaxed) {
                self.most.fetch_max(resident(), Relaxed);
                thread::sleep(Duration::from_millis(5));
            }
        });
    }

    pub(crate) fn end(&self) -> usize {
        self.ended.store(true, Relaxed);
        self.most.fetch_max(resident(), Relaxed);
        self.most.load(Relaxed)
    }
}
