//! **(L, G)** The micro framework: it serves a page with nothing else present, and everything
//! else is built on it.

extern crate self as carafe;

#[doc(hidden)]
pub mod __private;
mod advice;
pub mod app;
pub mod assets;
pub mod checks;
pub mod command;
pub mod cookies;
#[cfg(feature = "sessions")]
pub mod csrf;
mod deposits;
pub mod error;
pub mod events;
pub mod extract;
pub mod file_names;
mod frame;
mod html;
mod locals;
mod log;
pub mod middleware;
mod once;
mod origin;
mod pages;
#[cfg(feature = "passwords")]
pub mod password;
pub mod respond;
pub mod routing;
pub mod scope;
pub mod serve;
mod services;
#[cfg(feature = "sessions")]
pub mod session;
pub mod settings;
#[cfg(feature = "signing")]
pub mod signing;
pub mod static_files;
pub mod suggest;
#[cfg(feature = "testing")]
pub mod testing;
mod url;
pub mod values;

pub use app::{App, Site, Slashes, plugin};
pub use error::{Error, Kind, Result};
pub use extract::Json;
pub use locals::Locals;
pub use origin::{Origin, RootPath};
pub use scope::{Scope, spawn};
pub use url::Url;
