//! What can happen while `carafe dev` runs. All of it comes to one place, one after the other.

use std::path::PathBuf;
use std::process::ExitStatus;

use super::build::Built;

#[derive(Debug)]
pub(super) enum Event {
    Changed(PathBuf),
    Built(u64, Built),
    /// The program of this number took a connection.
    Serving(u64),
    /// The program of this number is over.
    Ended(u64, ExitStatus),
    /// Ctrl-C, or a signal that says the same.
    Stop,
}
