//! Responses sent compressed, to those who accept that.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, header};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};

/// Sends responses compressed (gzip, Brotli, zstd) to whom accepts that; not what is small, a
/// picture, an event stream, a part of a file, or compressed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compression {
    on: bool,
}

impl Default for Compression {
    fn default() -> Self {
        Self::on()
    }
}

impl Compression {
    /// Compresses.
    pub fn on() -> Self {
        Self { on: true }
    }

    /// Does not.
    pub fn off() -> Self {
        Self { on: false }
    }

    /// Whether the response to a request with these headers may be compressed.
    pub(super) fn applies(self, request: &HeaderMap) -> Option<HeaderMap> {
        let accepts = request.get(header::ACCEPT_ENCODING).filter(|_| self.on)?;
        Some(HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepts.clone())]))
    }

    /// Compresses a response for a request with these headers.
    pub(super) async fn compress(accepted: HeaderMap, response: Response) -> Response {
        let weak_tag = response.headers().get(header::ETAG).cloned();
        let mut request = Request::new(Body::empty());
        *request.headers_mut() = accepted;
        let layer = CompressionLayer::new().compress_when(DefaultPredicate::new().and(WholeBody));
        let mut ready = Some(response);
        let inner = service_fn(move |_: Request| {
            let response = ready.take().unwrap_or_default();
            async move { Ok::<_, Infallible>(response) }
        });
        let mut response = match layer.layer(inner).oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        };
        // The bytes are others now, so that the tag can only say that the meaning is the same.
        if response.headers().contains_key(header::CONTENT_ENCODING)
            && let Some(tag) = weak_tag.filter(|tag| !tag.as_bytes().starts_with(b"W/"))
            && let Ok(weak) = http::HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat())
        {
            response.headers_mut().insert(header::ETAG, weak);
        }
        response
    }
}

/// A part of a file is a part of those very bytes.
#[derive(Clone, Copy, Debug)]
struct WholeBody;

impl Predicate for WholeBody {
    fn should_compress<B: http_body::Body>(&self, response: &http::Response<B>) -> bool {
        !response.headers().contains_key(header::CONTENT_RANGE)
    }
}
