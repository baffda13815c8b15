//! What handlers take: extractors beside axum's.

pub mod accept;
pub(crate) mod argument;
mod captured;
mod caught;
#[cfg(feature = "multipart")]
mod multipart;
pub(crate) mod service;

pub use argument::{Argument, LastArgument};
pub use captured::Captured;
pub use caught::Caught;
#[cfg(feature = "multipart")]
pub use multipart::{Files, FormLimits, Multipart, MultipartForm, Upload, UploadReader};
pub use service::{Need, Provided, Service};
