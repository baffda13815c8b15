//! All that generated code may touch.

use axum::response::IntoResponse;

pub use axum::extract::{FromRequestParts, Request};
pub use axum::response::Response;
pub use clap;
pub use http::request::Parts;
pub use std::any::TypeId;

pub use crate::assets::{Assets, bundle};
pub use crate::command::{self, Command};
pub use crate::error::Error;
pub use crate::extract::argument::{argument, last_argument};
pub use crate::extract::plain::{IsPlain, IsUnknown, Plain};
pub use crate::extract::probe::Probe;
pub use crate::extract::service::{Tells, TellsNothing};
pub use crate::respond::blocking;
pub use crate::routing::{
    Answer, Capture, Captured, Constraint, Declared, Need, Options, PathSegment, Place, Route,
    SegmentKind,
};
pub use crate::url::Url;

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "a handler cannot answer with `{Self}`",
    label = "no response",
    note = "handlers return what makes a response: `&str`, `String`, `Html`, `Json(…)`, `Page`, `Redirect`, `Response`, a tuple `(status, headers, body)`, or a `Result` of these; return `Json(value)` for data"
)]
pub trait Responds {
    /// Makes the response.
    fn respond(self) -> Response;
}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> Responds for T {
    fn respond(self) -> Response {
        self.into_response()
    }
}

/// The response of what a handler returned.
pub fn respond<T: Responds>(value: T) -> Response {
    value.respond()
}

/// Boxes a handler's future, which must be able to move between threads.
pub fn boxed<F: Future<Output = Response> + Send + 'static>(future: F) -> Answer {
    Box::pin(future)
}

/// An answer that is known already.
pub fn refuse(error: Error) -> Answer {
    Box::pin(std::future::ready(error.into_response()))
}

/// The answer of an extractor that refuses.
pub fn refused(error: impl IntoResponse) -> Response {
    error.into_response()
}

/// The text of a segment, for its URL.
pub fn segment_text<T: PathSegment>(value: &T) -> String {
    value.to_text().into_owned()
}

pub mod settings {
    //! For `#[derive(Settings)]`.
    pub use crate::settings::{
        DefaultValue, FieldSchema, Literal, Place, Section, SectionReader, SectionSchema, Setting,
    };
}
