//! **(L)** Templates on MiniJinja: [`page`] returns a [`Page`], which is rendered right after the
//! handler, with the request at hand.
//!
//! ```
//! # extern crate carafe_core as carafe;
//! use carafe_core::{App, routes};
//! use carafe_macros::get;
//! use carafe_templates::{AppTemplates, Page, TemplateFolder, context, page};
//!
//! #[get("/hello/{name}")]
//! async fn hello(name: String) -> Page {
//!     page("hello.html", context! { name })
//! }
//!
//! fn site() -> App {
//!     let templates = TemplateFolder::texts([("hello.html", "<h1>Hello {{ name }}!</h1>")]);
//!     App::new("site").templates(templates).routes(routes![hello])
//! }
//! # let _ = site();
//! ```

#[doc(hidden)]
pub mod __private;
mod asks;
mod check;
mod context;
mod deposits;
mod engine;
mod error;
mod filters;
mod folder;
mod formatter;
mod functions;
mod lookup;
mod page;
mod plugin;
mod reload;
mod render;
mod request;
mod root;
mod scan;
mod stream;
#[cfg(feature = "testing")]
mod testing;

pub use context::{Context, IntoContext};
pub use error::TemplateError;
pub use folder::TemplateFolder;
pub use minijinja;
pub use minijinja::{UndefinedBehavior as Undefined, Value};
pub use page::{
    BeforeRenderTemplate, Page, Rendered, TemplateRendered, page, page_from_string, page_of,
};
pub use plugin::{AppTemplates, Templates};
pub use render::{call_macro, render, render_string};
#[cfg(feature = "testing")]
pub use testing::PageResponse;
