//! Which other sites' pages may call this one (CORS).

use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::error::{Error, Result};

/// Which other origins' scripts may call this site (CORS, the Fetch standard).
///
/// ```
/// use carafe_core::App;
/// use carafe_core::middleware::Cors;
///
/// # fn main() -> carafe_core::Result<()> {
/// let app = App::new("api").middleware(Cors::of(["https://app.example.com"])?.credentials());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    origins: Vec<HeaderValue>,
    any: bool,
    credentials: bool,
    exposed: Vec<HeaderName>,
    max_age: Duration,
}

impl Cors {
    /// Scripts of these origins (`https://app.example.com`).
    pub fn of<'o>(origins: impl IntoIterator<Item = &'o str>) -> Result<Self> {
        let wrong = |origin: &str| {
            Error::setup(format!("`{origin}` is no origin")).hint("write scheme and host without a path, as `https://app.example.com`; any origin is `Cors::any()`")
        };
        let read = |origin: &str| {
            let fits = origin.split_once("://").is_some_and(|(scheme, host)| {
                !scheme.is_empty() && !host.is_empty() && !host.contains('/')
            });
            HeaderValue::from_str(&origin.to_ascii_lowercase())
                .ok()
                .filter(|_| fits)
                .ok_or_else(|| wrong(origin))
        };
        let origins = origins.into_iter().map(read).collect::<Result<_>>()?;
        Ok(Self {
            origins,
            any: false,
            credentials: false,
            exposed: Vec::new(),
            max_age: Duration::from_mins(10),
        })
    }

    /// Scripts of any origin, which get nothing that a cookie would open.
    pub fn any() -> Self {
        Self {
            origins: Vec::new(),
            any: true,
            credentials: false,
            exposed: Vec::new(),
            max_age: Duration::from_mins(10),
        }
    }

    /// Lets scripts of the named origins send cookies; with `any` this has no effect, since then
    /// every site could read what a visitor may read.
    #[must_use]
    pub fn credentials(self) -> Self {
        Self { credentials: !self.any, ..self }
    }

    /// Lets scripts read these headers of a response.
    #[must_use]
    pub fn expose(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.exposed.extend(headers);
        self
    }

    /// How long browsers may keep the answer to a preflight; ten minutes unless set.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age, ..self }
    }

    /// The answer to a preflight, if the request is one of a known origin.
    pub(super) fn preflight(&self, request: &Request) -> Option<Response> {
        let headers = request.headers();
        if request.method() != Method::OPTIONS
            || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            return None;
        }
        let mut response = StatusCode::NO_CONTENT.into_response();
        let out = response.headers_mut();
        out.insert(
            header::VARY,
            HeaderValue::from_static(
                "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
            ),
        );
        if let Some(origin) = self.allowed(headers) {
            out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            for (asked, granted) in [
                (header::ACCESS_CONTROL_REQUEST_METHOD, header::ACCESS_CONTROL_ALLOW_METHODS),
                (header::ACCESS_CONTROL_REQUEST_HEADERS, header::ACCESS_CONTROL_ALLOW_HEADERS),
            ] {
                // Which methods and headers a route takes, it says itself when it is called.
                if let Some(value) = headers.get(asked) {
                    out.insert(granted, value.clone());
                }
            }
            if self.credentials {
                out.insert(
                    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                    HeaderValue::from_static("true"),
                );
            }
            out.insert(header::ACCESS_CONTROL_MAX_AGE, self.max_age.as_secs().into());
        }
        Some(response)
    }

    /// The origin to be named in the response to a request.
    pub(super) fn allowed(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(header::ORIGIN)?;
        if self.any {
            return Some(HeaderValue::from_static("*"));
        }
        self.origins
            .iter()
            .any(|own| own.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
            .then(|| origin.clone())
    }

    /// Lets the script read the response.
    pub(super) fn set(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if !self.any {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        let Some(origin) = origin else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.credentials {
            headers
                .insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        let exposed: Vec<_> = self.exposed.iter().map(HeaderName::as_str).collect();
        if let Ok(value) = HeaderValue::try_from(exposed.join(", ")).map_err(drop)
            && !exposed.is_empty()
        {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, value);
        }
    }
}
