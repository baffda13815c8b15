//! **(L, G)** The micro framework: it serves a page with nothing else present, and everything
//! else is built on it.

pub mod cookies;
#[cfg(feature = "sessions")]
pub mod csrf;
pub mod error;
#[cfg(feature = "passwords")]
pub mod password;
#[cfg(feature = "sessions")]
pub mod session;
#[cfg(feature = "signing")]
pub mod signing;

pub use error::{Error, Kind, Result};
