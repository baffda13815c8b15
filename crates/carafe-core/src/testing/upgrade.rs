//! Opens a WebSocket in the same process.
//!
//! Only hyper can make the upgrade that a handler waits for. So it serves one connection over a
//! pipe in memory, and the real request takes the place of the one that it read.

use std::convert::Infallible;
use std::fmt;
use std::future::IntoFuture;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::jar::Place;
use super::request::Address;
use super::{TestClient, TestRequest, TestResponse, TestSocket, TestStream};

/// A request for a WebSocket that is put together; `.await` opens it.
#[must_use = "a WebSocket is opened by `.await`"]
#[derive(Debug)]
pub struct TestUpgrade {
    request: TestRequest,
    protocols: Vec<String>,
    place: &'static Location<'static>,
}

/// What hyper reads in place of the request.
const STAND_IN: &[u8] =
    b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

/// What makes a request ask for a WebSocket, unless the test says otherwise. The key is the
/// example of RFC 6455, 1.2: it only keeps proxies from mixing answers up.
const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// As much as a socket's buffers would hold: who sends more waits until the other side reads.
const PIPE: usize = 64 * 1024;

impl TestClient {
    /// A WebSocket of a path or of a link, without a real socket. The client's headers and cookies
    /// go along, and the request passes through the site as any other.
    ///
    /// ```
    /// # extern crate carafe_core as carafe;
    /// use axum::response::Response;
    /// use carafe_core::extract::web_socket::{Message, WebSocket};
    /// use carafe_core::{App, routes, testing::TestClient};
    /// use carafe_macros::get;
    ///
    /// #[get("/echo")]
    /// async fn echo(ws: WebSocket) -> Response {
    ///     ws.run(async |mut socket| {
    ///         while let Some(Ok(Message::Text(text))) = socket.recv().await {
    ///             socket.send(Message::Text(text)).await?;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// let client = TestClient::new(App::new("site").routes(routes![echo])).await?;
    /// let mut socket = client.ws("/echo").await;
    /// socket.send_text("hello").await;
    /// socket.assert_text("hello").await;
    /// socket.close(1000, "bye").await;
    ///
    /// client.ws("/echo").header("origin", "https://evil.example").refused().await.assert_status(403);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// `.await` does where the site answers with anything but a WebSocket.
    #[track_caller]
    pub fn ws(&self, address: impl Into<Address>) -> TestUpgrade {
        TestUpgrade {
            request: self.request(Method::GET, address),
            protocols: Vec::new(),
            place: Location::caller(),
        }
    }
}

impl TestUpgrade {
    /// The subprotocols that the client speaks, the preferred first.
    pub fn protocols<P: Into<String>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.protocols.extend(protocols.into_iter().map(Into::into));
        self
    }

    /// Adds to the query.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.request = self.request.query(name, value);
        self
    }

    /// Sends a header.
    ///
    /// # Panics
    /// Where name or value can be no header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Leaves out a header that the client sends by itself.
    pub fn without_header(mut self, name: &str) -> Self {
        self.request = self.request.without_header(name);
        self
    }

    /// Comes from another address than `127.0.0.1`.
    ///
    /// # Panics
    /// Where it is no address.
    pub fn peer(mut self, address: &str) -> Self {
        self.request = self.request.peer(address);
        self
    }

    /// The response of a site that opens no WebSocket here.
    ///
    /// # Panics
    /// Where it opens one.
    pub async fn refused(self) -> TestResponse {
        let place = self.place;
        match self.open().await {
            Opened::No(response) => response,
            Opened::Yes(socket) => panic!(
                "expected that no WebSocket is opened, asked for at {place}\n{}",
                socket.response().summary()
            ),
        }
    }

    async fn opened(self) -> TestSocket {
        let place = self.place;
        match self.open().await {
            Opened::Yes(socket) => *socket,
            Opened::No(response) => {
                panic!("no WebSocket was opened, asked for at {place}\n{}", response.summary())
            }
        }
    }

    async fn open(self) -> Opened {
        let client = self.request.client.clone();
        let mut asking = self.request;
        if !self.protocols.is_empty() {
            asking = asking.header("sec-websocket-protocol", &self.protocols.join(", "));
        }
        for (name, value) in HANDSHAKE {
            let value = HeaderValue::from_static(value);
            asking.headers.entry(HeaderName::from_static(name)).or_insert(value);
        }
        let (request, address, _) = asking.into_request();
        let shown = format!("GET {address}");
        let asked = ask(&client, request, shown.clone());
        let Ok(answer) = timeout(client.waits(), asked).await else {
            panic!("{shown}: no answer for {:?}, asked for at {}", client.waits(), self.place)
        };
        let (response, pipe) = answer.unwrap_or_else(|error| {
            panic!("{shown}: the connection broke: {error}, asked for at {}", self.place)
        });
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Opened::No(response.rest().await);
        }
        let response = response.rest().await;
        Opened::Yes(Box::new(TestSocket::new(pipe, response, client.waits()).await))
    }
}

enum Opened {
    Yes(Box<TestSocket>),
    No(TestResponse),
}

/// Sends the request through a connection that can be upgraded; gives the response and, where
/// it is a 101, the client's end of the pipe behind its head.
async fn ask(
    client: &TestClient,
    request: Request,
    shown: String,
) -> std::io::Result<(TestStream, BufReader<DuplexStream>)> {
    let from = Place::of(&request);
    let (near, far) = tokio::io::duplex(PIPE);
    let (answered, answer) = oneshot::channel();
    let site = client.site().clone();
    let waiting = Mutex::new(Some((request, answered)));
    let service = service_fn(move |mut stand_in: hyper::Request<Incoming>| {
        let asked = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let site = site.clone();
        async move {
            let Some((mut request, answered)) = asked else {
                return Ok::<_, Infallible>(Response::new(Body::empty()));
            };
            request.extensions_mut().insert(hyper::upgrade::on(&mut stand_in));
            let response = site.handle(request).await;
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                // The test gets it whole, with all that does not go over a wire.
                _ = answered.send(response);
                return Ok(Response::new(Body::empty()));
            }
            let (parts, body) = response.into_parts();
            _ = answered.send(Response::from_parts(parts.clone(), Body::empty()));
            Ok(Response::from_parts(parts, body))
        }
    });
    let connection =
        http1::Builder::new().serve_connection(TokioIo::new(far), service).with_upgrades();
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a WebSocket's connection ended early");
        }
    });
    let mut pipe = BufReader::new(near);
    pipe.write_all(STAND_IN).await?;
    let response = answer.await.map_err(std::io::Error::other)?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if pipe.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
    Ok((TestStream::begin(client, shown, &from, response), pipe))
}

impl IntoFuture for TestUpgrade {
    type Output = TestSocket;
    type IntoFuture = Pin<Box<dyn Future<Output = TestSocket> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.opened())
    }
}
