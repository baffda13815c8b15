//! How much a request may bring, and how long it may take.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};

use crate::settings::ByteSize;

/// How many bytes the body of a request may have (Flask's `MAX_CONTENT_LENGTH`); a larger one is
/// a 413. A route says otherwise by `body_limit = "10 MiB"` in its attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimit(pub ByteSize);

/// How long a request may take; then its handler is dropped and the answer is a 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit(pub Duration);

/// What axum's extractors allow when nobody says anything, so that nothing has to be said.
const AXUMS: u64 = 2 * 1024 * 1024;

impl BodyLimit {
    /// Puts the limit where extractors look for it.
    pub(crate) fn apply(self, request: &mut Request) {
        if self.0.bytes() != AXUMS {
            DefaultBodyLimit::max(usize::try_from(self.0.bytes()).unwrap_or(usize::MAX))
                .apply(request);
        }
    }
}
