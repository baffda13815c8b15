//! What a user of the micro framework would notice.
#![allow(missing_docs, clippy::unwrap_used, clippy::unused_async, clippy::needless_pass_by_value)]
// expect-test writes its strings in this form.
#![allow(clippy::needless_raw_string_hashes)]

extern crate carafe_core as carafe;

mod commands;
mod cookies;
#[cfg(feature = "sessions")]
mod csrf;
#[cfg(feature = "dev")]
mod dev_page;
mod errors;
mod files;
mod hooks;
mod mounts;
#[cfg(feature = "multipart")]
mod multipart;
#[cfg(feature = "passwords")]
mod passwords;
mod proxies;
mod request_info;
mod responders;
mod routing;
mod serve;
#[cfg(feature = "sessions")]
mod session_app;
#[cfg(feature = "sessions")]
mod sessions;
mod settings;
#[cfg(feature = "signing")]
mod signing;
mod slots;
mod static_files;
mod streaming;
mod urls;
#[cfg(feature = "ws")]
mod websocket;
