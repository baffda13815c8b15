//! Tower layers around the routes of one app.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt};

use super::dispatch;
use crate::routing::Answer;

/// What a layer wraps: the route, and the layers within.
pub type Stack = BoxCloneSyncService<Request, Response, Infallible>;

pub(crate) type StoredLayer = Arc<dyn Fn(Stack) -> Stack + Send + Sync>;

pub(crate) fn store<L>(layer: L) -> StoredLayer
where
    L: Layer<Stack> + Send + Sync + 'static,
    L::Service: Service<Request, Error: Into<Infallible>, Response: IntoResponse, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    Arc::new(move |inner| {
        let service =
            layer.layer(inner).map_response(IntoResponse::into_response).map_err(Into::into);
        BoxCloneSyncService::new(service)
    })
}

/// The layers of one app around its innermost step; none where there are no layers.
pub(crate) fn stack(layers: &[StoredLayer]) -> Option<Stack> {
    if layers.is_empty() {
        return None;
    }
    Some(layers.iter().rev().fold(BoxCloneSyncService::new(Innermost), |inner, layer| layer(inner)))
}

/// Runs the route that was chosen before the layers, and travels in the request's extensions.
#[derive(Clone)]
struct Innermost;

impl Service<Request> for Innermost {
    type Response = Response;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let answer: Answer = Box::pin(dispatch::below_layers(request));
        Box::pin(async move { Ok(answer.await) })
    }
}
