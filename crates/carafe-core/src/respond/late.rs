//! Responses that cannot be made without the request: pages, files.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::response::Response;

use crate::error::Result;
use crate::scope::Scope;

/// A body that is made right after the handler, when the request is known again.
///
/// `IntoResponse` cannot see the request, so that a page (which needs its user, language and
/// prefix) or a file (which needs its `Range`) puts itself into the response by
/// [`Later::attach`], and is finished inside the layers, before anybody looks at the body.
pub trait Late: Send + Sync + 'static {
    /// Makes the response; `response` has the status and the headers that were set so far.
    fn finish<'s>(
        self: Arc<Self>,
        scope: &'s Scope,
        response: Response,
    ) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 's>>;
}

/// A [`Late`] body in a response's extensions.
#[derive(Clone)]
pub struct Later(Arc<dyn Late>);

impl Later {
    /// Puts a late body into a response.
    pub fn attach(late: impl Late, mut response: Response) -> Response {
        response.extensions_mut().insert(Self(Arc::new(late)));
        response
    }

    pub(crate) async fn finish(self, scope: &Scope, response: Response) -> Result<Response> {
        self.0.finish(scope, response).await
    }
}
