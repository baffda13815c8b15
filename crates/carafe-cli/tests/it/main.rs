//! The command as its users meet it: its words, its files, its browser.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod browser;
mod dev;
mod new;
mod toy;
