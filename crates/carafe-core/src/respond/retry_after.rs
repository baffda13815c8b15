//! When to ask again.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderValue, header};

/// When to ask again (RFC 9110, 10.2.3), as a part of an answer: 503, 429, a redirect.
///
/// ```
/// use std::time::Duration;
/// use carafe_core::respond::RetryAfter;
/// use http::StatusCode;
///
/// let answer =
///     (StatusCode::SERVICE_UNAVAILABLE, RetryAfter::In(Duration::from_secs(120)), "be right back");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After some time; whole seconds, rounded up.
    In(Duration),
    /// At a date.
    At(SystemTime),
}

impl RetryAfter {
    /// The header's value.
    pub fn header(self) -> HeaderValue {
        match self {
            Self::In(time) => (time.as_secs() + u64::from(time.subsec_nanos() > 0)).into(),
            Self::At(date) => HeaderValue::try_from(httpdate::fmt_http_date(date))
                .unwrap_or_else(|_| HeaderValue::from_static("0")),
        }
    }
}

impl IntoResponseParts for RetryAfter {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.headers_mut().insert(header::RETRY_AFTER, self.header());
        Ok(response)
    }
}
