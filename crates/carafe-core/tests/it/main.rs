//! What a user of the micro framework would notice.
// Tests are lists of cases: what reads best there is not what pedantic asks of a library.
#![expect(unreachable_pub, clippy::pedantic, reason = "tests are read, not used")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

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
mod plugins;
mod proxies;
mod refusals;
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
#[cfg(all(feature = "sessions", feature = "ws"))]
mod sockets;
mod static_files;
mod streaming;
mod test_client;
mod urls;
#[cfg(all(feature = "sessions", feature = "compression"))]
mod ways;
#[cfg(feature = "ws")]
mod websocket;
