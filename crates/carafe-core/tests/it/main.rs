//! What a user of the micro framework would notice.
#![allow(missing_docs, clippy::unwrap_used, clippy::unused_async, clippy::needless_pass_by_value)]

extern crate carafe_core as carafe;

mod errors;
mod hooks;
mod mounts;
mod routing;
mod urls;
