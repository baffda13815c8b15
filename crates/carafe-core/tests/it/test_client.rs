//! What the test client sends, keeps and reads.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use carafe_core::extract::{ClientAddr, RequestInfo, Service};
use carafe_core::respond::{Event, Redirect, Sse, Streamed, events, redirect, stream};
use carafe_core::testing::{ServerEvent, TestClient};
use carafe_core::{App, Error, Json, routes};
use carafe_macros::{any, get};
use futures_util::FutureExt;
use http::HeaderMap;
use serde_json::{Value, json};

/// How far the handlers got.
#[derive(Clone, Default)]
struct Steps {
    written: Arc<AtomicUsize>,
    left: Arc<AtomicUsize>,
}

/// Counts who leaves.
struct Leaving(Arc<AtomicUsize>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[get("/endless")]
async fn endless(steps: Service<Steps>) -> Streamed {
    let Steps { written, left } = Steps::clone(&steps);
    stream(async move |out| {
        let _leaving = Leaving(left);
        for n in 0.. {
            written.fetch_add(1, SeqCst);
            out.send(format!("piece {n}")).await?;
        }
        Ok(())
    })
}

#[get("/broken")]
async fn broken() -> Streamed {
    stream(async |out| {
        out.send("begun").await?;
        Err(Error::internal("the file ended early"))
    })
}

#[get("/silent")]
async fn silent() -> Streamed {
    stream(async |out| {
        out.send("begun").await?;
        std::future::pending().await
    })
}

#[get("/news")]
async fn news() -> Sse {
    events(async |out| {
        out.send(Event::comment("hello")).await?;
        out.send(Event::data("rain\nand wind").named("weather").id("7")).await?;
        out.send(Event::json(&json!({"a": 1}))?.retry(Duration::from_millis(1500))).await
    })
}

#[get("/quiet")]
async fn quiet() -> Sse {
    events(async |_| std::future::pending().await)
}

/// Bytes that are events, in pieces of a size that cuts them anywhere.
#[get("/cut/{size}")]
async fn cut(size: usize) -> Streamed {
    stream(async move |out| {
        for piece in HOSTILE.as_bytes().chunks(size) {
            out.send(piece.to_vec()).await?;
        }
        Ok(())
    })
    .content_type("text/event-stream; charset=utf-8")
}

const HOSTILE: &str = concat!(
    "\u{feff}data:a\r\n\r\n",
    ": comment\rdata: b\rdata:  c\r\r",
    "event: named\nid: 1\nretry: 20\ndata\n\n",
    "event: without data\n\n",
    "data: ä\nid: no\0id\nretry: 2s\nunknown: x\nevent: \n\n",
    "id\n\n",
    "data: last:one\n\n",
    "data: not ended",
);

#[get("/moved")]
async fn moved() -> Redirect {
    redirect(endless::url())
}

#[get("/json")]
async fn some_json() -> Json<Value> {
    Json(json!({"b": [1, 2], "a": null}))
}

#[get("/page")]
async fn page() -> axum::response::Html<&'static str> {
    axum::response::Html("<!DOCTYPE html><ul class='b a'><li>One<li>Two</ul>")
}

/// Tells the cookies that came, and sets those that the query names.
fn told_cookies(request: &RequestInfo, headers: &HeaderMap) -> Response {
    let sent: Vec<_> = headers.get_all("cookie").iter().map(|one| one.to_str().unwrap()).collect();
    let mut response = sent.join("; ").into_response();
    for (_, cookie) in form_urlencoded::parse(request.query().as_bytes()) {
        response.headers_mut().append("set-cookie", cookie.parse().unwrap());
    }
    response
}

#[get("/")]
async fn cookies_here(request: RequestInfo, headers: HeaderMap) -> Response {
    told_cookies(&request, &headers)
}

#[get("/{*path}")]
async fn cookies_below(path: String, request: RequestInfo, headers: HeaderMap) -> Response {
    assert!(request.path().ends_with(&path));
    told_cookies(&request, &headers)
}

fn cookie_app() -> App {
    App::new("site").routes(routes![cookies_here, cookies_below])
}

async fn client(steps: Steps) -> TestClient {
    let app = App::new("site")
        .service(steps)
        .routes(routes![endless, broken, silent, news, quiet, cut, moved, some_json, page]);
    TestClient::new(app).await.unwrap()
}

#[tokio::test]
async fn cookies_go_where_browsers_send_them() {
    // A client asks for the first address, whose answer sets cookies; then for the second one.
    for (first, set, second, sent) in [
        ("/", &["a=1"][..], "/x/y", "a=1"),
        ("/", &["a=1", "b=2; Secure; HttpOnly", "a=3"], "/", "b=2; a=3"),
        ("/x/y", &["a=1"], "/x/z", "a=1"),
        ("/x/y", &["a=1"], "/x", "a=1"),
        ("/x/y", &["a=1"], "/xy", ""),
        ("/x/y", &["a=1"], "/", ""),
        ("/x/y", &["a=1; path=/"], "/", "a=1"),
        ("/x/y", &["a=1; Path=/other"], "/other/page", "a=1"),
        ("/x/y", &["a=1; Path=/other/"], "/other", ""),
        ("/x/y", &["a=1; Path=nonsense"], "/x", "a=1"),
        ("/x/y", &["a=1; Path=/", "a=2; Path=/x"], "/x/z", "a=2; a=1"),
        ("/x/y", &["a=1; Path=/", "a=2; Path=/x", "a=0; Path=/; Max-Age=0"], "/x", "a=2"),
        ("/", &["a=1", "a=; Max-Age=-1"], "/", ""),
        ("/", &["a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "/", ""),
        ("/", &["a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9"], "/", "a=1"),
        ("/", &["a=1; Expires=nonsense; Max-Age=x"], "/", "a=1"),
        ("http://a.example.com/", &["a=1"], "http://A.EXAMPLE.com:8000/", "a=1"),
        ("http://a.example.com/", &["a=1"], "http://b.example.com/", ""),
        ("http://a.example.com/", &["a=1"], "http://x.a.example.com/", ""),
        ("http://a.example.com/", &["a=1"], "/", ""),
        ("http://a.example.com/", &["a=1; Domain=.Example.com"], "http://b.example.com/", "a=1"),
        ("http://a.example.com/", &["a=1; Domain=example.com"], "http://example.com/", "a=1"),
        ("http://a.example.com/", &["a=1; Domain=example.com"], "http://badexample.com/", ""),
        ("http://a.example.com/", &["a=1; Domain=b.example.com"], "http://b.example.com/", ""),
        ("http://[::1]:80/", &["a=1"], "http://[::1]/", "a=1"),
        ("/", &["nonsense", "", "=", "; ;", "a=b=c"], "/", "=; a=b=c"),
    ] {
        let client = TestClient::new(cookie_app()).await.unwrap();
        let request = set.iter().fold(client.get(first), |request, one| request.query("set", one));
        request.await.assert_status(200);
        let told = client.get(second).await;
        assert_eq!(told.text(), sent, "{first} {set:?} {second}");
    }
}

#[tokio::test]
async fn cookies_of_the_test_go_everywhere() {
    let client = TestClient::new(cookie_app()).await.unwrap();
    client.get("/x/y").query("set", "a=site").await;
    assert_eq!(client.cookie("a").as_deref(), Some("site"));
    client.set_cookie("a", "test");
    client.get("http://a.example.com/z").await.assert_text("a=test");
    client.get("/z").query("set", "a=again; Path=/").await;
    client.get("/z").await.assert_text("a=again");
    client.get("/z").without_header("cookie").await.assert_text("");
    client.get("/z").header("cookie", "own=1").await.assert_text("own=1; a=again");
    client.fresh().get("/z").await.assert_text("");
    client.clear_cookies();
    client.get("/z").await.assert_text("");
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

#[tokio::test]
async fn streams_are_read_as_the_test_asks() {
    let steps = Steps::default();
    let client = client(steps.clone()).await;
    let mut response = client.get("/endless").stream().await;
    response.assert_status(200).assert_text("").assert_no_header("content-length");
    assert_eq!(steps.written.load(SeqCst), 0, "nobody reads");
    for n in 0..5 {
        assert_eq!(response.next_chunk().await.unwrap(), format!("piece {n}"));
        tokio::task::yield_now().await;
        // The next is made when it is asked for.
        assert_eq!(steps.written.load(SeqCst), n + 1);
    }
    response.assert_text("piece 0piece 1piece 2piece 3piece 4");
    assert_eq!(steps.left.load(SeqCst), 0);
    drop(response);
    assert_eq!(steps.left.load(SeqCst), 1);

    let mut moved = client.get("/moved").follow_redirects().stream().await;
    assert_eq!(moved.next_chunk().await.unwrap(), "piece 0");
    assert_eq!(moved.history()[0].location(), Some("/endless"));
    let moved = client.get("/moved").stream().await;
    moved.assert_redirects("/endless");

    let mut broken = client.get("/broken").stream().await;
    assert_eq!(broken.next_chunk().await.unwrap(), "begun");
    assert_eq!(broken.broken(), None);
    assert_eq!(broken.next_chunk().await, None);
    assert!(broken.broken().unwrap().contains("the file ended early"));
    assert_eq!(broken.next_chunk().await, None);

    let mut whole = client.get("/json").stream().await;
    whole.next_chunk().await.unwrap();
    assert_eq!(whole.next_chunk().await, None);
    whole.rest().await.assert_json(&json!({"a": null, "b": [1, 2]}));
}

fn event(event: &str, data: &str, id: &str, retry: Option<u64>) -> ServerEvent {
    let retry = retry.map(Duration::from_millis);
    ServerEvent { event: event.into(), data: data.into(), id: id.into(), retry }
}

#[tokio::test]
async fn server_sent_events_are_read() {
    let client = client(Steps::default()).await;
    let mut news = client.get("/news").stream().await;
    assert_eq!(news.next_event().await.unwrap(), event("weather", "rain\nand wind", "7", None));
    let second = news.next_event().await.unwrap();
    assert_eq!(second, event("message", "{\"a\":1}", "7", Some(1500)));
    assert_eq!(second.json::<Value>(), json!({"a": 1}));
    assert_eq!(news.next_event().await, None);
    news.assert_contains(": hello\n");

    for size in [1, 2, 3, 7, 1000] {
        let mut response = client.get(cut::url(size)).stream().await;
        for expected in [
            event("message", "a", "", None),
            event("message", "b\n c", "", None),
            event("named", "", "1", Some(20)),
            event("message", "ä", "1", Some(20)),
            event("message", "last:one", "", Some(20)),
        ] {
            assert_eq!(response.next_event().await, Some(expected), "pieces of {size}");
        }
        assert_eq!(response.next_event().await, None, "pieces of {size}");
    }
}

#[tokio::test(start_paused = true)]
async fn silence_fails_a_test() {
    let client = client(Steps::default()).await;
    let mut response = client.get("/silent").stream().await;
    response.next_chunk().await.unwrap();
    let line = line!() + 1;
    let told = failure(response.next_chunk()).await;
    check(
        &told,
        &[
            "no piece came for 10s",
            "patience",
            "GET /silent",
            "begun",
            &format!("tests/it/test_client.rs:{line}"),
        ],
    );
    // Comments keep a connection alive; they are no events.
    let mut response = client.patience(Duration::from_secs(100)).get("/quiet").stream().await;
    check(&failure(response.next_event()).await, &["no event came for 100s", ":\n\n:\n\n"]);
}

#[tokio::test]
async fn assertions_say_what_was_there() {
    let client = client(Steps::default()).await;
    let page = client.get("/page").await;
    page.assert_html_contains("<li>Two</li>")
        .assert_html_lacks("<li>Three</li>")
        .assert_html_eq("<ul class='a b'> <li>One</li> <li>Two</li> </ul>");
    assert_eq!(page.html_count("<li>One</li>"), 1);
    let some_json = client.get("/json").await;
    some_json.assert_json(&json!({"a": null, "b": [1, 2]}));
    let told = |test: &dyn Fn()| {
        let payload = std::panic::catch_unwind(AssertUnwindSafe(test)).unwrap_err();
        payload.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    check(
        &told(&|| _ = page.assert_html_contains("<li class=new>Two</li>")),
        &["-<li class=\"new\">Two</li>\n+<li>Two</li>", "GET /page", "200 OK"],
    );
    check(&told(&|| _ = page.assert_html_eq("<p>a")), &["-<p>a</p>\n+<ul class=\"a b\">"]);
    check(&told(&|| _ = page.assert_html_lacks("<li>One")), &["which is there 1×"]);
    check(&told(&|| _ = page.html_count("</i>")), &["`</i>` in line 1 ends nothing", "GET /page"]);
    check(
        &told(&|| _ = some_json.assert_json(&json!({"a": null, "b": [1, 3]}))),
        &["-    3\n+    2", "GET /json"],
    );
    check(&told(&|| _ = page.assert_json(&1)), &["the body is no such JSON"]);
}

/// Tells where the request came to, from whom, and a header of its own.
#[any("/told")]
async fn told(
    request: RequestInfo,
    client: ClientAddr,
    headers: HeaderMap,
    body: String,
) -> String {
    let header = |name: &str| headers.get(name).map_or("-", |value| value.to_str().unwrap());
    format!(
        "{} {} {} {client} {} {} {body}",
        request.method(),
        header("host"),
        request.path(),
        header("x-own"),
        header("content-type"),
    )
}

#[any("/go/{code}")]
async fn go(code: u16, request: RequestInfo) -> Response {
    let status = http::StatusCode::from_u16(code).unwrap();
    (status, [("location", request.query().to_owned())]).into_response()
}

#[tokio::test]
async fn redirects_take_along_what_is_not_the_body() {
    let client = TestClient::new(App::new("site").routes(routes![told, go])).await.unwrap();
    for (path, expected) in [
        ("/go/303?../told", "GET a.example.com /told 10.1.2.3 mine - "),
        ("/go/302?/told", "GET a.example.com /told 10.1.2.3 mine - "),
        ("/go/307?/told", "POST a.example.com /told 10.1.2.3 mine text/x body"),
        ("/go/308?http://b.example.com/told", "POST b.example.com /told 10.1.2.3 mine text/x body"),
        ("/go/302?http://b.example.com/go/303?/told", "GET b.example.com /told 10.1.2.3 mine - "),
    ] {
        let request = client.post(path).header("host", "a.example.com").header("x-own", "mine");
        let request = request.peer("10.1.2.3").body("text/x", "body").follow_redirects();
        let response = request.await;
        assert_eq!(response.text(), expected, "{path}");
    }
}

#[cfg(feature = "multipart")]
#[tokio::test]
async fn no_field_breaks_the_form_that_it_is_in() {
    use carafe_core::extract::Multipart;
    use carafe_macros::post;

    #[post("/form")]
    async fn form(form: Multipart) -> carafe_core::Result<String> {
        let (fields, files) = form.into_parts();
        let mut told = format!("{fields:?}");
        for file in files.iter() {
            let content = file.bytes().await?;
            told += &format!("; {:?} {:?} {content:?}", file.name(), file.file_name());
        }
        Ok(told)
    }

    let client = TestClient::new(App::new("site").routes(routes![form])).await.unwrap();
    for (name, value, shown_name) in [
        ("a", "1", "a"),
        ("ä", "", "ä"),
        ("a\"; b=\"x", "1", "a%22; b=%22x"),
        ("a\r\n\r\nb", "\r\n", "a%0D%0A%0D%0Ab"),
        ("a", "--carafe-test-boundary", "a"),
        ("a", "x\r\n--carafe-test-boundary--\r\n--carafe-test-boundary---", "a"),
    ] {
        let request = client.post("/form").field(name, value).file(name, name, "text/x", value);
        request.await.assert_text(&format!(
            "[({shown_name:?}, {value:?})]; {shown_name:?} {shown_name:?} b{value:?}"
        ));
    }
}
