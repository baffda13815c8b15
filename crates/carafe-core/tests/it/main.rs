//! What a user of carafe-core can observe, through its public doors.
#![allow(clippy::unwrap_used)]

mod files;
#[cfg(feature = "multipart")]
mod multipart;
mod static_files;
