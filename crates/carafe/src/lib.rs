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
#[cfg(feature = "db")]
pub mod models;
pub mod prelude;
pub mod settings;

pub use carafe_core::{
    App, Error, Json, Kind, Locals, Origin, Result, RootPath, Scope, Site, Slashes, Url, app,
    assets, command, commands, cookies, error, events, extract, file_names, middleware, plugin,
    respond, routes, routing, scope, serve, spawn, static_files,
};
pub use carafe_macros::{
    PathSegment, any, assets, command, delete, extractor, get, head, options, patch, post, put,
    route,
};

#[cfg(feature = "db")]
pub use carafe_db::models;
#[cfg(feature = "templates")]
pub use carafe_templates as templates;

#[cfg(feature = "passwords")]
pub use carafe_core::password;
#[cfg(feature = "signing")]
pub use carafe_core::signing;
#[cfg(feature = "testing")]
pub use carafe_core::testing;
#[cfg(feature = "sessions")]
pub use carafe_core::{csrf, session};
