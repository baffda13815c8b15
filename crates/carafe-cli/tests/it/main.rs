//! The command as its users meet it: its words, its files, its browser.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests are synchronous clients, which may sleep"
)]

mod browser;
mod dev;
mod new;
mod toy;
