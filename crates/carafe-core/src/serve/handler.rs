//! The app as hyper calls it: a request gets its body's guard and its connection's facts.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower::util::Oneshot;
use tower::{Service, ServiceExt};

use super::body::{self, Answer};
use super::pulse::{Flight, Pulse};
use super::refusal::refusal;

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

/// The app on one connection.
pub(super) struct Handler<S> {
    pub(super) app: S,
    pub(super) connection: Connection,
    pub(super) pulse: Arc<Pulse>,
    pub(super) body_timeout: Option<Duration>,
    pub(super) max_uri_length: usize,
}

impl<S> hyper::service::Service<Request<Incoming>> for Handler<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Answering<S>;

    fn call(&self, request: Request<Incoming>) -> Answering<S> {
        let flight = Some(Flight::begin(&self.pulse));
        if request.extensions().get::<hyper::upgrade::OnUpgrade>().is_some() {
            self.pulse.go_direct();
        }
        if let Some(status) = refusal(&request, self.max_uri_length) {
            return Answering { flight, answer: State::Refused { status } };
        }
        let mut request = request.map(|body| body::request(body, self.body_timeout, &self.pulse));
        let facts = request.extensions_mut();
        facts.insert(self.connection);
        if let Some(remote) = self.connection.remote {
            facts.insert(ConnectInfo(remote));
        }
        let mut app = self.app.clone();
        // A router is always ready; asked here, the request needn't move into the future.
        let answer = match app.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => State::Called { answer: app.call(request) },
            Poll::Ready(Err(never)) => match never {},
            Poll::Pending => State::Waiting { answer: app.oneshot(request) },
        };
        Answering { flight, answer }
    }
}

pin_project! {
    /// The answer under way. hyper drops it, and the app's own future with it, when the client
    /// leaves.
    pub(super) struct Answering<S: Service<Request<Body>>> {
        flight: Option<Flight>,
        #[pin]
        answer: State<S>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<Request<Body>>> {
        Called { #[pin] answer: S::Future },
        // The app has to be ready first.
        Waiting { #[pin] answer: Oneshot<S, Request<Body>> },
        // The app is not asked.
        Refused { status: StatusCode },
    }
}

impl<S> Future for Answering<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(response) = ready!(match this.answer.project() {
            StateProjection::Called { answer } => answer.poll(cx),
            StateProjection::Waiting { answer } => answer.poll(cx),
            StateProjection::Refused { status } => Poll::Ready(Ok(refused(*status))),
        });
        let Some(flight) = this.flight.take() else {
            return Poll::Pending;
        };
        Poll::Ready(Ok(response.map(|body| Answer { body, _flight: flight })))
    }
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
