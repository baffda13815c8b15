//! What a client wants of caches on the way (RFC 9111, 5.2.1).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::directives::{items, pair};

/// The directives of a request's `Cache-Control` (Flask's `request.cache_control`).
///
/// ```
/// use std::time::Duration;
/// use carafe_core::extract::CacheControl;
/// use http::HeaderMap;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("cache-control", "no-cache, max-age=60".parse()?);
/// let asked = CacheControl::from_headers(&headers);
/// assert!(asked.no_cache && !asked.no_store);
/// assert_eq!(asked.max_age, Some(Duration::from_secs(60)));
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
///
/// What an *answer* says is [`respond::CacheControl`](crate::respond::CacheControl).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a directive that is there or not")]
pub struct CacheControl {
    /// Ask the origin again before a stored answer is used: a reload.
    pub no_cache: bool,
    /// Store nothing of this.
    pub no_store: bool,
    /// Do not change the body on the way.
    pub no_transform: bool,
    /// Only what is stored already; 504 otherwise.
    pub only_if_cached: bool,
    /// No answer older than this.
    pub max_age: Option<Duration>,
    /// An answer may be stale by this; without a number by anything.
    pub max_stale: Option<Duration>,
    /// Fresh for at least this long.
    pub min_fresh: Option<Duration>,
}

impl CacheControl {
    /// What a request's headers say; directives that make no sense are passed over.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(CACHE_CONTROL).iter();
        let texts = lines.filter_map(|line: &HeaderValue| line.to_str().ok());
        let mut asked = Self::default();
        for (name, value) in texts.flat_map(|text| items(text, b',')).map(pair) {
            let seconds = value.as_deref().and_then(|text| text.parse().ok());
            let time = seconds.map(Duration::from_secs);
            match name.to_ascii_lowercase().as_str() {
                "no-cache" => asked.no_cache = true,
                "no-store" => asked.no_store = true,
                "no-transform" => asked.no_transform = true,
                "only-if-cached" => asked.only_if_cached = true,
                "max-age" => asked.max_age = time,
                "max-stale" if value.is_none() => asked.max_stale = Some(Duration::MAX),
                "max-stale" => asked.max_stale = time,
                "min-fresh" => asked.min_fresh = time,
                _ => {}
            }
        }
        asked
    }
}

impl<S: Sync> FromRequestParts<S> for CacheControl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}
