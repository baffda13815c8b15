//! Headers that make browsers careful.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::error::{Error, Result};

/// The headers that every response carries unless its handler says otherwise (Django's
/// `SecurityMiddleware` and `XFrameOptionsMiddleware`).
///
/// By default: no sniffing of types, no frames around our pages, no address of ours told to
/// other sites, no window shared with them. `Strict-Transport-Security` and
/// `Content-Security-Policy` are set when asked for.
///
/// ```
/// use carafe_core::App;
/// use carafe_core::middleware::SecurityHeaders;
///
/// let headers = SecurityHeaders::default().frames_from_here().hsts(31_536_000);
/// let app = App::new("site").middleware(headers);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl Default for SecurityHeaders {
    fn default() -> Self {
        let fixed = HeaderValue::from_static;
        Self(vec![
            (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
            (header::X_FRAME_OPTIONS, fixed("DENY")),
            (header::REFERRER_POLICY, fixed("same-origin")),
            (HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin")),
        ])
    }
}

impl SecurityHeaders {
    /// None of them.
    pub fn off() -> Self {
        Self(Vec::new())
    }

    /// Lets pages of this site stand in frames of this site.
    #[must_use]
    pub fn frames_from_here(self) -> Self {
        self.with(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"))
    }

    /// Has browsers come by HTTPS only, for so many seconds from each visit on.
    #[must_use]
    pub fn hsts(self, seconds: u32) -> Self {
        let value = HeaderValue::try_from(format!("max-age={seconds}"));
        // Digits are what a header can hold.
        self.with(
            header::STRICT_TRANSPORT_SECURITY,
            value.unwrap_or(HeaderValue::from_static("max-age=0")),
        )
    }

    /// Says what pages may load (`Content-Security-Policy`).
    pub fn content_security_policy(self, policy: &str) -> Result<Self> {
        let value = HeaderValue::from_str(policy).map_err(|error| {
            Error::setup("the content security policy can be no header").because(error)
        })?;
        Ok(self.with(header::CONTENT_SECURITY_POLICY, value))
    }

    /// Sets any header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.retain(|(own, _)| *own != name);
        self.0.push((name, value));
        self
    }

    /// Takes one out.
    #[must_use]
    pub fn without(mut self, name: &HeaderName) -> Self {
        self.0.retain(|(own, _)| own != name);
        self
    }

    pub(super) fn set(&self, headers: &mut HeaderMap) {
        headers.reserve(self.0.len());
        for (name, value) in &self.0 {
            headers.entry(name).or_insert_with(|| value.clone());
        }
    }
}
