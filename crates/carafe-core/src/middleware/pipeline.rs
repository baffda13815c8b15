//! The outer slots in their order.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};
use http_body::Body as _;

use super::reload::Reload;
use super::request_id::{self, RequestId, RequestIds};
use super::{BodyLimit, Compression, Cors, SecurityHeaders, TimeLimit, TrustedHosts};
use crate::error::{Error, Result};
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

/// What the slots keep of a request for its response.
#[derive(Default)]
pub(crate) struct Passage {
    began: Option<Instant>,
    origin: Option<HeaderValue>,
    compression: Option<HeaderMap>,
    reloads: bool,
}

/// What the slots on the way in say.
pub(crate) enum Admission {
    Granted,
    Refused(Error),
    Answered(Response),
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

    /// The slots on the way in.
    pub(crate) fn enter(&self, scope: &Scope, request: &mut Request) -> (Passage, Admission) {
        let began = self.access_log.then(Instant::now);
        if let Some(ids) = &self.ids {
            scope.set_request_id(ids.of(request.headers()));
        }
        scope.events().emit(|| RequestStarted {
            method: request.method().clone(),
            uri: request.uri().clone(),
        });
        let passage = Passage {
            began,
            origin: self.cors.as_ref().and_then(|cors| cors.allowed(request.headers())),
            compression: self.compression.applies(request.headers()),
            reloads: self.reload.is_wanted(request),
        };
        if !request.body().is_end_stream() {
            self.body.apply(request);
        }
        let admission = match self.hosts.check(scope.host()) {
            Err(refused) => Admission::Refused(refused),
            Ok(()) => match self.cors.as_ref().and_then(|cors| cors.preflight(request)) {
                Some(preflight) => Admission::Answered(preflight),
                None => Admission::Granted,
            },
        };
        (passage, admission)
    }

    /// The slots on the way out.
    pub(crate) async fn leave(
        &self,
        scope: &Scope,
        mut passage: Passage,
        mut response: Response,
    ) -> Response {
        self.dress(&mut passage, &mut response);
        if passage.reloads {
            response = self.reload.inject(response);
        }
        if let Some(accepted) = passage.compression.take().filter(|_| is_compressible(&response)) {
            response = Compression::compress(accepted, response).await;
        }
        see_off(scope, &passage, response)
    }

    /// The same for a response for which [nothing is waited](Passage::is_free).
    pub(crate) fn leave_at_once(
        &self,
        scope: &Scope,
        mut passage: Passage,
        mut response: Response,
    ) -> Response {
        self.dress(&mut passage, &mut response);
        see_off(scope, &passage, response)
    }

    fn dress(&self, passage: &mut Passage, response: &mut Response) {
        if let Some(cors) = &self.cors {
            cors.set(passage.origin.take(), response.headers_mut());
        }
        self.headers.set(response.headers_mut());
    }

    /// How long a request may take.
    pub(crate) fn time_limit(&self) -> Option<Duration> {
        self.time
    }
}

impl Passage {
    /// Whether the slots on the way out have nothing to wait for.
    pub(crate) fn is_free(&self, response: &Response) -> bool {
        !self.reloads && (self.compression.is_none() || !is_compressible(response))
    }
}

/// What is last done to a response, and told of it.
fn see_off(scope: &Scope, passage: &Passage, mut response: Response) -> Response {
    if let Some(id) = scope.request_id_header() {
        response.headers_mut().entry(request_id::NAME).or_insert_with(|| id.clone());
    }
    scope.events().emit(|| RequestFinished {
        method: scope.method().cloned().unwrap_or_default(),
        uri: scope.uri().cloned().unwrap_or_default(),
        endpoint: scope.endpoint().map(str::to_owned),
        status: response.status(),
    });
    if let Some(began) = passage.began {
        log(scope, &response, began.elapsed());
    }
    if scope.method() == Some(&Method::HEAD) { without_body(response) } else { response }
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

/// A short body gains nothing; tower-http looks at the type.
fn is_compressible(response: &Response) -> bool {
    response.body().size_hint().upper().is_none_or(|size| size >= SHORTEST_COMPRESSED)
}

/// As in tower-http's own predicate.
const SHORTEST_COMPRESSED: u64 = 32;

/// The head of what a `GET` would have got (RFC 9110, 9.3.2).
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    Response::from_parts(parts, Body::empty())
}
