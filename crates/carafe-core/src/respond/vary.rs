//! Which headers of a request an answer depends on.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The request headers that an answer depends on, as a part of it: caches keep one answer for
/// each of their values.
///
/// ```
/// use carafe_core::respond::Vary;
/// use http::header::ACCEPT_LANGUAGE;
///
/// let answer = (Vary::on(ACCEPT_LANGUAGE), "Guten Tag");
/// ```
///
/// It adds to what the answer varies on already; [`vary`] does the same to headers at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary(Vec<HeaderName>);

impl Vary {
    /// On a header.
    pub fn on(name: HeaderName) -> Self {
        Self(vec![name])
    }

    /// On another one too.
    #[must_use]
    pub fn and(mut self, name: HeaderName) -> Self {
        self.0.push(name);
        self
    }
}

/// Says that an answer depends on a header of the request, if it does not say so already.
///
/// ```
/// use carafe_core::respond::vary;
/// use http::{HeaderMap, header};
///
/// let mut headers = HeaderMap::new();
/// vary(&mut headers, &header::COOKIE);
/// vary(&mut headers, &header::ACCEPT);
/// vary(&mut headers, &header::COOKIE);
/// assert_eq!(headers["vary"], "cookie, accept");
/// ```
pub fn vary(headers: &mut HeaderMap, name: &HeaderName) {
    let said: Vec<&str> =
        headers.get_all(header::VARY).iter().filter_map(|line| line.to_str().ok()).collect();
    let said = said.join(", ");
    let names = || said.split(',').map(str::trim).filter(|own| !own.is_empty());
    if names().any(|own| own == "*" || own.eq_ignore_ascii_case(name.as_str())) {
        return;
    }
    let all: Vec<&str> = names().chain([name.as_str()]).collect();
    if let Ok(value) = HeaderValue::try_from(all.join(", ")) {
        headers.insert(header::VARY, value);
    }
}

impl IntoResponseParts for Vary {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        for name in &self.0 {
            vary(response.headers_mut(), name);
        }
        Ok(response)
    }
}
