//! What a handler returned becomes a response: errors turn into pages, and what could not be
//! made without the request is made.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::request::Parts;

use super::dispatch::guarded;
use super::node::{Catch, Node};
use crate::error::{Answered, Error, Raised};
use crate::events::RequestFailed;
use crate::pages;
use crate::respond::Later;
use crate::scope::Scope;

/// The response that stands for an error until it is settled.
pub(super) fn raise(error: Arc<Error>) -> Response {
    let mut response = error.status().into_response();
    response.headers_mut().extend(error.headers().clone());
    response.extensions_mut().insert(Raised(error));
    response
}

/// Makes the error's page and the late body, if the response has either.
pub(crate) async fn settle(
    scope: &Scope,
    node: &Node,
    response: Response,
    parts: Option<&mut Parts>,
) -> Response {
    if response.extensions().is_empty() {
        return response;
    }
    Box::pin(made(scope, node, response, parts)).await
}

async fn made(
    scope: &Scope,
    node: &Node,
    mut response: Response,
    parts: Option<&mut Parts>,
) -> Response {
    match finish_late(scope, response).await {
        Ok(done) => response = done,
        Err(error) => response = error.into_response(),
    }
    let Some(Raised(mut error)) = response.extensions_mut().remove::<Raised>() else {
        return response;
    };
    if let Some(advice) = scope.frame().advisers.ask(&error).await
        && let Some(own) = Arc::get_mut(&mut error)
    {
        own.advise(advice);
    }
    let page = page_of(scope, node, &error, parts).await;
    let mut page = match finish_late(scope, page).await {
        Ok(mut page) => match page.extensions_mut().remove::<Raised>() {
            None => page,
            // The handler of the error failed too: what it met gets the plain page.
            Some(Raised(second)) => report(scope, &second),
        },
        Err(second) => report(scope, &Arc::new(second)),
    };
    page.extensions_mut().insert(Answered(error));
    page
}

async fn finish_late(scope: &Scope, mut response: Response) -> Result<Response, Error> {
    match response.extensions_mut().remove::<Later>() {
        None => Ok(response),
        Some(later) => later.finish(scope, response).await,
    }
}

/// The answer of the nearest handler for the error, or the plain page.
async fn page_of(
    scope: &Scope,
    node: &Node,
    error: &Arc<Error>,
    parts: Option<&mut Parts>,
) -> Response {
    let handler = node.chain().catches.iter().find_map(|catch| match catch {
        Catch::Status(status, hook) if *status == error.status() => Some(hook),
        Catch::Matching(matches, hook) if matches(error) => Some(hook),
        _ => None,
    });
    match (handler, parts) {
        (Some(hook), Some(parts)) => {
            log(scope, error);
            parts.extensions.insert(Raised(error.clone()));
            guarded(hook((), parts)).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => report(scope, error),
    }
}

fn report(scope: &Scope, error: &Arc<Error>) -> Response {
    log(scope, error);
    pages::of(scope, error)
}

/// A fault of the server is logged with its causes and told to those who listen.
fn log(scope: &Scope, error: &Arc<Error>) {
    if !error.is_server_fault() {
        return;
    }
    let (method, path) = (scope.method(), scope.uri().map(http::Uri::path));
    // The text of a cause is made by code of others: where it panics, the page is still owed.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        tracing::error!(
            error = ?error,
            "Exception on {} [{}]",
            path.unwrap_or_default(),
            method.map(http::Method::as_str).unwrap_or_default(),
        );
    }));
    scope.events().emit(|| RequestFailed {
        uri: scope.uri().cloned().unwrap_or_default(),
        error: error.clone(),
    });
}
