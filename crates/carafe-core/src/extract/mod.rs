//! What handlers take: extractors beside axum's.

pub mod accept;
pub(crate) mod argument;
mod authorization;
mod body;
mod cache_control;
mod captured;
mod caught;
mod client_addr;
pub(crate) mod directives;
mod field;
mod form;
mod json;
mod last_event_id;
#[cfg(feature = "multipart")]
mod multipart;
pub(crate) mod plain;
pub(crate) mod probe;
mod query;
mod request_info;
pub(crate) mod service;
#[cfg(feature = "ws")]
pub mod web_socket;

pub use accept::{Accept, AcceptEncoding, AcceptLanguage};
pub use argument::{Argument, Fetching, LastArgument};
pub use authorization::{Authorization, Basic, Bearer};
/// What makes a type of yours an argument of handlers: from the head of a request, or with its body.
pub use axum::extract::{FromRequest, FromRequestParts};
pub use cache_control::CacheControl;
pub use captured::Captured;
pub use caught::Caught;
pub use client_addr::ClientAddr;
pub(crate) use client_addr::{Forwarded, peer};
pub use form::Form;
/// All headers of a request: `async fn show(headers: Headers)`.
pub use http::HeaderMap as Headers;
/// The head of a request.
pub use http::request::Parts;
pub use json::Json;
pub use last_event_id::LastEventId;
#[cfg(feature = "multipart")]
pub use multipart::{Files, FormLimits, Multipart, MultipartForm, Upload, UploadReader};
pub use plain::Plain;
pub use query::Query;
pub use request_info::RequestInfo;
pub use service::{Need, NotProvided, Provided, Service};
#[cfg(feature = "ws")]
pub use web_socket::WebSocket;
