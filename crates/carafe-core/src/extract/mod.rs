//! What handlers take: extractors beside axum's.

pub mod accept;
pub(crate) mod argument;
mod body;
mod captured;
mod caught;
mod form;
mod json;
#[cfg(feature = "multipart")]
mod multipart;
mod query;
pub(crate) mod service;

pub use argument::{Argument, LastArgument};
pub use captured::Captured;
pub use caught::Caught;
pub use form::Form;
pub use json::Json;
#[cfg(feature = "multipart")]
pub use multipart::{Files, FormLimits, Multipart, MultipartForm, Upload, UploadReader};
pub use query::Query;
pub use service::{Need, Provided, Service};
