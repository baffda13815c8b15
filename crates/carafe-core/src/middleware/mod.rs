//! The fixed slots around all routes.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{Method, header};
use http_body::Body as _;

use crate::events::{RequestFinished, RequestStarted};
use crate::scope::Scope;

/// What runs around every request, in an order that no installation can change.
#[derive(Default)]
pub(crate) struct Pipeline {}

impl Pipeline {
    /// Runs the slots around `answer`, which finds the route.
    pub(crate) async fn run<Fut>(
        &self,
        scope: &Scope,
        request: Request,
        answer: impl FnOnce(Request) -> Fut,
    ) -> Response
    where
        Fut: Future<Output = Response>,
    {
        let events = scope.events();
        events.emit(|| RequestStarted {
            method: request.method().clone(),
            uri: request.uri().clone(),
        });
        let response = answer(request).await;
        events.emit(|| RequestFinished {
            method: scope.method().cloned().unwrap_or_default(),
            uri: scope.uri().cloned().unwrap_or_default(),
            endpoint: scope.endpoint().map(str::to_owned),
            status: response.status(),
        });
        if scope.method() == Some(&Method::HEAD) { without_body(response) } else { response }
    }
}

/// The head of what a `GET` would have got (RFC 9110, 9.3.2).
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    Response::from_parts(parts, Body::empty())
}
