//! What the micro framework promises, through its public doors.
#![allow(missing_docs, clippy::unwrap_used)]

mod cookies;
#[cfg(feature = "sessions")]
mod csrf;
#[cfg(feature = "passwords")]
mod passwords;
#[cfg(feature = "sessions")]
mod sessions;
#[cfg(feature = "signing")]
mod signing;
