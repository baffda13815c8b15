//! A static folder as a tower service.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use tower::Service;

use super::{StaticFolder, not_found};

/// Serves the folder at the root of the paths that it is asked for, as
/// `router.nest_service("/static", folder)` does in any axum router.
impl Service<Request> for StaticFolder {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let folder = self.clone();
        let (parts, _) = request.into_parts();
        Box::pin(async move {
            let path = parts.uri.path();
            let path = path.strip_prefix('/').unwrap_or(path);
            let answer = match percent_decode_str(path).decode_utf8() {
                Ok(path) => folder.respond(&path, &parts.headers, &parts.method).await,
                Err(_) => Err(not_found()),
            };
            Ok(answer.unwrap_or_else(IntoResponse::into_response))
        })
    }
}
