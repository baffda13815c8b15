//! Carafe is a web framework that starts as small as Flask (one file, five lines) and grows in
//! place to everything Django has.
//!
//! ```no_run
//! use carafe::prelude::*;
//!
//! #[get("/")]
//! async fn hello() -> &'static str { "Hello, World!" }
//!
//! fn main() { App::new("hello").routes(routes![hello]).run() }
//! ```
//!
//! Everything that an app needs comes by [`prelude`]; the rest has its modules here, one a
//! subject. What is left out of the features is left out of the build.

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "db")]
pub mod db;
pub mod prelude;

pub use carafe_core::{
    App, Error, Json, Kind, Locals, Origin, Result, Scope, Site, Slashes, Url, app, command,
    commands, error, events, extract, plugin, respond, routes, routing, scope, settings, spawn,
};
pub use carafe_macros::{
    PathSegment, any, command, delete, get, head, options, patch, post, put, route,
};

#[cfg(feature = "testing")]
pub use carafe_core::testing;
