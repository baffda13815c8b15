//! **(L, G)** The micro framework: it serves a page with nothing else present, and everything
//! else is built on it.

#[doc(hidden)]
pub mod __private;
pub mod app;
mod deposits;
pub mod error;
pub mod events;
pub mod extract;
mod html;
mod locals;
mod middleware;
pub mod plugin;
pub mod respond;
pub mod routing;
pub mod scope;
mod suggest;

pub use app::{App, Site, Slashes};
pub use error::{Error, Kind, Result};
pub use locals::Locals;
pub use scope::{Scope, spawn};
