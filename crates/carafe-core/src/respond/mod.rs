//! What handlers answer with, beside what axum knows.

mod blocking;
mod cache_control;
mod checksum;
mod conditional;
mod content_type;
mod disposition;
mod entity_tag;
mod file;
mod file_body;
mod finish;
mod late;
mod offload;
mod only_if_changed;
mod problem;
mod produced;
mod range;
mod redirect;
mod retry_after;
mod sse;
mod stream;
mod text;
mod vary;

/// HTML, as it stands: what comes from visitors must be escaped, which templates do by themselves.
pub use axum::response::Html;
/// What a handler may return, and what becomes of it: `.into_response()` makes one type of several.
pub use axum::response::{IntoResponse, Response};
pub use blocking::blocking;
pub use cache_control::CacheControl;
pub use conditional::{Validators, Verdict, conditional};
pub use entity_tag::EntityTag;
pub use file::File;
pub use http::StatusCode;
pub use late::{Late, Later};
pub use offload::Offload;
pub use only_if_changed::OnlyIfChanged;
pub use problem::Problem;
pub use produced::Out;
pub use redirect::{Redirect, redirect};
pub use retry_after::RetryAfter;
pub use sse::{Event, Sse, events};
pub use stream::{Streamed, stream};
pub use text::text;
pub use vary::{Vary, vary};

pub(crate) use checksum::{checksum, checksum_on};
pub(crate) use content_type::content_type;
pub(crate) use file::Cache;
