//! Answers that are sent only if they changed.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use http_body::Body as _;

use super::checksum;
use super::conditional::conditional;
use super::entity_tag::EntityTag;
use super::late::{Late, Later};
use crate::error::Result;
use crate::scope::Scope;

/// The largest body that is held in memory for its tag.
const MOST: u64 = 4 << 20;

/// An answer that a client which has it already does not get again: 304 in its place (Flask's
/// `add_etag` and `make_conditional`).
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::Json;
/// use carafe_core::respond::OnlyIfChanged;
/// use carafe_macros::get;
///
/// #[get("/countries")]
/// async fn countries() -> OnlyIfChanged<Json<[&'static str; 2]>> {
///     OnlyIfChanged(Json(["AT", "FR"]))
/// }
/// ```
///
/// An `ETag` or `Last-Modified` of its own is compared; without either the tag is made from the
/// body, a weak one, which saves the sending but not the making. A stream, or a body over 4 MiB,
/// gets none. Only a 200 to GET or HEAD is looked at.
#[derive(Clone, Copy, Debug)]
pub struct OnlyIfChanged<R>(pub R);

impl<R: IntoResponse> IntoResponse for OnlyIfChanged<R> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        let inner = Mutex::new(response.extensions_mut().remove::<Later>());
        Later::attach(Check { inner }, response)
    }
}

/// What is left to do once the request is known again.
struct Check {
    /// What made itself late before us, as a page does.
    inner: Mutex<Option<Later>>,
}

impl Late for Check {
    fn finish<'s>(
        self: Arc<Self>,
        scope: &'s Scope,
        mut response: Response,
    ) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 's>> {
        Box::pin(async move {
            let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(inner) = inner {
                response = inner.finish(scope, response).await?;
            }
            let response = tagged(response).await?;
            // Headers are kept for conditional requests; where there are none, there is no condition.
            let none = HeaderMap::new();
            let headers = scope.headers().unwrap_or(&none);
            Ok(conditional(response, headers, scope.method().unwrap_or(&Method::GET)))
        })
    }
}

/// The response with a tag of its body, where it has nothing to be compared.
async fn tagged(response: Response) -> Result<Response> {
    let headers = response.headers();
    let has = headers.contains_key(header::ETAG) || headers.contains_key(header::LAST_MODIFIED);
    let small = response.body().size_hint().exact().is_some_and(|size| size <= MOST);
    if response.status() != StatusCode::OK || has || !small {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await?;
    // Weak: whoever compresses the answer on the way may leave it as it is.
    let tag = EntityTag::weak(format!("{:x}-{:016x}", bytes.len(), checksum(&bytes)));
    if let Some(value) = tag.header() {
        parts.headers.insert(header::ETAG, value);
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
