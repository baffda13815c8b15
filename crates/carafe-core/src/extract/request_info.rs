//! What a request is about, by the names that Flask gives to it.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, Method, Uri};

use crate::error::{Error, Result};
use crate::origin::Origin;
use crate::routing::Rule;
use crate::scope::Scope;
use crate::serve::Connection;

/// The head of a request: its address in all its parts, the route that it found, and the headers
/// that everybody asks for (what of Flask's `request` is no body, cookie or form).
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::extract::RequestInfo;
/// use carafe_macros::get;
///
/// #[get("/about")]
/// async fn about(request: RequestInfo) -> String {
///     format!("{} asked for {}", request.user_agent().unwrap_or("somebody"), request.url())
/// }
/// ```
///
/// For `https://example.com/shop/blog/posts/7?page=2` on a site that stands below `/shop`, of
/// which the app `blog` is mounted at `/blog`:
///
/// | method | value |
/// |---|---|
/// | [`path`](Self::path) | `/blog/posts/7` |
/// | [`full_path`](Self::full_path) | `/blog/posts/7?page=2` |
/// | [`root_path`](Self::root_path) | `/shop` |
/// | [`url`](Self::url) | `https://example.com/shop/blog/posts/7?page=2` |
/// | [`base_url`](Self::base_url) | `https://example.com/shop/blog/posts/7` |
/// | [`root_url`](Self::root_url) | `https://example.com/shop/` |
/// | [`host_url`](Self::host_url) | `https://example.com/` |
/// | [`host`](Self::host) | `example.com` |
/// | [`scheme`](Self::scheme) | `https` |
/// | [`query`](Self::query) | `page=2` |
/// | [`endpoint`](Self::endpoint) | `blog.show` |
/// | [`mounts`](Self::mounts) | `blog` |
///
/// Paths are as they came, percent-encoded, so that they can be put into an address again.
/// Scheme, host and root path are what trusted proxies say of them.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    scope: Scope,
    origin: Origin,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl RequestInfo {
    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, without what the whole site stands below.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The path with the query. Where there is no query there is no `?` (Flask leaves one).
    pub fn full_path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |whole| whole.as_str())
    }

    /// The query without its `?`; empty where there is none.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// What the whole site stands below, as a proxy or a router around it took it off (Flask's
    /// `script_root`); mostly empty.
    pub fn root_path(&self) -> &str {
        self.scope.root_path()
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.origin.scheme()
    }

    /// True for `https`.
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https"
    }

    /// The host, with its port if that is not the scheme's own.
    pub fn host(&self) -> &str {
        self.origin.host()
    }

    /// Scheme and host.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The whole address.
    pub fn url(&self) -> String {
        format!("{}{}{}", self.origin, self.root_path(), self.full_path())
    }

    /// The whole address without the query.
    pub fn base_url(&self) -> String {
        format!("{}{}{}", self.origin, self.root_path(), self.path())
    }

    /// The address of the site (Flask's `root_url`, `url_root`).
    pub fn root_url(&self) -> String {
        format!("{}{}/", self.origin, self.root_path())
    }

    /// The address of the host.
    pub fn host_url(&self) -> String {
        format!("{}/", self.origin)
    }
}

/// What the table of routes says. Before hooks see it too; where no route was found it is nothing.
impl RequestInfo {
    /// The endpoint that answers: `blog.show`.
    pub fn endpoint(&self) -> Option<&str> {
        self.scope.endpoint()
    }

    /// The rule that answers (Flask's `url_rule`).
    pub fn rule(&self) -> Option<&Rule> {
        self.scope.rule()
    }

    /// The captures of the path, of mounts and of the host, as text (Flask's `view_args`).
    pub fn captures(&self) -> &[(String, String)] {
        self.scope.captures()
    }

    /// The mount whose app answers: `blog.admin` (Flask's `blueprint`).
    pub fn mount(&self) -> Option<&str> {
        self.mounts().next()
    }

    /// The mounts whose apps answer, the innermost first: `blog.admin`, `blog` (Flask's
    /// `blueprints`).
    pub fn mounts(&self) -> impl Iterator<Item = &str> {
        let innermost = Some(self.scope.app_path()).filter(|path| !path.is_empty());
        std::iter::successors(innermost, |path| Some(path.rsplit_once('.')?.0))
    }
}

/// What its headers say.
impl RequestInfo {
    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A header as text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The type of the body with its parameters: `text/html; charset=utf-8`.
    pub fn content_type(&self) -> Option<&str> {
        self.header(header::CONTENT_TYPE)
    }

    /// The type of the body in small letters, without parameters: `text/html`.
    pub fn mimetype(&self) -> Option<String> {
        let kind = self.content_type()?.split(';').next()?.trim();
        (!kind.is_empty()).then(|| kind.to_ascii_lowercase())
    }

    /// True for `application/json` and whatever ends in `+json`.
    pub fn is_json(&self) -> bool {
        self.mimetype().is_some_and(|kind| {
            kind == "application/json"
                || (kind.starts_with("application/") && kind.ends_with("+json"))
        })
    }

    /// How long the body is, where the client said so.
    pub fn content_length(&self) -> Option<u64> {
        self.parsed(header::CONTENT_LENGTH)
    }

    /// What the client calls itself.
    pub fn user_agent(&self) -> Option<&str> {
        self.header(header::USER_AGENT)
    }

    /// The page that the visitor came from.
    pub fn referrer(&self) -> Option<&str> {
        self.header(header::REFERER)
    }

    fn parsed<T: FromStr>(&self, name: HeaderName) -> Option<T> {
        self.header(name)?.trim().parse().ok()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let scope = Scope::current()?;
        // Only HTTP/1.0 comes without a host; then it is the address that was reached.
        let reached = || {
            let connection = parts.extensions.get::<Connection>();
            let local = connection.and_then(|connection| connection.local);
            let scheme = if connection.is_some_and(|own| own.tls) { "https" } else { "http" };
            Origin::new(scheme, local.map_or("localhost".to_owned(), |local| local.to_string()))
        };
        Ok(Self {
            origin: scope.origin().unwrap_or_else(|_| reached()),
            scope,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
        })
    }
}
