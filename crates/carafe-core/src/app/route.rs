//! From the pipeline to a route: hosts, axum's router, and what happens to an unknown path.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, Uri, header};
use tower::{Service, ServiceExt};

use super::dispatch::{elsewhere, failed, found};
use super::foreign::Foreign;
use super::{Site, Slashes};
use crate::error::{Error, Kind};
use crate::middleware::sessions;
use crate::respond::redirect;
use crate::routing::{Choice, Entry, Grouped, Host, Methods, Rule, Spans};
use crate::scope::Scope;
use crate::url::Url;

/// One router a host; the one without a host answers all others.
pub(crate) struct Hosts {
    list: Vec<OneHost>,
    slashes: Slashes,
    automatic_options: bool,
}

struct OneHost {
    host: Option<Host>,
    router: Router,
    grouped: Grouped,
    foreign: Vec<Foreign>,
}

impl Hosts {
    pub(super) fn new(
        site: &Weak<Site>,
        groups: Vec<Grouped>,
        foreign: Vec<Foreign>,
        slashes: Slashes,
        automatic_options: bool,
    ) -> Self {
        let mut foreign: Vec<_> = foreign.into_iter().map(Some).collect();
        let mut list: Vec<_> = groups
            .into_iter()
            .map(|grouped| {
                let router = grouped.entries.iter().fold(Router::new(), |router, (path, entry)| {
                    router.route_service(path, Routed(site.clone(), entry.clone()))
                });
                let own = foreign
                    .iter_mut()
                    .filter_map(|slot| slot.take_if(|foreign| foreign.host == grouped.host));
                let mut foreign: Vec<Foreign> = own.collect();
                // The longest prefix is the nearest app.
                foreign.sort_by_key(|foreign| std::cmp::Reverse(foreign.depth()));
                OneHost {
                    host: grouped.host.clone(),
                    router: router.fallback_service(Unrouted(site.clone())),
                    grouped,
                    foreign,
                }
            })
            .collect();
        // Exact hosts before those with a capture, and the one for all others last.
        list.sort_by_key(|one| match &one.host {
            Some(host) => u8::from(host.capture.is_some()),
            None => 2,
        });
        Self { list, slashes, automatic_options }
    }

    fn of(&self, scope: &Scope) -> &OneHost {
        let last = &self.list[self.list.len() - 1];
        if self.list.len() == 1 {
            return last;
        }
        let name = scope.host_name().unwrap_or_default();
        let full = scope
            .head()
            .and_then(|head| head.host.as_ref())
            .and_then(|host| host.to_str().ok())
            .unwrap_or(name);
        let fits = |host: &Host| host.matches(name).or_else(|| host.matches(full)).is_some();
        self.list.iter().find(|one| one.host.as_ref().is_some_and(fits)).unwrap_or(last)
    }
}

impl Site {
    /// The route of a request that may be answered without any detour.
    pub(crate) fn at_once(&self, scope: &Scope, request: &Request) -> Option<(Arc<Rule>, Spans)> {
        if !self.has_short_ways {
            return None;
        }
        let path = request.uri().path();
        let entry = self.hosts().of(scope).grouped.entry(path)?;
        let Choice::Found(rule, spans) = entry.choose(request.method(), path) else { return None };
        let route = rule.route();
        let goes = !route.reads_facts
            && route.options.body_limit.is_none()
            && self.node(rule.app()).is_plain()
            && !sessions::guards(scope, route.options.csrf == Some(false), request)
            && rule.spelled_out(path, &spans).is_none();
        goes.then(|| (rule.clone(), spans))
    }

    /// Finds the route of a request and lets it answer.
    pub(crate) async fn route(self: &Arc<Self>, scope: &Scope, request: Request) -> Response {
        let router = self.hosts().of(scope).router.clone();
        match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    async fn enter(self: &Arc<Self>, scope: &Scope, entry: &Entry, request: Request) -> Response {
        match entry.choose(request.method(), request.uri().path()) {
            Choice::Found(rule, spans) => match rule.spelled_out(request.uri().path(), &spans) {
                None => found(self, scope, rule.clone(), spans, request).await,
                Some(values) => {
                    let to = Url::to_endpoint(rule.endpoint());
                    let to =
                        values.iter().fold(to, |url, (name, text)| url.with(name.clone(), text));
                    scope.set_route(rule.clone(), spans, Some(request.uri()));
                    shorter(scope, &to, request.uri())
                }
            },
            Choice::WrongMethod(allowed) => {
                Box::pin(self.wrong_method(scope, allowed, entry, request)).await
            }
            Choice::NotFound => Box::pin(self.unrouted(scope, request)).await,
        }
    }

    async fn wrong_method(
        self: &Arc<Self>,
        scope: &Scope,
        mut allowed: Methods,
        entry: &Entry,
        request: Request,
    ) -> Response {
        if self.hosts().automatic_options {
            allowed.allow(&Methods::of([Method::OPTIONS]));
        }
        // The names of methods are tokens, which a header can hold.
        let allow =
            HeaderValue::from_str(&allowed.to_string()).unwrap_or(HeaderValue::from_static(""));
        if self.hosts().automatic_options && request.method() == Method::OPTIONS {
            return ([(header::ALLOW, allow)], ()).into_response();
        }
        let app = entry.rules().first().map_or(0, |rule| rule.app());
        let error =
            Error::status_code(StatusCode::METHOD_NOT_ALLOWED).with_header(header::ALLOW, allow);
        failed(self, scope, app, error, request).await
    }

    /// What no entry of the router knows.
    async fn unrouted(self: &Arc<Self>, scope: &Scope, request: Request) -> Response {
        let hosts = self.hosts();
        let one = hosts.of(scope);
        let path = request.uri().path();
        match one.grouped.rest.choose(request.method(), path) {
            Choice::Found(rule, spans) => {
                return found(self, scope, rule.clone(), spans, request).await;
            }
            Choice::WrongMethod(allowed) => {
                return self.wrong_method(scope, allowed, &one.grouped.rest, request).await;
            }
            Choice::NotFound => {}
        }
        match one.known(path, hosts.slashes) {
            Some((Fix::Redirect, path)) => {
                let target = with_query(scope, &path, request.uri());
                return self.elsewhere(scope, one, Some(target), request).await;
            }
            Some((Fix::Serve, path)) => return self.again(scope, one, &path, request).await,
            None => {}
        }
        self.elsewhere(scope, one, None, request).await
    }

    /// Serves a path that is another spelling of one we know.
    async fn again(
        self: &Arc<Self>,
        scope: &Scope,
        one: &OneHost,
        path: &str,
        mut request: Request,
    ) -> Response {
        match with_path(request.uri(), path) {
            None => failed(self, scope, 0, Error::new(Kind::NotFound, ""), request).await,
            Some(uri) => {
                *request.uri_mut() = uri;
                // The route knows the path by now, so that this cannot come here a second time.
                match one.router.clone().oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        }
    }

    /// Asks the routers that are not ours, then redirects to the spelling that we know, or gives up.
    async fn elsewhere(
        self: &Arc<Self>,
        scope: &Scope,
        one: &OneHost,
        target: Option<String>,
        request: Request,
    ) -> Response {
        match (one.elsewhere(request.uri().path()), target) {
            (Some((app, routers)), target) => {
                elsewhere(self, scope, app, routers, target, request).await
            }
            (None, Some(target)) => redirect(target).permanent().into_response(),
            (None, None) => failed(self, scope, 0, Error::new(Kind::NotFound, ""), request).await,
        }
    }
}

impl OneHost {
    /// The routers that are not ours and stand above a path, with the app of the nearest.
    fn elsewhere(&self, path: &str) -> Option<(usize, Vec<Router>)> {
        let mut fitting =
            self.foreign.iter().filter(|foreign| foreign.stands_above(path)).peekable();
        let app = fitting.peek()?.app;
        Some((app, fitting.map(|foreign| foreign.router.clone()).collect()))
    }
}

/// What is done about a path that is another spelling of one we know.
enum Fix {
    Redirect,
    Serve,
}

impl OneHost {
    /// The spelling under which a path is known: slashes merged, the slash at its end added or
    /// left out, encoding that says nothing undone.
    fn known(&self, path: &str, slashes: Slashes) -> Option<(Fix, String)> {
        let merged = merge_slashes(path);
        if merged != path && self.grouped.find(&merged).is_some() {
            return Some((Fix::Redirect, merged));
        }
        let other = match merged.strip_suffix('/') {
            Some(leaf) => leaf.to_owned(),
            None => format!("{merged}/"),
        };
        if let Some(fix) = self.grouped.find(&other).and_then(|rule| fix(rule, &other, slashes)) {
            return Some((fix, other));
        }
        let plain = normal_encoding(&merged);
        (path.contains('%') && plain != path && self.grouped.find(&plain).is_some())
            .then_some((Fix::Serve, plain))
    }
}

/// What becomes of the other form, with or without the slash at its end: what the route's own
/// attribute says, else what the site's policy does.
fn fix(rule: &Rule, known: &str, slashes: Slashes) -> Option<Fix> {
    match (rule.route().strict_slashes(), slashes) {
        (Some(false), _) | (None, Slashes::Lenient) => Some(Fix::Serve),
        (Some(true), _) | (None, Slashes::Strict) => None,
        (None, Slashes::Redirect) => known.ends_with('/').then_some(Fix::Redirect),
    }
}

fn merge_slashes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !out.ends_with('/') {
            out.push(c);
        }
    }
    out
}

/// Each segment decoded and encoded again, as our own URLs have it.
fn normal_encoding(path: &str) -> String {
    path.split('/').map(crate::routing::encode_again).collect::<Vec<_>>().join("/")
}

/// Another path on this host, with the query kept.
fn with_query(scope: &Scope, path: &str, uri: &Uri) -> String {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{path}{query}", scope.root_path())
}

/// A permanent redirect to the shorter path of the same page, with the query kept.
fn shorter(scope: &Scope, url: &Url, uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    match url.write(scope) {
        Ok(path) => redirect(path + &query).permanent().into_response(),
        Err(error) => error.into_response(),
    }
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{path}{query}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// A route of axum's router: one entry of ours.
#[derive(Clone)]
struct Routed(Weak<Site>, Arc<Entry>);

/// What axum's router falls back to.
#[derive(Clone)]
struct Unrouted(Weak<Site>);

type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl Service<Request> for Routed {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let (site, entry) = (self.0.clone(), self.1.clone());
        Box::pin(async move {
            Ok(match here(&site) {
                Ok((site, scope)) => site.enter(&scope, &entry, request).await,
                Err(error) => error.into_response(),
            })
        })
    }
}

impl Service<Request> for Unrouted {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let site = self.0.clone();
        Box::pin(async move {
            Ok(match here(&site) {
                Ok((site, scope)) => site.unrouted(&scope, request).await,
                Err(error) => error.into_response(),
            })
        })
    }
}

/// The site that a router belongs to, and the running request. The router knows its site only as
/// long as somebody else does, since it is a part of it.
fn here(site: &Weak<Site>) -> Result<(Arc<Site>, Scope), Error> {
    let site = site.upgrade().ok_or_else(|| Error::new(Kind::Unavailable, "the site is gone"))?;
    Ok((site, Scope::current()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_merged() {
        for (path, merged) in
            [("/a//b", "/a/b"), ("//", "/"), ("/a/b", "/a/b"), ("//evil.com//x", "/evil.com/x")]
        {
            assert_eq!(merge_slashes(path), merged);
        }
    }
}
