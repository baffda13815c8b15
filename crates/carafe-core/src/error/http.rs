//! How an [`Error`] travels in a response until the error pages are made.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};

use super::Error;

/// The error that a response stands for; whoever makes the page takes it out.
#[derive(Clone)]
pub(crate) struct Raised(pub(crate) Arc<Error>);

/// The error that a finished response was made for: for tests, logs and those who watch.
#[derive(Clone, Debug)]
pub(crate) struct Answered(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.headers_mut().extend(self.headers().clone());
        response.extensions_mut().insert(Raised(Arc::new(self)));
        response
    }
}
