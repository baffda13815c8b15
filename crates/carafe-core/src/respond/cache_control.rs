//! Who may keep an answer, and for how long (RFC 9111, 5.2.2).

use std::borrow::Cow;
use std::convert::Infallible;
use std::time::Duration;

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderValue, header};

/// The `Cache-Control` of an answer, as a part of it.
///
/// ```
/// use std::time::Duration;
/// use carafe_core::respond::CacheControl;
///
/// let an_hour = CacheControl::public().max_age(Duration::from_secs(3600));
/// assert_eq!(an_hour.to_string(), "public, max-age=3600");
/// assert_eq!(CacheControl::no_store().to_string(), "no-store");
/// let answer = (an_hour, "the same for all");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheControl(Vec<Cow<'static, str>>);

impl CacheControl {
    /// Any cache may keep it.
    pub fn public() -> Self {
        Self(vec!["public".into()])
    }

    /// Only the visitor's own browser may keep it.
    pub fn private() -> Self {
        Self(vec!["private".into()])
    }

    /// It may be kept, but the site is asked each time whether it still holds.
    pub fn no_cache() -> Self {
        Self(vec!["no-cache".into()])
    }

    /// Nobody may keep it.
    pub fn no_store() -> Self {
        Self(vec!["no-store".into()])
    }

    /// How long it is fresh.
    #[must_use]
    pub fn max_age(self, time: Duration) -> Self {
        self.seconds("max-age", time)
    }

    /// How long it is fresh in caches that many share.
    #[must_use]
    pub fn s_maxage(self, time: Duration) -> Self {
        self.seconds("s-maxage", time)
    }

    /// How long a stale answer may still be given while a new one is fetched.
    #[must_use]
    pub fn stale_while_revalidate(self, time: Duration) -> Self {
        self.seconds("stale-while-revalidate", time)
    }

    /// How long a stale answer may stand in for an error.
    #[must_use]
    pub fn stale_if_error(self, time: Duration) -> Self {
        self.seconds("stale-if-error", time)
    }

    /// Once stale it may not be given without asking.
    #[must_use]
    pub fn must_revalidate(self) -> Self {
        self.word("must-revalidate")
    }

    /// It never changes, so that not even a reload asks again.
    #[must_use]
    pub fn immutable(self) -> Self {
        self.word("immutable")
    }

    /// Nobody on the way may change the body.
    #[must_use]
    pub fn no_transform(self) -> Self {
        self.word("no-transform")
    }

    fn seconds(self, name: &str, time: Duration) -> Self {
        self.word(format!("{name}={}", time.as_secs()))
    }

    fn word(mut self, word: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(word.into());
        self
    }
}

impl std::fmt::Display for CacheControl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

impl IntoResponseParts for CacheControl {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        // Words and numbers only: always a header.
        if let Ok(value) = HeaderValue::try_from(self.to_string()) {
            response.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        Ok(response)
    }
}
