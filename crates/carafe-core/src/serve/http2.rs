//! HTTP/2: agreed on through TLS, or begun by a client that knows we speak it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use super::answers::Answers;
use super::connection::Shared;
use super::handler::Handler;
use super::pulse::Pulse;
use super::socket::Socket;
use super::watch::{Driver, watch};

/// The protocols offered in a TLS handshake, best first.
#[allow(dead_code, reason = "only TLS offers protocols")]
pub(super) const ALPN: &[&[u8]] = &[b"h2", b"http/1.1"];

/// True for the bytes with which an HTTP/2 connection begins.
pub(super) fn is_preface(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
}

/// Serves an HTTP/2 connection to its end.
pub(super) async fn serve<S: Answers>(
    socket: Socket,
    handler: Handler<S>,
    pulse: &Arc<Pulse>,
    shared: &Shared,
) {
    let limits = &shared.limits;
    pulse.go_direct();
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(u32::try_from(limits.max_header_size).unwrap_or(u32::MAX))
        .keep_alive_interval(limits.keep_alive)
        .enable_connect_protocol();
    let mut driver = Http2(Box::pin(http.serve_connection(TokioIo::new(socket), handler)));
    _ = watch(&mut driver, pulse, limits, &shared.shutdown).await;
}

struct Http2<C>(Pin<Box<C>>);

impl<C: Future> Future for Http2<C> {
    type Output = C::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<S: Answers> Driver for Http2<http2::Connection<TokioIo<Socket>, Handler<S>, TokioExecutor>> {
    const MULTIPLEXED: bool = true;

    fn finish(&mut self) {
        self.0.as_mut().graceful_shutdown();
    }
}
