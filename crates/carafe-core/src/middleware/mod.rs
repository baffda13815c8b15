//! The fixed slots around all routes.

use axum::extract::Request;
use axum::response::Response;

use crate::events::{RequestFinished, RequestStarted};
use crate::scope::Scope;

/// What runs around every request, in an order that no installation can change.
#[derive(Default)]
pub(crate) struct Pipeline {}

impl Pipeline {
    pub(crate) async fn run(&self, scope: &Scope, request: Request) -> Response {
        let events = scope.site().events();
        events.emit(|| RequestStarted { method: request.method().clone(), uri: request.uri().clone() });
        let response = scope.site().route(scope, request).await;
        events.emit(|| RequestFinished {
            method: scope.method().cloned().unwrap_or_default(),
            uri: scope.uri().cloned().unwrap_or_default(),
            endpoint: scope.endpoint().map(str::to_owned),
            status: response.status(),
        });
        response
    }
}
