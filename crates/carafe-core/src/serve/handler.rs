//! The app as hyper calls it: a request gets its body's guard, an answer its flight.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use pin_project_lite::pin_project;

use super::answers::{Answers, Connection};
use super::body::{self, Answer};
use super::pulse::{Flight, Pulse};
use super::refusal::refusal;

/// The app on one connection.
pub(super) struct Handler<A> {
    pub(super) app: A,
    pub(super) connection: Connection,
    pub(super) pulse: Arc<Pulse>,
    pub(super) body_timeout: Option<Duration>,
    pub(super) max_uri_length: usize,
}

impl<A: Answers> hyper::service::Service<Request<Incoming>> for Handler<A> {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Answering<A>;

    fn call(&self, request: Request<Incoming>) -> Answering<A> {
        let flight = Some(Flight::begin(&self.pulse));
        // Looked at only where there are any: a plain request has none.
        if !request.extensions().is_empty()
            && request.extensions().get::<hyper::upgrade::OnUpgrade>().is_some()
        {
            self.pulse.go_direct();
        }
        let answer = if let Some(status) = refusal(&request, self.max_uri_length) {
            State::Refused { status }
        } else {
            let request = request.map(|body| body::request(body, self.body_timeout, &self.pulse));
            State::Asked { answer: self.app.answer(request, self.connection) }
        };
        Answering { flight, answer }
    }
}

pin_project! {
    /// The answer under way. hyper drops it, and the app's own future with it, when the client
    /// leaves.
    pub(super) struct Answering<A: Answers> {
        flight: Option<Flight>,
        #[pin]
        answer: State<A>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<A: Answers> {
        Asked { #[pin] answer: A::Answer },
        // The app is not asked.
        Refused { status: StatusCode },
    }
}

impl<A: Answers> Future for Answering<A> {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = match this.answer.project() {
            StateProjection::Asked { answer } => ready!(answer.poll(cx)),
            StateProjection::Refused { status } => refused(*status),
        };
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
