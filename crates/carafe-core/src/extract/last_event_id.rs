//! Where a stream of events is taken up again.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// The id of the last server-sent event that a browser got before its connection broke off
/// (`Last-Event-ID`); none on the first connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastEventId(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Browsers send UTF-8 here, which is more than a header's text usually is.
        let id = parts.headers.get("last-event-id");
        let id = id.and_then(|id| std::str::from_utf8(id.as_bytes()).ok());
        Ok(Self(id.filter(|id| !id.is_empty()).map(str::to_owned)))
    }
}
