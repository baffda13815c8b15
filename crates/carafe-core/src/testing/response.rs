//! What the test client got.

use std::sync::Arc;

use http::response::Parts;
use http::{HeaderMap, StatusCode, header};
use serde_core::de::DeserializeOwned;

use crate::error::{Answered, Error};

/// A response with its whole body.
#[derive(Debug)]
pub struct TestResponse {
    request: String,
    parts: Parts,
    body: Vec<u8>,
    broken: Option<String>,
    history: Vec<TestResponse>,
}

impl TestResponse {
    /// A response of which nothing was read yet.
    pub(super) fn head(request: String, parts: Parts) -> Self {
        Self { request, parts, body: Vec::new(), broken: None, history: Vec::new() }
    }

    pub(super) fn add(&mut self, piece: &[u8]) {
        self.body.extend_from_slice(piece);
    }

    pub(super) fn set_broken(&mut self, why: String) {
        self.broken = Some(why);
    }

    pub(super) fn set_history(&mut self, history: Vec<Self>) {
        self.history = history;
    }

    /// What was asked: `GET /posts/7`.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// One header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        self.header(header::LOCATION.as_str())
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    ///
    /// # Panics
    /// Where it is not UTF-8.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body)
            .unwrap_or_else(|_| panic!("{}: the body is no UTF-8 text", self.request))
    }

    /// The body as a value of JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{}: the body is no such JSON: {error}\n{}", self.request, self.text())
        })
    }

    /// The redirects on the way here.
    pub fn history(&self) -> &[Self] {
        &self.history
    }

    /// The error that this answers, with all that a visitor is not shown.
    pub fn error(&self) -> Option<&Arc<Error>> {
        self.parts.extensions.get::<Answered>().map(|answered| &answered.0)
    }

    /// What broke the body off, if something did.
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// What a component left for tests, as a page its template and context.
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        self.parts.extensions.get()
    }
}
