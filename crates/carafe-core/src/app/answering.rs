//! One answer from the request's arrival to the response's leave.
//!
//! Most requests want little: a route with nothing around it, whose handler asks for nothing that
//! only axum's router knows. These go a short way, without a future of ours that would have to be
//! put on the heap and moved about; all others go the long way, through `route.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;

use super::Site;
use super::dispatch::{self, Step, failed, finished};
use crate::error::{Error, Kind};
use crate::middleware::{Admission, Passage, sessions};
use crate::pages;
use crate::routing::Answer;
use crate::scope::{Head, InScope, Scope};
use crate::serve::Connection;

pin_project! {
    /// The answer to one request, which runs in the request's scope.
    pub(crate) struct Answering {
        #[pin]
        inner: InScope<Way>,
    }
}

struct Way {
    site: Arc<Site>,
    scope: Scope,
    passage: Option<Passage>,
    stage: Stage,
}

enum Stage {
    Arrived(Request, Option<Connection>),
    /// The handler is at work, with nothing around it.
    Short(Answer),
    Long(Answer),
    Over,
}

impl Answering {
    /// Takes a request; `connection` is where it came in, unless its extensions say so.
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
        let stage = Stage::Arrived(request, connection);
        let way = Way { site: site.clone(), scope: scope.clone(), passage: None, stage };
        Self { inner: scope.around(way) }
    }
}

impl Future for Answering {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        self.project().inner.poll(cx)
    }
}

impl Future for Way {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        loop {
            match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Arrived(request, connection) => {
                    self.stage = self.set_out(request, connection);
                }
                Stage::Short(mut answer) => {
                    let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx)));
                    let response = match polled {
                        Ok(Poll::Ready(response)) => response,
                        Ok(Poll::Pending) => {
                            self.stage = Stage::Short(answer);
                            return Poll::Pending;
                        }
                        Err(payload) => dispatch::panicked(&*payload).into_response(),
                    };
                    match self.arrive(response) {
                        Ok(response) => return Poll::Ready(response),
                        Err(rest) => self.stage = rest,
                    }
                }
                Stage::Long(mut answer) => {
                    let Poll::Ready(response) = answer.as_mut().poll(cx) else {
                        self.stage = Stage::Long(answer);
                        return Poll::Pending;
                    };
                    return Poll::Ready(response);
                }
                // Polled after its end, which nobody does.
                Stage::Over => return Poll::Pending,
            }
        }
    }
}

impl Way {
    /// Through the slots, and off to the handler.
    fn set_out(&mut self, mut request: Request, connection: Option<Connection>) -> Stage {
        let Self { site, scope, .. } = self;
        let (passage, admission) = site.pipeline.enter(scope, &mut request);
        if let Admission::Granted = admission
            && let Some((rule, spans)) = site.at_once(scope, &request)
        {
            scope.set_route(rule.clone(), spans, None);
            self.passage = Some(passage);
            return Stage::Short(dispatch::begin(Step::Call(rule, spans), request));
        }
        if let Some(connection) = connection.filter(|_| site.proxies.is_none()) {
            connection.tell(request.extensions_mut());
        }
        Stage::Long(Box::pin(long_way(site.clone(), scope.clone(), passage, admission, request)))
    }

    /// The response where all that is left can be done at once, or else the rest of the way.
    fn arrive(&mut self, mut response: Response) -> Result<Response, Stage> {
        let Self { site, scope, passage, .. } = self;
        let passage = passage.take().unwrap_or_default();
        let is_made = response.extensions().is_empty() && !sessions::is_asked_for(scope);
        let (passage, response) = if is_made {
            scope.run_afterwards(&mut response);
            match site.pipeline.leave_at_once(scope, passage, response) {
                Ok(response) => return Ok(response),
                Err(rest) => rest,
            }
        } else {
            (passage, response)
        };
        let (site, scope) = (site.clone(), scope.clone());
        Err(Stage::Long(Box::pin(async move {
            let response = if is_made { response } else { finished(&site, &scope, response).await };
            site.pipeline.leave(&scope, passage, response).await
        })))
    }
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
    let answer = site.route(scope, request);
    let Some(limit) = site.pipeline.time_limit() else { return answer.await };
    if let Ok(response) = tokio::time::timeout(limit, answer).await {
        return response;
    }
    let error = Error::new(Kind::Timeout, format!("the request took more than {limit:?}"));
    pages::of(scope, &Arc::new(error))
}
