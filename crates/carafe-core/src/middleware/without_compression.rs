//! Stands where `compression.rs` does when that feature is off.

use axum::response::Response;
use http::HeaderMap;

/// Nothing is compressed: the feature `compression` is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compression(());

impl Compression {
    /// Would compress, with the feature.
    pub fn on() -> Self {
        Self(())
    }

    /// Does not.
    pub fn off() -> Self {
        Self(())
    }

    #[expect(clippy::unused_self, reason = "its twin has a choice")]
    pub(super) fn applies(self, _: &HeaderMap) -> Option<HeaderMap> {
        None
    }
    pub(super) async fn compress(_: HeaderMap, response: Response) -> Response {
        response
    }
}
