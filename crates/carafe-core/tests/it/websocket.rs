//! WebSockets over real sockets.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use carafe_core::extract::web_socket::{Message, WebSocket};
use carafe_core::serve::{Listen, Server, Stop};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Locals, Scope, Site, routes};
use carafe_macros::get;
use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message as Spoken};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

#[get("/rooms/{name}")]
async fn room(name: String, ws: WebSocket, locals: Locals) -> Response {
    locals.set(name.clone());
    ws.protocols(["chat.v2", "chat.v1"]).max_message(1000).run(async move |mut socket| {
        let hello = {
            let scope = Scope::current()?;
            let kept = scope.locals().get::<String>();
            let protocol = socket.protocol().and_then(|own| own.to_str().ok()).unwrap_or("-");
            format!("{} {} {kept:?} {protocol}", room::url(&name), scope.endpoint().unwrap_or("-"))
        };
        socket.send(Message::text(hello)).await?;
        while let Some(message) = socket.recv().await {
            match message? {
                Message::Text(text) if text == "fail" => return Err(Error::internal("as asked")),
                Message::Text(text) => socket.send(Message::text(text.to_uppercase())).await?,
                Message::Binary(bytes) => socket.send(Message::Binary(bytes)).await?,
                _ => {}
            }
        }
        Ok(())
    })
}

#[get("/open")]
async fn open(ws: WebSocket) -> Response {
    ws.allow_origin("https://app.example.com").run(async |_| Ok(()))
}

#[get("/wide-open")]
async fn wide_open(ws: WebSocket) -> Response {
    ws.allow_origin("*").run(async |_| Ok(()))
}

fn app() -> App {
    App::new("site").mount("/chat", App::new("chat").routes(routes![room, open, wide_open]))
}

/// The site as a server takes it.
#[derive(Clone)]
struct Served(Arc<Site>);

impl tower::Service<Request> for Served {
    type Response = Response;
    type Error = Infallible;
    type Future =
        std::pin::Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send + 'static>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let site = self.0.clone();
        Box::pin(async move { Ok(site.handle(request).await) })
    }
}

/// The server's address; it stops when the other half is dropped.
async fn live() -> (String, oneshot::Sender<()>) {
    let site = app().build().unwrap();
    let server = Server::new(Served(site)).listen(Listen::Tcp(([127, 0, 0, 1], 0).into()));
    let bound = server.bind().await.unwrap();
    let address = bound.places()[0].to_string();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(bound.serve(Stop::when(async { _ = stopped.await })));
    (address, stop)
}

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Asks for a socket with some headers; the status where there is none.
async fn open_socket(
    address: &str,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<Client, StatusCode> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match tokio_tungstenite::connect_async(request).await {
        Ok((client, _)) => Ok(client),
        Err(tungstenite::Error::Http(response)) => Err(response.status()),
        Err(other) => panic!("{other}"),
    }
}

async fn said(client: &mut Client) -> String {
    client.next().await.unwrap().unwrap().into_text().unwrap().to_string()
}

#[tokio::test]
async fn a_conversation_in_the_scope_of_its_request() {
    let (address, _stop) = live().await;
    let wanted = [("sec-websocket-protocol", "soap, chat.v1")];
    let mut client = open_socket(&address, "/chat/rooms/blue", &wanted).await.unwrap();
    assert_eq!(said(&mut client).await, "/chat/rooms/blue chat.room Some(\"blue\") chat.v1");
    client.send(Spoken::text("hi")).await.unwrap();
    assert_eq!(said(&mut client).await, "HI");
    client.send(Spoken::binary(vec![0, 255])).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Spoken::binary(vec![0, 255]));
    client.close(None).await.unwrap();
    while let Some(Ok(_)) = client.next().await {}
}

#[tokio::test]
async fn what_ends_a_socket() {
    let (address, _stop) = live().await;
    for message in [Spoken::text("fail"), Spoken::text("x".repeat(1001))] {
        let mut client = open_socket(&address, "/chat/rooms/blue", &[]).await.unwrap();
        said(&mut client).await;
        client.send(message).await.unwrap();
        let end = tokio::time::timeout(Duration::from_secs(5), client.next()).await.unwrap();
        assert!(end.is_none_or(|last| last.is_err() || last.is_ok_and(|last| last.is_close())));
    }
    // The others do not notice.
    let mut client = open_socket(&address, "/chat/rooms/green", &[]).await.unwrap();
    assert!(said(&mut client).await.starts_with("/chat/rooms/green"));
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let (address, _stop) = live().await;
    let own = format!("http://{address}");
    let secure = format!("https://{address}");
    for (path, origin, opens) in [
        ("/chat/open", own.as_str(), true),
        ("/chat/open", &secure, true),
        ("/chat/open", "https://app.example.com", true),
        ("/chat/open", "https://APP.example.com", true),
        ("/chat/open", "http://app.example.com", false),
        ("/chat/open", "https://app.example.com.evil.example", false),
        ("/chat/open", "https://evil.example", false),
        ("/chat/open", "null", false),
        ("/chat/open", "nonsense", false),
        ("/chat/open", "http://", false),
        ("/chat/rooms/x", "https://app.example.com", false),
        ("/chat/wide-open", "https://evil.example", true),
        ("/chat/wide-open", "null", true),
    ] {
        let opened = open_socket(&address, path, &[("origin", origin)]).await;
        let expected = if opens { None } else { Some(StatusCode::FORBIDDEN) };
        assert_eq!(opened.err(), expected, "{path} {origin}");
    }
}

#[tokio::test]
async fn what_asks_for_no_socket_gets_none() {
    let client = TestClient::new(app()).await.unwrap();
    client.get("/chat/open").await.assert_status(400).assert_contains("Only a WebSocket");
    let (address, _stop) = live().await;
    let wrong = [("sec-websocket-version", "12")];
    assert_eq!(
        open_socket(&address, "/chat/open", &wrong).await.err(),
        Some(StatusCode::BAD_REQUEST)
    );
    assert_eq!(open_socket(&address, "/chat/none", &[]).await.err(), Some(StatusCode::NOT_FOUND));
}
