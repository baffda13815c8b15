//! "Only if it changed", "only if it did not": conditional requests (RFC 9110, 13).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderMap, HeaderName};
use http::{Method, StatusCode};

use super::entity_tag::{self, EntityTag};
use crate::Error;

/// What tells one version of a resource from the next.
///
/// A handler that writes asks it before it acts, so that nobody overwrites what he has not seen:
///
/// ```
/// use carafe_core::respond::{EntityTag, Validators, Verdict};
/// use http::{HeaderMap, Method};
///
/// let current = Validators { etag: Some(EntityTag::strong("v2")), last_modified: None };
/// let mut headers = HeaderMap::new();
/// headers.insert("if-match", "\"v1\"".parse()?);
/// assert_eq!(current.check(&Method::PUT, &headers), Verdict::Failed);
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Validators {
    /// The version's name.
    pub etag: Option<EntityTag>,
    /// When it was made; HTTP knows whole seconds only.
    pub last_modified: Option<SystemTime>,
}

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer as if there were no conditions.
    Go,
    /// The client has this version already: 304, no body.
    NotModified,
    /// The client speaks of another version: 412, and nothing is done.
    Failed,
}

impl Validators {
    /// The validators that a response carries in its `ETag` and `Last-Modified`.
    pub fn of(response_headers: &HeaderMap) -> Self {
        Self {
            etag: text(response_headers, header::ETAG).and_then(EntityTag::parse),
            last_modified: date(response_headers, header::LAST_MODIFIED),
        }
    }

    /// Holds the request's conditions against them, in the order of RFC 9110, 13.2.2.
    pub fn check(&self, method: &Method, request: &HeaderMap) -> Verdict {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        if request.contains_key(header::IF_MATCH) {
            if !self.any(request, header::IF_MATCH, EntityTag::matches_strongly) {
                return Verdict::Failed;
            }
        } else if let Some(asked) = date(request, header::IF_UNMODIFIED_SINCE)
            && self.last_modified.is_some_and(|made| seconds(made) > seconds(asked))
        {
            return Verdict::Failed;
        }
        if request.contains_key(header::IF_NONE_MATCH) {
            if self.any(request, header::IF_NONE_MATCH, EntityTag::matches_weakly) {
                return if reads { Verdict::NotModified } else { Verdict::Failed };
            }
        } else if reads
            && let Some(asked) = date(request, header::IF_MODIFIED_SINCE)
            && self.last_modified.is_some_and(|made| seconds(made) <= seconds(asked))
        {
            return Verdict::NotModified;
        }
        Verdict::Go
    }

    /// True where `If-Range` allows a part of this version: no such header, the same strong tag,
    /// or exactly the same date.
    pub(super) fn allow_range(&self, request: &HeaderMap) -> bool {
        let Some(value) = request.get(header::IF_RANGE) else {
            return true;
        };
        let Ok(value) = value.to_str() else {
            return false;
        };
        match (EntityTag::parse(value), httpdate::parse_http_date(value.trim())) {
            (Some(tag), _) => self.etag.as_ref().is_some_and(|own| own.matches_strongly(&tag)),
            (None, Ok(asked)) => {
                self.last_modified.is_some_and(|made| seconds(made) == seconds(asked))
            }
            (None, Err(_)) => false,
        }
    }

    fn any(
        &self,
        request: &HeaderMap,
        name: HeaderName,
        alike: fn(&EntityTag, &EntityTag) -> bool,
    ) -> bool {
        request.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|value| {
            // The caller has a representation at hand, so `*` is true even without a tag.
            value.trim() == "*"
                || self
                    .etag
                    .as_ref()
                    .is_some_and(|own| entity_tag::list(value).any(|tag| alike(own, &tag)))
        })
    }
}

/// Answers 304 or 412 in place of a response whose `ETag` or `Last-Modified` meets the request's
/// conditions; Werkzeug's `make_conditional` without ranges.
///
/// Only a 200 to GET or HEAD is looked at: by the time a writing handler answers it has acted,
/// and [`Validators::check`] is for before.
pub fn conditional(response: Response, request: &HeaderMap, method: &Method) -> Response {
    if response.status() != StatusCode::OK || !matches!(*method, Method::GET | Method::HEAD) {
        return response;
    }
    match Validators::of(response.headers()).check(method, request) {
        Verdict::Go => response,
        Verdict::NotModified => not_modified(response),
        Verdict::Failed => refuse(response, Error::status_code(StatusCode::PRECONDITION_FAILED)),
    }
}

fn not_modified(mut response: Response) -> Response {
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.body_mut() = Body::empty();
    // What describes the body goes with it; ETag, dates, Cache-Control and Vary stay.
    for name in DESCRIBES_BODY {
        response.headers_mut().remove(name);
    }
    response
}

/// The error in place of a response, keeping what a hook or session put on it.
pub(super) fn refuse(mut response: Response, error: Error) -> Response {
    for name in DESCRIBES_BODY.into_iter().chain(DESCRIBES_VERSION) {
        response.headers_mut().remove(name);
    }
    let refusal = error.into_response();
    let mut headers = refusal.headers().clone();
    for (name, value) in response.headers() {
        if !refusal.headers().contains_key(name) {
            headers.append(name, value.clone());
        }
    }
    let (mut parts, body) = refusal.into_parts();
    parts.headers = headers;
    Response::from_parts(parts, body)
}

const DESCRIBES_BODY: [HeaderName; 7] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_RANGE,
    header::CONTENT_DISPOSITION,
    header::ACCEPT_RANGES,
];

const DESCRIBES_VERSION: [HeaderName; 3] =
    [header::ETAG, header::LAST_MODIFIED, header::CACHE_CONTROL];

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// A date that cannot be read counts as absent (RFC 9110, 13.1.3).
fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?.trim()).ok()
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).as_ref().map_or(0, Duration::as_secs)
}
