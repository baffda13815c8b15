//! What a server asks for its answers.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Extensions, Request, Response};
use pin_project_lite::pin_project;
use tower::util::Oneshot;
use tower::{Service, ServiceExt};

/// Where a request came in; in the extensions of each.
///
/// `remote` is the other end of the socket: behind a proxy that is the proxy, and over a Unix
/// socket there is none. axum's `ConnectInfo<SocketAddr>` is there too wherever `remote` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The client's address.
    pub remote: Option<SocketAddr>,
    /// The address that the client reached.
    pub local: Option<SocketAddr>,
    /// True if this server itself took off the encryption.
    pub tls: bool,
}

impl Connection {
    /// Says it where axum's extractors look.
    pub(crate) fn tell(self, facts: &mut Extensions) {
        facts.insert(self);
        if let Some(remote) = self.remote {
            facts.insert(ConnectInfo(remote));
        }
    }
}

/// What a server asks for its answers: any tower service of requests, as `axum::Router`, whose
/// future can move between threads.
pub trait Answers: Clone + Send + 'static {
    /// The answer under way. The server drops it when the client leaves.
    type Answer: Future<Output = Response<Body>> + Send;

    /// Answers one request, which came in there.
    fn answer(&self, request: Request<Body>, connection: Connection) -> Self::Answer;
}

impl<S> Answers for S
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Answer = Called<S>;

    fn answer(&self, mut request: Request<Body>, connection: Connection) -> Called<S> {
        connection.tell(request.extensions_mut());
        let mut app = self.clone();
        // A router is always ready; asked here, the request needn't move into the future.
        let state = match app.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => State::Called { answer: app.call(request) },
            Poll::Ready(Err(never)) => match never {},
            Poll::Pending => State::Waiting { answer: app.oneshot(request) },
        };
        Called { state }
    }
}

pin_project! {
    /// The answer of a tower service.
    pub struct Called<S: Service<Request<Body>>> {
        #[pin]
        state: State<S>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<Request<Body>>> {
        Called { #[pin] answer: S::Future },
        // The app has to be ready first.
        Waiting { #[pin] answer: Oneshot<S, Request<Body>> },
    }
}

impl<S> Future for Called<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Output = Response<Body>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match self.project().state.project() {
            StateProjection::Called { answer } => answer.poll(cx),
            StateProjection::Waiting { answer } => answer.poll(cx),
        };
        answer.map(|outcome| match outcome {
            Ok(response) => response,
            Err(never) => match never {},
        })
    }
}
