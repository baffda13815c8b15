//! What a user of the micro framework would notice.
#![allow(missing_docs, clippy::unwrap_used, clippy::unused_async, clippy::needless_pass_by_value)]

extern crate carafe_core as carafe;

mod cookies;
#[cfg(feature = "sessions")]
mod csrf;
mod errors;
mod hooks;
mod mounts;
#[cfg(feature = "passwords")]
mod passwords;
mod routing;
#[cfg(feature = "sessions")]
mod sessions;
#[cfg(feature = "signing")]
mod signing;
mod urls;
