//! How a handler's arguments are fetched, so that a wrong one is one clear compile error.

use std::pin::Pin;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::Request;
use http::request::Parts;

use crate::scope;

/// What may stand among a handler's arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler here",
    label = "not an extractor that leaves the body alone",
    note = "handlers take path segments by name, and extractors: `Query`, `Headers`, `Service`, `Session` … ; one that reads the body (`Json`, `Form`) must be the last argument, and there can be only one",
    note = "what is in `Query<T>`, `Form<T>` or `Json<T>` derives serde's `Deserialize`"
)]
pub trait Argument: Sized {
    /// Fetches it.
    fn fetch(parts: &mut Parts) -> Fetching<'_, Self>;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()>> Argument for T {
    fn fetch(parts: &mut Parts) -> Fetching<'_, Self> {
        Box::pin(async {
            T::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)
        })
    }
}

/// What may stand last among a handler's arguments: it may read the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "neither in the path nor an extractor",
    note = "handlers take path segments by name, and extractors: `Query`, `Json`, `Form`, `Headers`, `Service`, `Session` …, with at most one that reads the body, last",
    note = "what is in `Query<T>`, `Form<T>` or `Json<T>` derives serde's `Deserialize`"
)]
pub trait LastArgument<Via>: Sized {
    /// Fetches it. The request is taken only by one that reads its body.
    fn fetch<'r>(parts: &'r mut Parts, body: &'r mut Body) -> Fetching<'r, Self>;
}

/// It is made from the head of a request.
#[doc(hidden)]
pub enum Head {}

/// It takes the whole request.
#[doc(hidden)]
pub enum Whole {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()>> LastArgument<Head> for T {
    fn fetch<'r>(parts: &'r mut Parts, _: &'r mut Body) -> Fetching<'r, Self> {
        <T as Argument>::fetch(parts)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<()>> LastArgument<Whole> for T {
    fn fetch<'r>(parts: &'r mut Parts, body: &'r mut Body) -> Fetching<'r, Self> {
        Box::pin(async {
            let nothing = Request::new(()).into_parts().0;
            let parts = std::mem::replace(parts, nothing);
            let request = Request::from_parts(parts, std::mem::take(body));
            T::from_request(request, &()).await.map_err(IntoResponse::into_response)
        })
    }
}

/// An argument that is being fetched.
///
/// It is on the heap, so that a handler's future has room for what its function needs and no more,
/// and its type says nothing of the extractor: one that is none is one mistake, not a second one
/// where it is waited for.
pub type Fetching<'r, T> = Pin<Box<dyn Future<Output = Result<T, Response>> + Send + 'r>>;

#[doc(hidden)]
pub fn argument<'r, T: Argument>(name: &'static str, parts: &'r mut Parts) -> Fetching<'r, T> {
    scope::set_argument(name);
    T::fetch(parts)
}

#[doc(hidden)]
pub fn last_argument<'r, T: LastArgument<Via>, Via>(
    name: &'static str,
    parts: &'r mut Parts,
    body: &'r mut Body,
) -> Fetching<'r, T> {
    scope::set_argument(name);
    T::fetch(parts, body)
}
