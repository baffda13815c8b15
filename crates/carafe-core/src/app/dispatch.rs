//! From the route that was found to its response: layers, hooks, handler, error pages.

use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::Uri;
use http::request::Parts;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;

use super::node::{Chain, Node};
use super::settle::settle;
use super::{Site, foreign};
use crate::error::{Error, Panic, Raised};
use crate::middleware::{BodyLimit, sessions};
use crate::respond::redirect;
use crate::routing::{Answer, Captured, Rule, Spans};
use crate::scope::Scope;
use crate::settings::ByteSize;

/// What the innermost step does: a route, or an answer that is known already.
#[derive(Clone)]
pub(crate) enum Step {
    Call(Arc<Rule>, Spans),
    Fail(Arc<Error>),
    /// Routers that are not ours, and where a path leads that none of them knows.
    Ask(Vec<Router>, Option<String>),
}

/// The step on its way through the layers.
#[derive(Clone)]
struct Pending {
    site: Arc<Site>,
    step: Step,
}

/// Answers with a route that was found.
pub(crate) async fn found(
    site: &Arc<Site>,
    scope: &Scope,
    rule: Arc<Rule>,
    spans: Spans,
    request: Request,
) -> Response {
    let app = rule.app();
    scope.set_route(rule.clone(), spans, Some(request.uri()));
    let options = rule.route().options;
    let step = Step::Call(rule, spans);
    let (step, mut request) = if sessions::guards(scope, options.csrf == Some(false), &request) {
        Box::pin(guard(scope, request, step)).await
    } else {
        (step, request)
    };
    if let Some(bytes) = options.body_limit {
        BodyLimit(ByteSize::new(bytes as u64)).apply(&mut request);
    }
    answered(site, scope, app, step, request).await
}

/// The step, or the refusal of what another site sent.
async fn guard(scope: &Scope, request: Request, step: Step) -> (Step, Request) {
    match sessions::guard(scope, request).await {
        Ok(request) => (step, request),
        Err(refused) => (Step::Fail(Arc::new(refused.0)), refused.1),
    }
}

/// Runs a step with all that an app has around it, and saves the session.
async fn answered(
    site: &Arc<Site>,
    scope: &Scope,
    app: usize,
    step: Step,
    request: Request,
) -> Response {
    let response = through_layers(site, scope, app, step, request).await;
    saved(site, scope, app, response).await
}

/// What is left to do to the response of a handler with nothing around it.
pub(super) async fn finished(site: &Arc<Site>, scope: &Scope, response: Response) -> Response {
    let mut response = settle(scope, site.node(scope.app()), response, None).await;
    scope.run_afterwards(&mut response);
    saved(site, scope, scope.app(), response).await
}

/// Answers with routers that are not ours, in the name of their app; what none of them knows is
/// redirected to `otherwise`, or not found.
pub(crate) async fn elsewhere(
    site: &Arc<Site>,
    scope: &Scope,
    app: usize,
    routers: Vec<Router>,
    otherwise: Option<String>,
    request: Request,
) -> Response {
    scope.set_app(app);
    let step = Step::Ask(routers, otherwise);
    let (step, request) = if sessions::guards(scope, false, &request) {
        guard(scope, request, step).await
    } else {
        (step, request)
    };
    answered(site, scope, app, step, request).await
}

/// Answers with an error, in the name of an app: its hooks run and its error handlers answer.
pub(crate) async fn failed(
    site: &Arc<Site>,
    scope: &Scope,
    app: usize,
    error: Error,
    request: Request,
) -> Response {
    scope.set_app(app);
    answered(site, scope, app, Step::Fail(Arc::new(error)), request).await
}

/// Saves the session into the response, after everything that could change it.
async fn saved(site: &Arc<Site>, scope: &Scope, app: usize, mut response: Response) -> Response {
    if !sessions::is_asked_for(scope) {
        return response;
    }
    match sessions::save(scope, &mut response).await {
        Ok(()) => response,
        Err(error) => settle(scope, site.node(app), error.into_response(), None).await,
    }
}

async fn through_layers(
    site: &Arc<Site>,
    scope: &Scope,
    app: usize,
    step: Step,
    mut request: Request,
) -> Response {
    match site.node(app).stack() {
        None => around(scope, site.node(app), step, request).await,
        Some(stack) => {
            request.extensions_mut().insert(Pending { site: site.clone(), step });
            match guarded(stack.oneshot(request)).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(panicked) => {
                    settle(scope, site.node(app), panicked.into_response(), None).await
                }
            }
        }
    }
}

/// The innermost step of a stack of layers.
pub(super) async fn below_layers(mut request: Request) -> Response {
    let Ok(scope) = Scope::current() else {
        return Error::internal("a layer ran its service outside of the request").into_response();
    };
    let Some(Pending { site, step }) = request.extensions_mut().remove() else {
        return Error::internal("a layer made a request of its own").into_response();
    };
    around(&scope, site.node(scope.app()), step, request).await
}

/// The hooks around the handler, in Flask's order.
async fn around(scope: &Scope, node: &Node, step: Step, request: Request) -> Response {
    if !node.chain().is_empty() {
        return with_hooks(scope, node, step, request).await;
    }
    let response = call(step, request).await;
    let mut response = settle(scope, node, response, None).await;
    scope.run_afterwards(&mut response);
    response
}

async fn with_hooks(scope: &Scope, node: &Node, step: Step, request: Request) -> Response {
    let chain = node.chain();
    let (mut parts, body) = request.into_parts();
    let mut teardown =
        Teardown { chain: Some((node.chain_handle(), scope.clone())), parts: parts.clone() };
    let mut early = None;
    for hook in &chain.before {
        early =
            guarded(hook((), &mut parts)).await.unwrap_or_else(|error| Some(error.into_response()));
        if early.is_some() {
            break;
        }
    }
    let response = match early {
        Some(response) => response,
        None => call(step, Request::from_parts(parts, body)).await,
    };
    // As in Flask, what is told at teardown is what nobody expected.
    if let Some(raised) =
        response.extensions().get::<Raised>().filter(|raised| raised.0.is_server_fault())
    {
        teardown.parts.extensions.insert(raised.clone());
    }
    let response = with_after(scope, node, response, &mut teardown.parts).await;
    teardown.run().await;
    response
}

/// The page of an error, what was left for this response, and the `after` hooks.
async fn with_after(scope: &Scope, node: &Node, response: Response, parts: &mut Parts) -> Response {
    let mut response = settle(scope, node, response, Some(parts)).await;
    scope.run_afterwards(&mut response);
    for hook in &node.chain().after {
        response = match guarded(hook(response, parts)).await {
            Ok(response) => response,
            Err(error) => settle(scope, node, error.into_response(), Some(parts)).await,
        };
    }
    response
}

/// Answers in the place of what was given up half-way: the error handlers and `after` hooks of the
/// app that was to answer. No `before` hook runs a second time.
pub(super) async fn given_up(
    site: &Arc<Site>,
    scope: &Scope,
    error: Arc<Error>,
    mut parts: Parts,
) -> Response {
    let app = scope.app();
    let raised = super::settle::raise(error);
    let response = with_after(scope, site.node(app), raised, &mut parts).await;
    saved(site, scope, app, response).await
}

async fn call(step: Step, request: Request) -> Response {
    guarded(begin(step, request)).await.unwrap_or_else(IntoResponse::into_response)
}

/// What a step will answer.
fn begin(step: Step, request: Request) -> Answer {
    match step {
        Step::Fail(error) => Box::pin(ready(super::settle::raise(error))),
        Step::Ask(routers, otherwise) => Box::pin(async {
            match (foreign::ask(routers, request).await, otherwise) {
                (Ok(response), _) => response,
                (Err(_), Some(target)) => redirect(target).permanent().into_response(),
                (Err(error), None) => error.into_response(),
            }
        }),
        Step::Call(rule, spans) => {
            let uri = request.uri().clone();
            call_at(&rule, &spans, uri.path(), request)
        }
    }
}

/// Calls the handler of a route that was found by the path that came.
pub(super) fn call_route(rule: &Rule, spans: &Spans, scope: &Scope, request: Request) -> Answer {
    call_at(rule, spans, scope.uri().map_or("", Uri::path), request)
}

fn call_at(rule: &Rule, spans: &Spans, path: &str, request: Request) -> Answer {
    let captured = Captured::new(path, spans, rule);
    let endpoint = &rule.route().endpoint;
    catch_unwind(AssertUnwindSafe(|| endpoint.call(request, &captured)))
        .unwrap_or_else(|payload| Box::pin(ready(panicked(&*payload).into_response())))
}

/// Turns a panic of the user's code into an error, so that one request fails and no other.
pub(super) async fn guarded<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let mut future = pin!(future);
    std::future::poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => std::task::Poll::Ready(Err(panicked(&*payload))),
        }
    })
    .await
}

pub(super) fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    let panic = Panic::caught(payload);
    let message = match panic.message() {
        "" => "the handler panicked with a value that is no text".to_owned(),
        text => format!("the handler panicked: {text}"),
    };
    Error::internal(message).because(panic)
}

/// Runs the teardown hooks: at the end of the request; where the request is dropped before, in a
/// task of their own; and where another answer takes its place (a time-out), behind that.
struct Teardown {
    chain: Option<(Arc<Chain>, Scope)>,
    parts: Parts,
}

impl Teardown {
    async fn run(mut self) {
        if let Some((chain, _)) = self.chain.take() {
            run_teardown(&chain, &mut self.parts).await;
        }
    }
}

impl Drop for Teardown {
    fn drop(&mut self) {
        let Some((chain, scope)) = self.chain.take() else { return };
        if chain.teardown.is_empty() {
            return;
        }
        let mut parts = self.parts.clone();
        if let Some(raised) = scope.local::<Raised>() {
            parts.extensions.insert(Raised::clone(&raised));
        }
        match scope.local::<Left>() {
            Some(left) => left.list().push((chain, parts)),
            None => drop(run_apart(&scope, chain, parts)),
        }
    }
}

/// The teardown hooks of what is dropped half-way, until another answer has taken its place. They
/// run all the same where that one is dropped too.
pub(super) struct Postponed {
    scope: Scope,
    left: Left,
}

/// The hooks of an app that are still to be run, with the request that they see.
type Waiting = (Arc<Chain>, Parts);

/// What a dropped request leaves to do.
#[derive(Clone, Default)]
struct Left(Arc<Mutex<Vec<Waiting>>>);

impl Left {
    fn list(&self) -> MutexGuard<'_, Vec<(Arc<Chain>, Parts)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Postponed {
    /// From now on, what is dropped leaves its teardown hooks here.
    pub(super) fn begin(scope: &Scope) -> Self {
        let left = Left::default();
        scope.locals().set(left.clone());
        Self { scope: scope.clone(), left }
    }

    fn start(&self) -> Vec<JoinHandle<()>> {
        let left = std::mem::take(&mut *self.left.list());
        left.into_iter().filter_map(|(chain, parts)| run_apart(&self.scope, chain, parts)).collect()
    }

    /// Runs them, and waits at most so long: none is cut short, and none keeps the answer back.
    pub(super) async fn run(self, longest: Duration) {
        let tasks = self.start();
        let all = async {
            for task in tasks {
                let _ = task.await;
            }
        };
        let _ = timeout(longest, all).await;
    }
}

impl Drop for Postponed {
    fn drop(&mut self) {
        drop(self.start());
    }
}

/// In a task, which lives on where the request does not; none where there is no runtime.
fn run_apart(scope: &Scope, chain: Arc<Chain>, mut parts: Parts) -> Option<JoinHandle<()>> {
    let runtime = Handle::try_current().ok()?;
    Some(runtime.spawn(scope.clone().run(async move { run_teardown(&chain, &mut parts).await })))
}

/// Each hook runs, whatever the ones before it did.
async fn run_teardown(chain: &Chain, parts: &mut Parts) {
    for hook in &chain.teardown {
        if let Err(error) = guarded(hook((), parts)).await {
            tracing::error!(%error, "a teardown hook failed");
        }
    }
}
