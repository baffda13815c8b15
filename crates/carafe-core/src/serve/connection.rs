//! One connection from the moment it is accepted: encryption, protocol, answers, farewell.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::answers::{Answers, Connection};
use super::handler::Handler;
use super::http2;
use super::limits::Limits;
use super::pulse::Pulse;
use super::socket::Socket;
use super::stop::{Level, Shutdown};
use super::tls;
use super::transport::Transport;
use super::watch::{Driver, End, GRACE, watch};

/// What all connections of a server share.
pub(super) struct Shared {
    pub(super) http1: http1::Builder,
    pub(super) limits: Limits,
    pub(super) tls: Option<tls::Tls>,
    pub(super) shutdown: Arc<Shutdown>,
}

/// Serves one connection to its end.
pub(super) async fn serve<S: Answers>(
    transport: Transport,
    seat: Option<OwnedSemaphorePermit>,
    app: S,
    shared: Arc<Shared>,
) {
    let (remote, local) = transport.ends();
    let connection = Connection { remote, local, tls: shared.tls.is_some() };
    let (transport, speaks_http2) = match &shared.tls {
        None => (transport, false),
        Some(tls) => match encrypt(transport, tls, &shared).await {
            Some(encrypted) => encrypted,
            None => return,
        },
    };
    let pulse = Arc::new(Pulse::default());
    let handler = Handler {
        app,
        connection,
        pulse: Arc::clone(&pulse),
        body_timeout: shared.limits.body_timeout,
        max_uri_length: shared.limits.max_uri_length,
    };
    let socket = Socket::new(transport, Arc::clone(&pulse), seat);
    if speaks_http2 {
        return http2::serve(socket, handler, &pulse, &shared).await;
    }
    serve_http1(socket, handler, &pulse, &shared).await;
}

async fn serve_http1<S: Answers>(
    socket: Socket,
    handler: Handler<S>,
    pulse: &Arc<Pulse>,
    shared: &Shared,
) {
    let inner = shared.http1.serve_connection(TokioIo::new(socket), handler).with_upgrades();
    let mut driver = Http1(inner);
    let end = watch(&mut driver, pulse, &shared.limits, &shared.shutdown).await;
    let slow = match &end {
        End::Cut => return,
        End::SlowHeader => true,
        End::Done(result) => {
            if let Err(error) = result {
                tracing::debug!(%error, "a connection ended early");
            }
            false
        }
    };
    let failed = matches!(end, End::Done(Err(_)));
    // An upgraded connection has left with its socket.
    let Some(parts) = driver.0.into_parts() else {
        return;
    };
    let socket = parts.io.into_inner();
    if failed && pulse.requests() == 0 && http2::is_preface(&parts.read_buf) {
        let socket = socket.replaying(parts.read_buf);
        return http2::serve(socket, parts.service, pulse, shared).await;
    }
    if slow || failed || pulse.is_unread() {
        say_goodbye(socket, slow).await;
    }
}

struct Http1<S: Answers>(http1::UpgradeableConnection<TokioIo<Socket>, Handler<S>>);

impl<S: Answers> Future for Http1<S> {
    type Output = hyper::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<S: Answers> Driver for Http1<S> {
    const MULTIPLEXED: bool = false;

    fn finish(&mut self) {
        Pin::new(&mut self.0).graceful_shutdown();
    }
}

/// Takes on TLS, and says whether HTTP/2 was agreed on. A client that fails or dawdles gets none.
async fn encrypt(
    transport: Transport,
    tls: &tls::Tls,
    shared: &Shared,
) -> Option<(Transport, bool)> {
    let patience = shared.limits.header_timeout.unwrap_or(Duration::from_mins(1));
    let mut handshake = pin!(timeout(patience, tls.accept(transport)));
    let mut stopping = pin!(async {
        shared.shutdown.reached(Level::Draining).await;
        tokio::time::sleep(GRACE).await;
    });
    let outcome = poll_fn(|cx| match handshake.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(outcome.ok()),
        Poll::Pending => stopping.as_mut().poll(cx).map(|()| None),
    });
    match outcome.await? {
        Ok((stream, speaks_http2)) => Some((Transport::Tls(Box::new(stream)), speaks_http2)),
        Err(error) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
    }
}

/// Ends a connection whose client may still be sending.
///
/// Closing a socket with unread bytes in it makes the kernel send a reset, which can overtake the
/// answer and destroy it. So our side is closed, and what still comes is thrown away for a while
/// (nginx's `lingering_close`).
async fn say_goodbye(mut socket: Socket, slow: bool) {
    let farewell = async {
        if slow {
            socket.write_all(REQUEST_TIMEOUT).await?;
        }
        socket.shutdown().await?;
        let mut scrap = [0; 4096];
        while socket.read(&mut scrap).await? > 0 {}
        std::io::Result::Ok(())
    };
    _ = timeout(LINGER, farewell).await;
}

const LINGER: Duration = Duration::from_secs(2);

const REQUEST_TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
