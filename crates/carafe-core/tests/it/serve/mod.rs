//! The server over real sockets.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests are synchronous clients, which may sleep"
)]

mod http1;
#[cfg(feature = "http2")]
mod http2;
mod limits;
mod places;
mod stopping;
#[cfg(feature = "tls")]
mod tls;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::{any, get, post};
use carafe_core::serve::{Bound, Connection, Limits, Listen, Server, Stop, Stopped};
use http_body::Frame;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs beside the test until it is told to stop.
struct Live {
    runtime: Runtime,
    place: Listen,
    stop: Option<oneshot::Sender<()>>,
    second: Option<oneshot::Sender<()>>,
    ended: Option<JoinHandle<Stopped>>,
}

impl Live {
    fn start() -> Self {
        Self::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        Self::of(Server::new(app()).listen(port()).limits(limits))
    }

    fn of(server: Server<Router>) -> Self {
        let runtime = runtime();
        let bound = runtime.block_on(server.bind()).unwrap();
        Self::run(runtime, bound)
    }

    fn run(runtime: Runtime, bound: Bound<Router>) -> Self {
        let place = bound.places()[0].clone();
        let (stop, stopped) = oneshot::channel();
        let (second, cut) = oneshot::channel();
        let stop_when = Stop::when(async { _ = stopped.await }).at_once_when(async {
            if cut.await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        let ended = Some(runtime.spawn(bound.serve(stop_when)));
        Self { runtime, place, stop: Some(stop), second: Some(second), ended }
    }

    fn address(&self) -> SocketAddr {
        let Listen::Tcp(address) = self.place else { panic!("{} is no port", self.place) };
        address
    }

    fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Client(stream)
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    fn stop_at_once(&mut self) {
        self.second.take().unwrap().send(()).unwrap();
    }

    fn ended(&mut self) -> Stopped {
        let ended = self.ended.take().unwrap();
        self.runtime
            .block_on(async { tokio::time::timeout(secs(10.0), ended).await })
            .unwrap()
            .unwrap()
    }
}

/// A client that says exactly what it is told to.
struct Client(TcpStream);

impl Client {
    fn say(&mut self, text: &str) -> &mut Self {
        self.0.write_all(text.as_bytes()).unwrap();
        self
    }

    /// One answer with a `content-length`: its status, head and body.
    fn answer(&mut self) -> Answer {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "closed after {:?}", utf8(&head));
            head.push(byte[0]);
        }
        let head = utf8(&head).to_lowercase();
        let status = head[9..12].parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Answer { status, head, body: utf8(&body) }
    }

    fn get(&mut self, path: &str) -> Answer {
        self.say(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")).answer()
    }

    /// All that comes until the server closes; a reset is a failure.
    fn rest(&mut self) -> String {
        let mut text = Vec::new();
        self.0.read_to_end(&mut text).unwrap();
        utf8(&text)
    }

    /// True if the server closed, however it did.
    fn is_closed(&mut self) -> bool {
        let mut scrap = [0; 1024];
        loop {
            match self.0.read(&mut scrap) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        }
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// How many handlers of `/forever` began, and how many were dropped.
static BEGUN: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct CountsItsDrop;

impl Drop for CountsItsDrop {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
    }
}

/// A body that never ends.
struct Drip(tokio::time::Interval);

impl http_body::Body for Drip {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_tick(cx).map(|_| Some(Ok(Frame::data(Bytes::from_static(b"drop")))))
    }
}

fn app() -> Router {
    let echo = |body: Bytes| async move { body };
    let slow = || async {
        tokio::time::sleep(secs(0.5)).await;
        "slow"
    };
    let forever = || async {
        let _guard = CountsItsDrop;
        BEGUN.fetch_add(1, SeqCst);
        std::future::pending::<&str>().await
    };
    let block = || async {
        std::thread::sleep(secs(1.0));
        "blocked"
    };
    let who = |ConnectInfo(address): ConnectInfo<SocketAddr>, request: http::Request<Body>| async move {
        let connection = request.extensions().get::<Connection>().unwrap();
        assert_eq!(connection.remote, Some(address));
        format!("{address} {} {}", connection.local.unwrap(), connection.tls)
    };
    let size = |body: Bytes| async move { body.len().to_string() };
    let big = || async { vec![b'x'; 64 << 20] };
    let shout = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                _ = socket.send(Message::text(text.to_uppercase())).await;
            }
        })
    };
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/echo", post(echo))
        .route("/size", post(size))
        .route("/slow", get(slow))
        .route("/forever", get(forever))
        .route("/block", get(block))
        .route("/who", get(who))
        .route("/big", get(big))
        .route("/drip", get(|| async { Body::new(Drip(tokio::time::interval(secs(0.05)))) }))
        .route("/unread", post(|| async { "unread" }))
        .route(
            "/number/{n}",
            get(|axum::extract::Path(n): axum::extract::Path<u32>| async move {
                // The earlier, the slower: order must come from the connection, not from luck.
                tokio::time::sleep(Duration::from_millis(u64::from(20 - n.min(20)))).await;
                n.to_string()
            }),
        )
        .route("/shout", any(shout))
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn port() -> Listen {
    Listen::Tcp(([127, 0, 0, 1], 0).into())
}

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Waits until `true_now` is true, for five seconds at most.
#[track_caller]
fn eventually(what: &str, true_now: impl Fn() -> bool) {
    let begin = Instant::now();
    while !true_now() {
        assert!(begin.elapsed() < secs(5.0), "{what} never happened");
        std::thread::sleep(Duration::from_millis(5));
    }
}
