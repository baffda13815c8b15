//! How a handler's arguments are fetched, so that a wrong one is one clear compile error.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use crate::scope;

/// What may stand among a handler's arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler here",
    label = "not an extractor that leaves the body alone",
    note = "handlers take path segments by name, and extractors: `Query`, `Headers`, `Service`, `Session` … ; one that reads the body (`Json`, `Form`) must be the last argument, and there can be only one"
)]
pub trait Argument: Sized {
    /// Fetches it.
    fn fetch(parts: &mut Parts) -> impl Future<Output = Result<Self, Response>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()>> Argument for T {
    async fn fetch(parts: &mut Parts) -> Result<Self, Response> {
        T::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)
    }
}

/// What may stand last among a handler's arguments: it may read the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "neither in the path nor an extractor",
    note = "handlers take path segments by name, and extractors: `Query`, `Json`, `Form`, `Headers`, `Service`, `Session` …, with at most one that reads the body, last"
)]
pub trait LastArgument<Via>: Sized {
    /// Fetches it.
    fn fetch(request: Request) -> impl Future<Output = Result<Self, Response>> + Send;
}

#[diagnostic::do_not_recommend]
impl<Via, T: FromRequest<(), Via>> LastArgument<Via> for T {
    async fn fetch(request: Request) -> Result<Self, Response> {
        T::from_request(request, &()).await.map_err(IntoResponse::into_response)
    }
}

#[doc(hidden)]
pub async fn argument<T: Argument>(name: &'static str, parts: &mut Parts) -> Result<T, Response> {
    scope::set_argument(name);
    T::fetch(parts).await
}

#[doc(hidden)]
pub async fn last_argument<T: LastArgument<Via>, Via>(
    name: &'static str,
    request: Request,
) -> Result<T, Response> {
    scope::set_argument(name);
    T::fetch(request).await
}
