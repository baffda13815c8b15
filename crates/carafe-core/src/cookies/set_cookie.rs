//! A cookie that an answer sets.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

use axum::response::{IntoResponseParts, ResponseParts};
use http::HeaderValue;
use http::header::SET_COOKIE;

use super::{SameSite, quote};
use crate::{Error, Kind, Result};

/// The bytes that every browser keeps of one cookie, its attributes counted (Werkzeug's number).
pub const MAX_SIZE: usize = 4093;

/// A cookie that an answer sets (Flask's `response.set_cookie`).
///
/// ```
/// use std::time::Duration;
/// use carafe_core::cookies::{SameSite, SetCookie};
///
/// let cookie = SetCookie::new("theme", "dark")
///     .max_age(Duration::from_secs(3600)).http_only().same_site(SameSite::Lax);
/// assert_eq!(cookie.header()?, "theme=dark; Max-Age=3600; HttpOnly; Path=/; SameSite=Lax");
///
/// let gone = SetCookie::delete("theme");
/// assert_eq!(gone.header()?, "theme=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
/// # Ok::<(), carafe_core::Error>(())
/// ```
///
/// It is a part of any answer: `(SetCookie::new("theme", "dark"), "saved")`. Its path is `/`
/// unless [`path`](Self::path) says otherwise; without [`max_age`](Self::max_age) or
/// [`expires`](Self::expires) the browser drops it when it closes. A value with spaces, quotes or
/// other letters is quoted, and [`Cookies`](super::Cookies) unquotes it.
///
/// What no browser would keep is an error of [`header`](Self::header) rather than a cookie that
/// never comes back: a name with forbidden bytes, more than [`MAX_SIZE`] bytes, a `__Host-` or
/// `__Secure-` name without what it promises.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a cookie is set by being part of the answer"]
pub struct SetCookie {
    name: Cow<'static, str>,
    value: Cow<'static, str>,
    max_age: Option<Duration>,
    expires: Option<SystemTime>,
    path: Cow<'static, str>,
    domain: Option<Cow<'static, str>>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    partitioned: bool,
}

impl SetCookie {
    /// A cookie for all of the site, until the browser closes.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            max_age: None,
            expires: None,
            path: Cow::Borrowed("/"),
            domain: None,
            secure: false,
            http_only: false,
            same_site: None,
            partitioned: false,
        }
    }

    /// Has the browser forget a cookie; path and domain must be those that it was set with.
    pub fn delete(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, "").max_age(Duration::ZERO).expires(SystemTime::UNIX_EPOCH)
    }

    /// How long the browser keeps it; whole seconds.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Until when the browser keeps it; `max_age` is stronger where both are given.
    pub fn expires(mut self, at: SystemTime) -> Self {
        self.expires = Some(at);
        self
    }

    /// Below which path it is sent; `/` unless said otherwise.
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Sends it to this domain and all below it; without, only to the host that set it.
    pub fn domain(mut self, domain: impl Into<Cow<'static, str>>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sends it over HTTPS only.
    pub fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// Hides it from scripts.
    pub fn http_only(mut self) -> Self {
        self.http_only = true;
        self
    }

    /// Which requests from other sites carry it.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    /// Keeps one for each site that embeds this one (CHIPS); it implies `secure`.
    pub fn partitioned(mut self) -> Self {
        self.partitioned = true;
        self
    }
}

impl SetCookie {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, unquoted.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The text of the `Set-Cookie` header, or why browsers would not keep it.
    pub fn header(&self) -> Result<HeaderValue> {
        self.check()?;
        let text = self.text();
        if text.len() > MAX_SIZE {
            return Err(self.wrong(format!("is too large: {} bytes with its attributes, and browsers keep {MAX_SIZE}", text.len()))
                .hint("keep large things on the server (a server-side session, a table) and their id in the cookie"));
        }
        HeaderValue::try_from(text)
            .map_err(|error| self.wrong("has bytes that no header may have").because(error))
    }

    fn is_secure(&self) -> bool {
        self.secure || self.partitioned || self.same_site == Some(SameSite::None)
    }

    fn text(&self) -> String {
        let value = quote::write(&self.value);
        let mut text = String::with_capacity(self.name.len() + value.len() + 96);
        text.extend([&self.name, "=", &value]);
        if let Some(domain) = &self.domain {
            text.extend(["; Domain=", domain.trim_start_matches('.')]);
        }
        if let Some(at) = self.expires {
            text.extend(["; Expires=", &http_date(at)]);
        }
        if let Some(age) = self.max_age {
            // Writing to a String cannot fail.
            let _ = write!(text, "; Max-Age={}", age.as_secs());
        }
        for (on, word) in [(self.is_secure(), "; Secure"), (self.http_only, "; HttpOnly")] {
            text.push_str(if on { word } else { "" });
        }
        text.extend(["; Path=", &self.path]);
        text.push_str(match self.same_site {
            Some(SameSite::Strict) => "; SameSite=Strict",
            Some(SameSite::Lax) => "; SameSite=Lax",
            Some(SameSite::None) => "; SameSite=None",
            None => "",
        });
        text.push_str(if self.partitioned { "; Partitioned" } else { "" });
        text
    }

    fn check(&self) -> Result<()> {
        if self.name.is_empty() || !self.name.bytes().all(is_token) {
            return Err(self
                .wrong("has a name that no cookie may have")
                .hint("letters, digits and -_.!#$%&'*+^`|~ are allowed"));
        }
        if !self.path.starts_with('/') || !self.path.bytes().all(is_attribute) {
            return Err(self
                .wrong(format!("has the path {:?}", self.path))
                .hint("a path begins with / and has no ;"));
        }
        if self
            .domain
            .as_ref()
            .is_some_and(|domain| domain.is_empty() || !domain.bytes().all(is_attribute))
        {
            return Err(self.wrong("has a domain that is none").hint("write it as example.com"));
        }
        // Browsers compare the prefixes without regard to case (RFC 6265bis 4.1.3).
        let promises = |prefix: &str| {
            self.name.get(..prefix.len()).is_some_and(|own| own.eq_ignore_ascii_case(prefix))
        };
        if promises("__Secure-") && !self.is_secure() {
            return Err(self
                .wrong("must be secure")
                .hint("browsers drop a __Secure- cookie without `.secure()`"));
        }
        if promises("__Host-") && !(self.is_secure() && self.domain.is_none() && self.path == "/") {
            return Err(self
                .wrong("must be secure, without a domain, and have the path /")
                .hint("browsers drop a __Host- cookie that is not"));
        }
        Ok(())
    }

    fn wrong(&self, what: impl std::fmt::Display) -> Error {
        Error::new(Kind::Internal, format!("the cookie `{}` {what}", self.name.escape_debug()))
    }
}

impl IntoResponseParts for SetCookie {
    type Error = Error;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts> {
        parts.headers_mut().append(SET_COOKIE, self.header()?);
        Ok(parts)
    }
}

/// A time as HTTP writes it. Later than the year 9999 the format has no room; a browser treats what
/// is before 1970 as it does 1970.
pub(crate) fn http_date(at: SystemTime) -> String {
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    httpdate::fmt_http_date(at.clamp(SystemTime::UNIX_EPOCH, last))
}

/// The bytes of a name (RFC 9110's `token`).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_attribute(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b';'
}
