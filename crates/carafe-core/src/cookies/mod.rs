//! The cookies that a request brought ([`Cookies`]) and those that an answer sets ([`SetCookie`]).
//!
//! Both are small and our own: the `cookie` crate brings a second library of time beside jiff,
//! and neither reads hostile bytes as browsers' servers do nor knows name prefixes and the size
//! limit of browsers.

mod quote;
mod same_site;
mod set_cookie;

pub use same_site::SameSite;
pub use set_cookie::{MAX_SIZE, SetCookie};

#[cfg(feature = "sessions")]
pub(crate) use set_cookie::http_date;

use std::borrow::Cow;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use bytes::{BufMut, BytesMut};
use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

/// The cookies that a request brought (Flask's `request.cookies`).
///
/// Taking it costs nothing but a reference count; each question reads the header anew, which for
/// the few cookies of a real request is cheaper than a map.
///
/// ```
/// use carafe_core::cookies::Cookies;
///
/// let cookies = Cookies::parse("theme=dark; seen=1; seen=2; name=\"a b\"");
/// assert_eq!(cookies.get("theme").as_deref(), Some("dark"));
/// assert_eq!(cookies.get("name").as_deref(), Some("a b"));
/// assert_eq!(cookies.get_all("seen").collect::<Vec<_>>(), ["1", "2"]);
/// assert_eq!(cookies.get("Theme"), None);
/// ```
///
/// A browser sends the cookie of the longest path first, so of a repeated name [`get`](Self::get)
/// answers the first. Text that is no cookie is passed over; bytes that are no UTF-8 become `�`.
/// Values that Carafe, Flask or Django quoted are unquoted; nothing is percent-decoded.
#[derive(Clone, Default)]
pub struct Cookies(Option<HeaderValue>);

impl Cookies {
    /// The cookies of a request's headers; several `Cookie` lines (HTTP/2 splits them) count as one.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all(COOKIE).iter();
        match (lines.next(), lines.next()) {
            (None, _) => Self(None),
            (Some(only), None) => Self(Some(only.clone())),
            (Some(_), Some(_)) => Self(joined(headers)),
        }
    }

    /// The cookies of a `Cookie` header's text; none if it has bytes that no header may have.
    pub fn parse(header: &str) -> Self {
        Self(HeaderValue::from_bytes(header.as_bytes()).ok())
    }

    /// The value of a cookie; the first one of that name.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get_all(name).next()
    }

    /// Every value that was sent under a name.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.pairs()
            .filter(move |(own, _)| *own == name.as_bytes())
            .map(|(_, raw)| quote::read(raw))
    }

    /// Every cookie, in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        self.pairs().map(|(name, raw)| (String::from_utf8_lossy(name), quote::read(raw)))
    }

    /// True if the request brought none.
    pub fn is_empty(&self) -> bool {
        self.pairs().next().is_none()
    }

    fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let bytes = self.0.as_ref().map_or(&b""[..], HeaderValue::as_bytes);
        bytes.split(|byte| *byte == b';').filter_map(pair)
    }
}

/// Shows the names only: values are secrets more often than not.
impl std::fmt::Debug for Cookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// A pair without a name or without `=` is none, as in Werkzeug: some browsers send `=value` for
/// a cookie whose text was chosen to look like another one.
fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let middle = text.iter().position(|byte| *byte == b'=')?;
    let name = text[..middle].trim_ascii();
    (!name.is_empty()).then(|| (name, text[middle + 1..].trim_ascii()))
}

fn joined(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut all = BytesMut::new();
    for line in headers.get_all(COOKIE) {
        all.put_slice(line.as_bytes());
        all.put_slice(b"; ");
    }
    HeaderValue::from_maybe_shared(all.freeze()).ok()
}
