//! **(L, G)** The micro framework: it serves a page with nothing else present, and everything
//! else is built on it.

pub mod error;
pub mod serve;

pub use error::{Error, Kind, Result};
