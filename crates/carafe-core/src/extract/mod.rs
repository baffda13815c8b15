//! What handlers take: extractors beside axum's.

pub mod accept;
pub(crate) mod argument;
mod captured;
mod caught;
pub(crate) mod service;

pub use argument::{Argument, LastArgument};
pub use captured::Captured;
pub use caught::Caught;
pub use service::{Need, Provided, Service};
