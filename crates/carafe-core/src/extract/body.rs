//! The body of a request, within its limit.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http::StatusCode;

use crate::error::{Error, Kind, Result};
use crate::serve::BodyTimeout;

/// The whole body, or 413 where it is longer than allowed.
///
/// The limit is the one that the pipeline or the route set; see `body_limit`.
pub(crate) async fn bytes<S: Send + Sync>(request: Request<Body>, state: &S) -> Result<Bytes> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Kind::TooLarge, ""),
        _ if has_stalled(&rejection) => stalled(),
        _ => Error::bad_request("The body of the request broke off.").because(rejection),
    })
}

/// Whether reading a body failed since the client sent nothing for too long.
pub(crate) fn has_stalled(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.any(<dyn std::error::Error>::is::<BodyTimeout>)
}

pub(crate) fn stalled() -> Error {
    let status = StatusCode::REQUEST_TIMEOUT;
    Error::new(Kind::Status(status), "The body of the request took too long to come.")
}
