//! Where the running code stands: the site, and the request if there is one.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, Uri, header};

use crate::cookies::Cookies;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::frame::Frame;
use crate::locals::Locals;
pub(crate) use crate::origin::without_port;
use crate::origin::{Origin, RootPath};
use crate::routing::{Captured, Rule, Spans, Table};
use crate::serve::Connection;

tokio::task_local! {
    static CURRENT: Scope;
}

/// Where the running code stands: which site, and which request, command, task or test.
///
/// Links ([`Url`](crate::Url)) and services are found through it. Every request, command and test has one;
/// [`spawn`] takes it along into a new task, plain `tokio::spawn` does not.
#[derive(Clone)]
pub struct Scope(Arc<Inner>);

struct Inner {
    frame: Arc<Frame>,
    head: Option<Head>,
    matched: OnceLock<Matched>,
    locals: OnceLock<Locals>,
    afterwards: OnceLock<Mutex<Vec<Afterwards>>>,
    request_id: OnceLock<HeaderValue>,
}

/// A future that runs in a scope.
pub(crate) type InScope<F> = tokio::task::futures::TaskLocalFuture<Scope, F>;

type Afterwards = Box<dyn FnOnce(&mut Response) + Send>;

/// What is kept of a request's head after its handler consumed it.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) host: Option<HeaderValue>,
    pub(crate) accept: Option<HeaderValue>,
    pub(crate) origin: Option<Origin>,
    pub(crate) root_path: String,
    /// The other end of the connection, where headers are kept and there is one.
    pub(crate) peer: Option<IpAddr>,
    /// All of them where somebody said that they are needed, or the request is conditional.
    pub(crate) headers: Option<Box<HeaderMap>>,
    pub(crate) cookies: Option<Box<HeaderMap>>,
}

struct Matched {
    app: usize,
    /// With the path that it was found by, where that is not the one that came.
    route: Option<(Arc<Rule>, Spans, Option<Uri>)>,
    captures: OnceLock<Vec<(String, String)>>,
}

impl Scope {
    /// The scope of the running code; an error outside of one.
    #[track_caller]
    pub fn current() -> Result<Self> {
        CURRENT.try_with(Clone::clone).map_err(|_| {
            Error::internal("this needs a running request, command, task or test, and there is none")
                .hint("in a test use `site.scope(async { … })` or `site.url(…)`; in a task of your own start it with `carafe::spawn`")
        })
    }

    /// Runs a future in this scope.
    pub fn run<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        // Not an `async fn`, which would hold the future twice.
        self.around(future)
    }

    /// The same, as a type that can be named.
    pub(crate) fn around<F: Future>(self, future: F) -> InScope<F> {
        CURRENT.scope(self, future)
    }

    /// Runs a closure in this scope, which goes on.
    pub(crate) fn run_here<T>(&self, f: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), f)
    }

    /// Runs a closure in this scope.
    pub fn run_sync<T>(self, f: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, f)
    }

    pub(crate) fn of_site(frame: Arc<Frame>) -> Self {
        Self(Arc::new(Inner {
            frame,
            head: None,
            matched: OnceLock::new(),
            locals: OnceLock::new(),
            afterwards: OnceLock::new(),
            request_id: OnceLock::new(),
        }))
    }

    pub(crate) fn of_request(frame: Arc<Frame>, head: Head) -> Self {
        Self(Arc::new(Inner {
            frame,
            head: Some(head),
            matched: OnceLock::new(),
            locals: OnceLock::new(),
            afterwards: OnceLock::new(),
            request_id: OnceLock::new(),
        }))
    }

    pub(crate) fn frame(&self) -> &Frame {
        &self.0.frame
    }

    pub(crate) fn events(&self) -> &Events {
        &self.0.frame.events
    }

    /// The routes of the site.
    pub fn table(&self) -> &Table {
        &self.0.frame.table
    }

    /// Tells those who listen of an event ([`App::on`](crate::App::on)).
    pub fn emit<E: Send + Sync + 'static>(&self, event: E) {
        self.emit_with(|| event);
    }

    /// The same; the event is made only if somebody listens.
    pub fn emit_with<E: Send + Sync + 'static>(&self, event: impl FnOnce() -> E) {
        self.events().emit(event);
    }

    /// The values of this request (Flask's `g`).
    pub fn locals(&self) -> &Locals {
        self.0.locals.get_or_init(Locals::default)
    }

    /// Does something to this request's response before the `after` hooks run (Flask's
    /// `after_this_request`), as setting a cookie from deep within.
    pub fn after_this_request(&self, f: impl FnOnce(&mut Response) + Send + 'static) {
        let list = self.0.afterwards.get_or_init(Mutex::default);
        list.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(f));
    }

    pub(crate) fn run_afterwards(&self, response: &mut Response) {
        let Some(list) = self.0.afterwards.get() else { return };
        for f in std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner)) {
            // It is no part of the answer, so that its panic does not take the answer along.
            if catch_unwind(AssertUnwindSafe(|| f(response))).is_err() {
                tracing::error!("a function of `after_this_request` panicked");
            }
        }
    }

    /// The value of a type among the request's values, if somebody put one in.
    pub fn local<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.locals.get()?.get()
    }

    /// The request's cookies.
    pub fn cookies(&self) -> Cookies {
        self.cookie_headers().map(Cookies::from_headers).unwrap_or_default()
    }

    /// The name of this request, as it stands in `X-Request-Id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id_header()?.to_str().ok()
    }

    pub(crate) fn request_id_header(&self) -> Option<&HeaderValue> {
        self.0.request_id.get()
    }

    pub(crate) fn set_request_id(&self, id: HeaderValue) {
        // A request comes through the slots once.
        let _ = self.0.request_id.set(id);
    }

    /// Whether a request is running.
    pub fn is_request(&self) -> bool {
        self.0.head.is_some()
    }

    /// The request's method.
    pub fn method(&self) -> Option<&Method> {
        self.0.head.as_ref().map(|head| &head.method)
    }

    /// The request's address as it came.
    pub fn uri(&self) -> Option<&Uri> {
        self.0.head.as_ref().map(|head| &head.uri)
    }

    /// The request's headers where they were kept: in development, for conditional requests, and
    /// where a plugin asked for them.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.head.as_ref()?.headers.as_deref()
    }

    /// The address at the other end of the connection, a proxy's where one stands between; known
    /// where [`headers`](Self::headers) are, unless the request came without a socket.
    pub fn peer(&self) -> Option<IpAddr> {
        self.0.head.as_ref()?.peer
    }

    pub(crate) fn head(&self) -> Option<&Head> {
        self.0.head.as_ref()
    }

    /// The endpoint that answers: `blog.show`.
    pub fn endpoint(&self) -> Option<&str> {
        self.rule().map(Rule::endpoint)
    }

    /// The rule that answers.
    pub fn rule(&self) -> Option<&Rule> {
        self.0.matched.get()?.route.as_ref().map(|(rule, ..)| &**rule)
    }

    /// The captures of the path and the host that matched, as text.
    pub fn captures(&self) -> &[(String, String)] {
        let Some(matched) = self.0.matched.get() else { return &[] };
        matched.captures.get_or_init(|| {
            let Some((rule, spans, uri)) = &matched.route else { return Vec::new() };
            let Some(uri) = uri.as_ref().or(self.uri()) else { return Vec::new() };
            let mut all = Captured::new(uri.path(), spans, rule).all();
            let host = rule.host().zip(self.host_name());
            let label = host.and_then(|(host, name)| host.captured(name));
            all.extend(label.map(|(name, label)| (name.to_owned(), label.to_owned())));
            all
        })
    }

    /// The app that answers; the outermost where none was found yet.
    pub(crate) fn app(&self) -> usize {
        self.0.matched.get().map_or(0, |matched| matched.app)
    }

    /// Says which route answers.
    pub(crate) fn set_route(&self, rule: Arc<Rule>, spans: Spans, uri: Option<&Uri>) {
        let app = rule.app();
        self.set(Matched {
            app,
            route: Some((rule, spans, uri.cloned())),
            captures: OnceLock::new(),
        });
    }

    /// Says which app answers, where no route of ours does.
    pub(crate) fn set_app(&self, app: usize) {
        self.set(Matched { app, route: None, captures: OnceLock::new() });
    }

    fn set(&self, matched: Matched) {
        // A request is matched once; a second time can only be a re-dispatch that changes nothing.
        let _ = self.0.matched.set(matched);
    }

    /// The prefix that the whole site stands below.
    pub fn root_path(&self) -> &str {
        match &self.0.head {
            Some(head) => &head.root_path,
            None => self.0.frame.root_path(),
        }
    }

    /// The `Cookie` headers of the request.
    pub(crate) fn cookie_headers(&self) -> Option<&HeaderMap> {
        let head = self.0.head.as_ref()?;
        head.headers.as_deref().or(head.cookies.as_deref())
    }

    /// The host of the request with its port, as the client (or a trusted proxy) named it.
    pub fn host(&self) -> Option<&str> {
        let head = self.0.head.as_ref()?;
        match &head.origin {
            Some(origin) => Some(origin.host()),
            None => head.host.as_ref()?.to_str().ok(),
        }
    }

    /// Whether the request came by HTTPS.
    pub fn is_secure(&self) -> bool {
        self.origin().is_ok_and(|origin| origin.scheme() == "https")
    }

    /// The host of the request without its port.
    pub(crate) fn host_name(&self) -> Option<&str> {
        self.host().map(without_port)
    }

    /// Scheme and host: the request's, or the configured base URL.
    pub fn origin(&self) -> Result<Origin> {
        let of_request = self.0.head.as_ref().and_then(|head| {
            head.origin.clone().or_else(|| {
                let host = head.host.as_ref()?.to_str().ok()?;
                Some(Origin::new("http", host))
            })
        });
        of_request
            .or_else(|| self.0.frame.base.as_ref().map(|base| base.origin.clone()))
            .ok_or_else(|| {
                Error::new(
                    crate::Kind::Settings,
                    "unable to build URLs outside a request without `base_url`",
                )
                .hint("set `base_url = \"https://example.com\"` in carafe.toml, or CARAFE_BASE_URL")
            })
    }

    /// The mounts of the app that answers, with dots: `blog.admin`; empty for the outermost.
    pub fn app_path(&self) -> &str {
        &self.0.frame.places[self.app()].path
    }

    /// The paths of all apps of the site, the outermost first, each before those mounted in it.
    pub fn app_paths(&self) -> impl Iterator<Item = &str> {
        self.0.frame.places.iter().map(|place| place.path.as_str())
    }

    /// What the apps of the site left by [`App::deposit`](crate::App::deposit), the outermost app's first, each
    /// with the [path](Self::app_path) of its app.
    pub fn deposits<T: 'static>(&self) -> impl Iterator<Item = (&str, &T)> {
        let places = self.0.frame.places.iter();
        places.flat_map(|place| place.deposits.of().map(|value| (place.path.as_str(), value)))
    }

    /// A value that a component makes once for the whole site, when it is first needed.
    pub fn once<T: Send + Sync + 'static>(
        &self,
        make: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<Arc<T>> {
        self.0.frame.once.get_or_make(|| make(self))
    }

    /// A service of the app that answers, or of one that it is mounted in.
    pub fn service<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.frame.service(self.app())
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("uri", &self.uri())
            .field("endpoint", &self.endpoint())
            .finish_non_exhaustive()
    }
}

impl Head {
    /// Takes from a request what is needed after its handler consumed it.
    pub(crate) fn of(
        request: &Request,
        connection: Option<&Connection>,
        keep_headers: bool,
    ) -> Self {
        let headers = request.headers();
        let conditional = |name: &http::HeaderName| {
            matches!(
                *name,
                header::RANGE
                    | header::IF_MATCH
                    | header::IF_NONE_MATCH
                    | header::IF_MODIFIED_SINCE
                    | header::IF_UNMODIFIED_SINCE
                    | header::IF_RANGE
            )
        };
        let keep = keep_headers || headers.keys().any(conditional);
        // HTTP/2 has the host in the address; where HTTP/1 has one there too, it is the one that
        // counts (RFC 9112, 3.2.2).
        let host = match request.uri().authority() {
            Some(authority) => HeaderValue::from_str(authority.as_str()).ok(),
            None => headers.get(header::HOST).cloned(),
        };
        let facts = request.extensions();
        let connection = connection.or_else(|| facts.get());
        let origin = facts.get::<Origin>().cloned().or_else(|| {
            connection.filter(|connection| connection.tls)?;
            Some(Origin::new("https", host.as_ref()?.to_str().ok()?))
        });
        // What a proxy takes off comes before what a router around this site takes off.
        let mut root_path =
            facts.get::<RootPath>().map(|prefix| prefix.0.clone()).unwrap_or_default();
        root_path += facts.get::<axum::extract::OriginalUri>().map_or("", |original| {
            original.0.path().strip_suffix(request.uri().path()).unwrap_or_default()
        });
        let remote = facts.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let remote = remote.or_else(|| connection?.remote);
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            host,
            accept: headers.get(header::ACCEPT).cloned(),
            origin,
            root_path,
            // An IPv4 client of a socket for both is written as IPv6.
            peer: remote.filter(|_| keep).map(|remote| remote.ip().to_canonical()),
            cookies: (!keep && headers.contains_key(header::COOKIE)).then(|| {
                let cookies = headers.get_all(header::COOKIE).iter();
                Box::new(cookies.map(|value| (header::COOKIE, value.clone())).collect())
            }),
            headers: keep.then(|| Box::new(headers.clone())),
        }
    }
}

/// Starts a task that stands where its maker stands: links, services and request values work in
/// it as they do here. Outside of a scope it is plain `tokio::spawn`.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match Scope::current() {
        Ok(scope) => tokio::spawn(scope.run(future)),
        Err(_) => tokio::spawn(future),
    }
}

thread_local! {
    /// The name of the argument that is being extracted, for extractors that go by it. It is set
    /// right before the extractor's first poll and read in it, on one thread.
    static ARGUMENT: Cell<&'static str> = const { Cell::new("") };
}

pub(crate) fn set_argument(name: &'static str) {
    ARGUMENT.set(name);
}

pub(crate) fn argument() -> &'static str {
    ARGUMENT.get()
}
