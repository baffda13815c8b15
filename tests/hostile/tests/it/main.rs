//! Hostile requests, as tables.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![allow(clippy::format_collect, reason = "requests are made to be read here, not to be made fast")]

mod answers;
mod bodies;
mod cookies;
mod csrf;
mod framing;
mod heads;
mod hosts;
mod paths;
mod protocols;
mod slow;
mod uploads;

use std::time::Duration;

use carafe::serve::Limits;
use hostile_tests::{Live, Row, site};

/// Holds rows against the site with the limits that it has by itself.
#[track_caller]
fn check(rows: impl IntoIterator<Item = Row>) {
    check_with(Limits::default(), rows);
}

#[track_caller]
fn check_with(limits: Limits, rows: impl IntoIterator<Item = Row>) {
    let folder = tempfile::tempdir().unwrap();
    Live::start(site(folder.path()), limits).check(rows);
}

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}
