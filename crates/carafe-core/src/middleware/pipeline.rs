//! The outer slots in their order.

use std::future::Future;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{Method, header};
use http_body::Body as _;

use super::reload::Reload;
use super::request_id::{self, RequestId, RequestIds};
use super::{BodyLimit, Compression, Cors, SecurityHeaders, TimeLimit, TrustedHosts};
use crate::error::{Error, Kind, Result};
use crate::events::{RequestFinished, RequestStarted};
use crate::scope::Scope;
use crate::settings::{LimitSettings, SecuritySettings, ServerSettings, Settings};

/// What one line of [`App::middleware`](crate::App::middleware) sets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Slot {
    /// Whether requests have names.
    RequestId(RequestId),
    /// A line in the log for each request.
    AccessLog(AccessLog),
    /// How long a request may take.
    TimeLimit(TimeLimit),
    /// Which hosts may be asked for.
    TrustedHosts(TrustedHosts),
    /// Headers that make browsers careful.
    SecurityHeaders(SecurityHeaders),
    /// Which other sites' scripts may call.
    Cors(Cors),
    /// Whether responses are compressed.
    Compression(Compression),
    /// How large a body may be.
    BodyLimit(BodyLimit),
}

/// Whether each request gets a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLog {
    /// Yes.
    On,
    /// No.
    Off,
}

macro_rules! slots {
    ($($kind:ident)*) => {$(
        impl From<$kind> for Slot {
            fn from(slot: $kind) -> Self {
                Self::$kind(slot)
            }
        }
    )*};
}
slots!(RequestId AccessLog TimeLimit TrustedHosts SecurityHeaders Cors Compression BodyLimit);

/// What runs around every request.
#[derive(Debug)]
pub(crate) struct Pipeline {
    ids: Option<RequestIds>,
    access_log: bool,
    time: Option<Duration>,
    hosts: TrustedHosts,
    headers: SecurityHeaders,
    reload: Reload,
    cors: Option<Cors>,
    compression: Compression,
    body: BodyLimit,
}

/// A request that came through the slots, or was refused by one of them.
pub(crate) enum Admitted {
    Yes(Request),
    No(Error, Request),
}

impl Pipeline {
    /// The slots as the settings have them, with what the app says on top.
    pub(crate) fn new(settings: &Settings, slots: Vec<Slot>) -> Result<Self> {
        let server = settings.section::<ServerSettings>()?;
        let limits = settings.section::<LimitSettings>()?;
        let security = settings.section::<SecuritySettings>()?;
        let mut pipeline = Self {
            ids: Some(RequestIds::default()),
            access_log: server.access_log.unwrap_or(settings.environment().is_development()),
            time: limits.request_timeout,
            hosts: TrustedHosts::of(security.allowed_hosts.iter().cloned()),
            headers: SecurityHeaders::default(),
            reload: Reload::of(settings.environment()),
            cors: None,
            compression: Compression::default(),
            body: BodyLimit(limits.max_body),
        };
        for slot in slots {
            pipeline.set(slot);
        }
        Ok(pipeline)
    }

    fn set(&mut self, slot: Slot) {
        match slot {
            Slot::RequestId(id) => self.ids = (id == RequestId::On).then(RequestIds::default),
            Slot::AccessLog(log) => self.access_log = log == AccessLog::On,
            Slot::TimeLimit(limit) => self.time = Some(limit.0),
            Slot::TrustedHosts(hosts) => self.hosts = hosts,
            Slot::SecurityHeaders(headers) => self.headers = headers,
            Slot::Cors(cors) => self.cors = Some(cors),
            Slot::Compression(compression) => self.compression = compression,
            Slot::BodyLimit(limit) => self.body = limit,
        }
    }

    /// Runs the slots around `answer`, which finds the route.
    pub(crate) async fn run<Fut>(
        &self,
        scope: &Scope,
        mut request: Request,
        answer: impl FnOnce(Admitted) -> Fut,
    ) -> Response
    where
        Fut: Future<Output = Response>,
    {
        let began = self.access_log.then(Instant::now);
        let id = self.ids.as_ref().map(|ids| ids.of(request.headers()));
        if let Some(id) = &id {
            scope.set_request_id(id.clone());
        }
        let events = scope.events();
        events.emit(|| RequestStarted {
            method: request.method().clone(),
            uri: request.uri().clone(),
        });
        let compression = self.compression.applies(request.headers());
        let origin = self.cors.as_ref().and_then(|cors| cors.allowed(request.headers()));
        let preflight = self.cors.as_ref().and_then(|cors| cors.preflight(&request));
        let reloads = self.reload.is_wanted(&request);
        self.body.apply(&mut request);

        let mut response = match (preflight, self.hosts.check(scope.host())) {
            (_, Err(refused)) => answer(Admitted::No(refused, request)).await,
            (Some(preflight), Ok(())) => preflight,
            (None, Ok(())) => self.in_time(scope, answer(Admitted::Yes(request))).await,
        };
        if let Some(cors) = &self.cors {
            cors.set(origin, response.headers_mut());
        }
        self.headers.set(response.headers_mut());
        if reloads {
            response = self.reload.inject(response);
        }
        if let Some(accepted) = compression {
            response = Box::pin(Compression::compress(accepted, response)).await;
        }
        if let Some(id) = id {
            response.headers_mut().entry(request_id::NAME).or_insert(id);
        }
        events.emit(|| RequestFinished {
            method: scope.method().cloned().unwrap_or_default(),
            uri: scope.uri().cloned().unwrap_or_default(),
            endpoint: scope.endpoint().map(str::to_owned),
            status: response.status(),
        });
        if let Some(began) = began {
            log(scope, &response, began.elapsed());
        }
        if scope.method() == Some(&Method::HEAD) { without_body(response) } else { response }
    }

    async fn in_time(&self, scope: &Scope, answer: impl Future<Output = Response>) -> Response {
        let Some(limit) = self.time else { return answer.await };
        if let Ok(response) = tokio::time::timeout(limit, answer).await {
            return response;
        }
        let error = Error::new(Kind::Timeout, format!("the request took more than {limit:?}"));
        crate::pages::of(scope, &std::sync::Arc::new(error))
    }
}

fn log(scope: &Scope, response: &Response, took: Duration) {
    let path = scope.uri().map(http::Uri::path).unwrap_or_default();
    let method = scope.method().map(Method::as_str).unwrap_or_default();
    let id = scope.request_id().unwrap_or_default();
    tracing::info!(
        id,
        "{method} {path} {} {:.1} ms",
        response.status().as_u16(),
        took.as_secs_f64() * 1000.0
    );
}

/// The head of what a `GET` would have got (RFC 9110, 9.3.2).
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    Response::from_parts(parts, Body::empty())
}
