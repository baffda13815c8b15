//! **(L, G)** The micro framework: it serves a page with nothing else present, and everything
//! else is built on it.

#[doc(hidden)]
pub mod __private;
pub mod app;
pub mod assets;
mod deposits;
pub mod error;
pub mod events;
pub mod extract;
pub mod file_names;
mod html;
mod locals;
mod middleware;
pub mod plugin;
pub mod respond;
pub mod routing;
pub mod scope;
pub mod static_files;
mod suggest;

pub use app::{App, Site, Slashes};
pub use error::{Error, Kind, Result};
pub use locals::Locals;
pub use scope::{Scope, spawn};
