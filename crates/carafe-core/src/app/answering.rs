//! One answer from the request's arrival to the response's leave.
//!
//! Most requests want little: a route with nothing around it, whose handler asks for nothing that
//! only axum's router knows. These go a short way, without a future of ours that would have to be
//! put on the heap and moved about; all others go the long way, through `route.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::Version;
use pin_project_lite::pin_project;
use tokio::time::timeout;

use super::Site;
use super::dispatch::{self, Postponed, failed, finished, given_up};
use crate::error::{Error, Kind, Raised};
use crate::middleware::{Admission, Passage, sessions};
use crate::pages;
use crate::routing::Answer;
use crate::scope::{Head, InScope, Scope};
use crate::serve::Connection;

pin_project! {
    /// The answer to one request, which runs in the request's scope.
    #[project = AnsweringProjection]
    pub(crate) enum Answering {
        Done { response: Option<Response> },
        Going { #[pin] way: InScope<Way> },
    }
}

pub(crate) struct Way {
    site: Arc<Site>,
    scope: Scope,
    stage: Stage,
}

enum Stage {
    /// The handler is at work, with nothing around it.
    Short(Passage, Answer),
    Long(Answer),
}

impl Answering {
    /// Takes a request; `connection` is where it came in, unless its extensions say so.
    ///
    /// Most handlers are done at once. Where that is seen here, hyper gets its buffer back before
    /// it looks whether the client left, for which it would take another. The others are polled
    /// again right away, by hyper, as any future may be. Not so in HTTP/2: this is the task of a
    /// connection there, and the requests that share it run in tasks of their own.
    pub(crate) fn begin(
        site: &Arc<Site>,
        mut request: Request,
        connection: Option<Connection>,
    ) -> Self {
        if let Some(proxies) = &site.proxies {
            if let Some(connection) = connection {
                connection.tell(request.extensions_mut());
            }
            proxies.apply(&mut request);
        }
        let head = Head::of(&request, connection.as_ref(), site.keeps_headers);
        let scope = Scope::of_request(site.frame.clone(), head);
        let shares_connection = request.version() == Version::HTTP_2;
        let mut nobody = Context::from_waker(Waker::noop());
        let (stage, polled) = scope.run_here(|| {
            let mut stage = set_out(site, &scope, request, connection);
            let polled = if shares_connection {
                Poll::Pending
            } else {
                stage.poll(site, &scope, &mut nobody)
            };
            (stage, polled)
        });
        match polled {
            Poll::Ready(response) => Self::Done { response: Some(response) },
            Poll::Pending => {
                let way = Way { site: site.clone(), scope: scope.clone(), stage };
                Self::Going { way: scope.around(way) }
            }
        }
    }
}

impl Future for Answering {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        match self.project() {
            AnsweringProjection::Going { way } => way.poll(cx),
            AnsweringProjection::Done { response } => match response.take() {
                Some(response) => Poll::Ready(response),
                // Polled after its end, which nobody does.
                None => Poll::Pending,
            },
        }
    }
}

impl Future for Way {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Self { site, scope, stage } = &mut *self;
        stage.poll(site, scope, cx)
    }
}

/// Through the slots, and off to the handler.
fn set_out(
    site: &Arc<Site>,
    scope: &Scope,
    mut request: Request,
    connection: Option<Connection>,
) -> Stage {
    let (passage, admission) = site.pipeline.enter(scope, &mut request);
    if let Admission::Granted = admission
        && let Some((rule, spans)) = site.at_once(scope, &request)
    {
        scope.set_route(rule.clone(), spans, None);
        return Stage::Short(passage, dispatch::call_route(&rule, &spans, scope, request));
    }
    if let Some(connection) = connection.filter(|_| site.proxies.is_none()) {
        connection.tell(request.extensions_mut());
    }
    Stage::Long(Box::pin(long_way(site.clone(), scope.clone(), passage, admission, request)))
}

impl Stage {
    fn poll(&mut self, site: &Arc<Site>, scope: &Scope, cx: &mut Context<'_>) -> Poll<Response> {
        loop {
            let (passage, answer) = match self {
                Self::Long(answer) => return answer.as_mut().poll(cx),
                Self::Short(passage, answer) => (passage, answer),
            };
            let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx)));
            let response = match polled {
                Ok(Poll::Ready(response)) => response,
                Ok(Poll::Pending) => return Poll::Pending,
                Err(payload) => dispatch::panicked(&*payload).into_response(),
            };
            match arrive(site, scope, std::mem::take(passage), response) {
                Ok(response) => return Poll::Ready(response),
                Err(rest) => *self = Self::Long(rest),
            }
        }
    }
}

/// The response where all that is left can be done at once, or else the rest of the way.
fn arrive(
    site: &Arc<Site>,
    scope: &Scope,
    passage: Passage,
    mut response: Response,
) -> Result<Response, Answer> {
    let is_made = response.extensions().is_empty() && !sessions::is_asked_for(scope);
    if is_made {
        scope.run_afterwards(&mut response);
        if passage.is_free(&response) {
            return Ok(site.pipeline.leave_at_once(scope, passage, response));
        }
    }
    let (site, scope) = (site.clone(), scope.clone());
    Err(Box::pin(async move {
        let response = if is_made { response } else { finished(&site, &scope, response).await };
        site.pipeline.leave(&scope, passage, response).await
    }))
}

/// All the slots around all that may stand around a handler.
async fn long_way(
    site: Arc<Site>,
    scope: Scope,
    passage: Passage,
    admission: Admission,
    request: Request,
) -> Response {
    let response = match admission {
        Admission::Refused(error) => failed(&site, &scope, 0, error, request).await,
        Admission::Answered(response) => response,
        Admission::Granted => in_time(&site, &scope, request).await,
    };
    site.pipeline.leave(&scope, passage, response).await
}

async fn in_time(site: &Arc<Site>, scope: &Scope, request: Request) -> Response {
    let Some(limit) = site.pipeline.time_limit() else { return site.route(scope, request).await };
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let mut answer = Box::pin(site.route(scope, request));
    if let Ok(response) = timeout(limit, &mut answer).await {
        return response;
    }
    let error = Error::new(Kind::Timeout, format!("the request took more than {limit:?}"));
    let error = Arc::new(error);
    // The teardown hooks, which run when the answer is dropped, are told of it.
    scope.locals().set(Raised(error.clone()));
    let teardown = Postponed::begin(scope);
    drop(answer);
    // What it waited for, those who answer in its place may wait for too.
    let response = match timeout(limit, given_up(site, scope, error.clone(), parts)).await {
        Ok(response) => response,
        Err(_) => pages::of(scope, &error),
    };
    teardown.run(limit).await;
    response
}
