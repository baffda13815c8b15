//! WebSockets of the test client.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::response::Response;
use carafe_core::extract::web_socket::{CloseFrame, Message, WebSocket};
use carafe_core::extract::{ClientAddr, RequestInfo, Service};
use carafe_core::session::Session;
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Result, routes};
use carafe_macros::get;
use futures_util::FutureExt;
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::sync::Notify;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>, Arc<Notify>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
        self.1.notify_one();
    }
    /// What was logged, once there is something.
    async fn take(&self) -> Vec<String> {
        self.1.notified().await;
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Says things back, in its own form.
#[get("/echo")]
async fn echo(ws: WebSocket) -> Response {
    ws.protocols(["chat.v2", "chat.v1"]).run(async |mut socket| {
        while let Some(message) = socket.recv().await {
            match message? {
                Message::Text(text) if text == "twice" => {
                    socket.send(Message::text("one")).await?;
                    socket.send(Message::text("two")).await?;
                }
                Message::Text(text) if text == "ping" => {
                    socket.send(Message::Ping("you".into())).await?;
                    socket.send(Message::text("pinged")).await?;
                }
                Message::Text(text) if text == "gone" => return Ok(()),
                Message::Text(text) if text == "end" => {
                    let frame = CloseFrame { code: 4001, reason: "as asked".into() };
                    socket.send(Message::Close(Some(frame))).await?;
                }
                Message::Text(text) if text == "end without a code" => {
                    socket.send(Message::Close(None)).await?;
                }
                Message::Text(text) => socket.send(Message::text(text.to_uppercase())).await?,
                Message::Binary(bytes) => socket.send(Message::Binary(bytes)).await?,
                _ => {}
            }
        }
        Ok(())
    })
}

/// Tells what the request was.
#[get("/asked")]
async fn asked(
    ws: WebSocket,
    request: RequestInfo,
    headers: HeaderMap,
    client: ClientAddr,
    ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>,
    session: Session,
) -> Result<Response> {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let asked = json!({
        "path": request.path(),
        "query": request.query(),
        "x-own": header("x-own"),
        "cookie": header("cookie").is_some_and(|cookie| cookie.contains("a=b")),
        "client": client.to_string(),
        "peer": peer.ip().to_string(),
        "user": session.get_or("user", String::new()),
    });
    session.insert("seen", true)?;
    Ok(ws.run(async move |mut socket| Ok(socket.send(Message::text(asked.to_string())).await?)))
}

/// Logs how the conversation ended.
#[get("/logged")]
async fn logged(ws: WebSocket, log: Service<Log>) -> Response {
    let log = log.into_inner();
    ws.run(async move |mut socket| {
        while let Some(message) = socket.recv().await {
            match message {
                Ok(Message::Close(frame)) => {
                    let frame = frame.unwrap();
                    log.add(format!("closed {} {}", frame.code, frame.reason.as_str()));
                    return Ok(());
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        log.add("gone");
        Ok(())
    })
}

#[get("/mute")]
async fn mute(ws: WebSocket) -> Response {
    ws.run(async |_socket| std::future::pending().await)
}

#[get("/never")]
async fn never(_ws: WebSocket) -> Response {
    std::future::pending().await
}

#[get("/locked")]
async fn locked(_ws: WebSocket) -> Result<Response> {
    Err(Error::forbidden("members only").because(std::io::Error::other("the key is lost")))
}

#[get("/panics")]
async fn panics(_ws: WebSocket) -> Response {
    panic!("oh no")
}

#[get("/page")]
async fn page() -> &'static str {
    "a page"
}

fn app() -> App {
    App::new("site").routes(routes![echo, asked, mute, never, locked, panics, page]).before(
        |request: RequestInfo| async move {
            match request.query() {
                "closed" => Err(Error::forbidden("closed today")),
                _ => Ok(()),
            }
        },
    )
}

async fn client() -> TestClient {
    TestClient::new(app()).await.unwrap()
}

#[tokio::test]
async fn a_conversation() {
    let client = client().await;
    let mut socket = client.ws("/echo").await;
    assert_eq!(socket.protocol(), None);
    socket.response().assert_status(101).assert_header("upgrade", "websocket");
    socket.send_text("hi").await;
    assert_eq!(socket.receive_text().await, "HI");
    socket.send_bytes(vec![0, 255]).await;
    assert_eq!(socket.receive_bytes().await, &[0, 255][..]);
    socket.send_json(&json!({"a": [1, 2]})).await;
    assert_eq!(socket.receive_json::<Value>().await, json!({"A": [1, 2]}));
    socket.send(Message::text("any")).await;
    assert_eq!(socket.receive().await, Message::text("ANY"));
    socket.send_json(&[1, 2]).await;
    socket.assert_json(&[1, 2]).await;
    socket.send_text("ping").await;
    socket.assert_text("pinged").await;

    // What comes while a pong is waited for is kept.
    socket.send_text("twice").await;
    socket.ping().await;
    socket.ping().await;
    socket.assert_text("one").await;
    socket.assert_text("two").await;
    socket.assert_silent().await;

    let long = "x".repeat(1 << 20);
    socket.send_text(long.as_str()).await;
    socket.assert_text(&long.to_uppercase()).await;
    socket.close(1000, "bye").await;
}

#[tokio::test]
async fn many_at_once() {
    let client = client().await;
    let mut sockets = Vec::new();
    for _ in 0..50 {
        sockets.push(client.ws(echo::url()).await);
    }
    for (n, socket) in sockets.iter_mut().enumerate() {
        socket.send_text(format!("n{n}")).await;
    }
    for (n, socket) in sockets.iter_mut().enumerate().rev() {
        socket.assert_text(&format!("N{n}")).await;
    }
}

#[tokio::test]
async fn the_request_is_as_every_other() {
    let client = client().await.with_header("x-own", "mine");
    client.set_cookie("a", "b");
    client.session(|session| session.insert("user", "Ann")).await.unwrap();
    let mut socket = client.ws("/asked?a=1").query("b", 2).peer("10.1.2.3").await;
    socket
        .assert_json(&json!({
            "path": "/asked",
            "query": "a=1&b=2",
            "x-own": "mine",
            "cookie": true,
            "client": "10.1.2.3",
            "peer": "10.1.2.3",
            "user": "Ann",
        }))
        .await;
    // What it sets is kept, as of any response.
    assert!(client.session(|session| session.contains("seen")).await);

    for (spoken, chosen) in [
        (&["chat.v1"][..], Some("chat.v1")),
        (&["soap", "chat.v1", "chat.v2"], Some("chat.v2")),
        (&["soap"], None),
        (&[], None),
    ] {
        let socket = client.ws("/echo").protocols(spoken.iter().copied()).await;
        assert_eq!(socket.protocol(), chosen, "{spoken:?}");
    }
}

#[tokio::test]
async fn who_is_refused_gets_the_response() {
    let client = client().await;
    let evil = client.ws("/echo").header("origin", "https://evil.example").refused().await;
    evil.assert_status(403);
    let response = client.ws("/locked").refused().await;
    response.assert_status(403).assert_contains("members only");
    assert!(response.error().unwrap().cause::<std::io::Error>().is_some());
    client.ws("/echo?closed").refused().await.assert_status(403).assert_contains("closed today");
    client.ws("/none").refused().await.assert_status(404);
    client.ws("/page").refused().await.assert_status(200).assert_text("a page");
    client.ws("/panics").refused().await.assert_status(500);
    let old = client.ws("/echo").header("sec-websocket-version", "12").refused().await;
    old.assert_status(400).assert_contains("Only a WebSocket");
    client.ws("/echo").without_header("upgrade").refused().await.assert_status(400);
}

#[tokio::test]
async fn how_it_ends() {
    let client = client().await;
    for (asked, code, reason) in
        [("end", 4001, "as asked"), ("end without a code", 1005, ""), ("gone", 1006, "")]
    {
        let mut socket = client.ws("/echo").await;
        socket.send_text(asked).await;
        let end = socket.closed().await;
        assert_eq!(end.code, code, "{asked}");
        assert!(end.reason.starts_with(reason), "{asked}: {}", end.reason.as_str());
        // It stays closed.
        socket.assert_closed(code).await;
        assert!(matches!(socket.receive().await, Message::Close(_)));
    }

    let log = Log::default();
    let app = App::new("site").routes(routes![logged]).service(log.clone());
    let client = TestClient::new(app).await.unwrap();
    client.ws("/logged").await.close(4000, "enough").await;
    assert_eq!(log.take().await, ["closed 4000 enough"]);
    drop(client.ws("/logged").await);
    assert_eq!(log.take().await, ["gone"]);
}

/// What the failure says.
async fn failure<T>(test: impl Future<Output = T>) -> String {
    let Err(payload) = AssertUnwindSafe(test).catch_unwind().await else {
        panic!("it should fail")
    };
    payload.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[track_caller]
fn check(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "{part:?} in:\n{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_are_readable() {
    let client = client().await.patience(Duration::from_secs(3));

    let mut socket = client.ws("/echo").await;
    let line = line!() + 3;
    let told = failure(async {
        socket.send_text("hi").await;
        socket.assert_text("HO").await;
    });
    check(
        &told.await,
        &[
            "GET /echo: expected the text \"HO\", got the text \"HI\"",
            &format!("tests/it/sockets.rs:{line}"),
            "-> the text \"hi\"\n<- the text \"HI\"",
        ],
    );
    socket.send_text("no json").await;
    check(&failure(socket.receive_json::<Value>()).await, &["the text is no such JSON", "NO JSON"]);
    socket.send_text("[1]").await;
    check(&failure(socket.assert_json(&[2])).await, &["expected the JSON [2], got [1]"]);
    socket.send_text("text").await;
    check(&failure(socket.receive_bytes()).await, &["expected bytes, got the text \"TEXT\""]);
    socket.send_bytes("bytes").await;
    check(&failure(socket.receive_text()).await, &["expected a text, got 5 bytes b\"bytes\""]);
    socket.send_text("more").await;
    check(&failure(socket.assert_silent()).await, &["expected silence, got the text \"MORE\""]);
    check(&failure(socket.closed()).await, &["expected the end, got the text \"MORE\""]);
    check(&failure(socket.receive()).await, &["a message did not come for 3s", "patience"]);
    for _ in 0..20 {
        socket.send_text("x".repeat(1000)).await;
        socket.receive_text().await;
    }
    let told = failure(socket.receive()).await;
    check(&told, &["earlier\n", "xxx…\n"]);
    assert!(told.len() < 10_000, "{}", told.len());
    socket.send_text("end").await;
    check(
        &failure(socket.receive_text()).await,
        &["expected a text, got the end with code 4001 \"as asked\""],
    );
    check(&failure(socket.assert_closed(1000)).await, &["expected an end with code 1000", "4001"]);
    check(&failure(socket.ping()).await, &["GET /echo: "]);
    check(&failure(socket.send_text("more")).await, &["it cannot be sent"]);

    let mut socket = client.ws("/mute").await;
    check(&failure(socket.ping()).await, &["a pong did not come"]);
    check(&failure(socket.send_text("x".repeat(1 << 20))).await, &["does not read what is sent"]);
    let socket = client.ws("/mute").await;
    check(&failure(socket.close(1000, "")).await, &["does not let go of the socket"]);
    check(&failure(client.ws("/never").into_future()).await, &["GET /never: no answer for 3s"]);
    check(
        &failure(client.ws("/locked").into_future()).await,
        &[
            "no WebSocket was opened",
            "asked for at crates/carafe-core/tests/it/sockets.rs:",
            "403 Forbidden",
            "the key is lost",
        ],
    );
    check(
        &failure(client.ws("/echo").refused()).await,
        &["expected that no WebSocket is opened", "101 Switching"],
    );
}
