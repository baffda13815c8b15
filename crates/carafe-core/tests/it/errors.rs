//! Errors become pages (FL-40 … FL-43, FL-18).

use std::sync::{Arc, Mutex};

use carafe_core::extract::Caught;
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Json, Kind, routes};
use carafe_macros::get;
use http::StatusCode;

#[derive(Debug)]
struct Broken(&'static str);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "broken {}", self.0)
    }
}
impl std::error::Error for Broken {}

#[get("/abort/{code}")]
async fn abort(code: u16) -> Error {
    Error::status_code(StatusCode::from_u16(code).unwrap_or_default())
}

#[get("/typed")]
async fn typed() -> carafe_core::Result<()> {
    Err(Broken("pipe"))?
}

#[get("/secret")]
async fn secret() -> carafe_core::Result<()> {
    Err(std::io::Error::other("password is hunter2"))?
}

#[get("/said")]
async fn said() -> carafe_core::Result<()> {
    Err(Error::not_found("Post <7> doesn't exist."))
}

fn app() -> App {
    App::new("site").routes(routes![abort, typed, secret, said])
}

#[tokio::test]
async fn the_page_is_werkzeugs() {
    let client = TestClient::new(app()).await.unwrap();
    let page = client.get("/nope").await;
    page.assert_status(404).assert_header("content-type", "text/html; charset=utf-8").assert_text(
        "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n",
    );
    assert_eq!(page.bytes().len(), 207);
}

#[tokio::test]
async fn every_status_has_a_page() {
    let client = TestClient::new(app()).await.unwrap();
    for code in [
        400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421,
        422, 423, 424, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505,
    ] {
        let page = client.get(format!("/abort/{code}")).await;
        page.assert_status(code).assert_contains(&format!("<title>{code} "));
    }
    client.get("/abort/418").await.assert_contains("a teapot");
}

#[tokio::test]
async fn json_for_those_who_ask_for_it() {
    let client = TestClient::new(app()).await.unwrap();
    let problem = client.get("/said").header("accept", "application/json").await;
    problem.assert_status(404).assert_header("content-type", "application/problem+json");
    let json: serde_json::Value = problem.json();
    assert_eq!((json["status"].as_u64(), json["title"].as_str()), (Some(404), Some("Not Found")));
    assert_eq!(json["detail"], "Post <7> doesn't exist.");
    client
        .get("/said")
        .header("accept", "text/plain")
        .await
        .assert_text("404 Not Found\n\nPost <7> doesn't exist.\n");
}

#[tokio::test]
async fn what_a_visitor_sees() {
    let client = TestClient::new(app()).await.unwrap();
    client.get("/said").await.assert_contains("Post &lt;7&gt; doesn&#39;t exist.");
    for accept in ["text/html", "application/json", "text/plain"] {
        let page = client.get("/secret").header("accept", accept).await;
        page.assert_status(500).assert_lacks("hunter2");
        assert_eq!(page.error().unwrap().message(), "password is hunter2");
    }
}

#[tokio::test]
async fn the_innermost_handler_answers() {
    let inner = App::new("ch")
        .routes(routes![abort, typed])
        .catch(404, || async { "inner 404" })
        .catch_error::<Broken, _, _>(|error: Caught| async move {
        format!("inner {}", error.cause::<Broken>().map_or("", |broken| broken.0))
    });
    let site = app()
        .mount("/in", inner)
        .catch(404, || async { (StatusCode::NOT_FOUND, "outer 404") })
        .catch(418, || async { "outer teapot" });
    let client = TestClient::new(site).await.unwrap();
    client.get("/in/abort/404").await.assert_text("inner 404");
    client.get("/in/nope").await.assert_text("outer 404").assert_status(404);
    client.get("/in/abort/418").await.assert_text("outer teapot");
    client.get("/in/typed").await.assert_text("inner pipe");
    client.get("/typed").await.assert_status(500);
}

#[tokio::test]
async fn a_handler_of_errors_that_fails_ends_in_the_plain_page() {
    let site = app().catch(404, || async { Err::<(), _>(Error::internal("again")) }).catch(
        418,
        || async {
            if true {
                panic!("in the handler")
            }
        },
    );
    let client = TestClient::new(site).await.unwrap();
    client.get("/nope").await.assert_status(500).assert_contains("Internal Server Error");
    client.get("/abort/418").await.assert_status(500);
    client.get("/abort/403").await.assert_status(403);
}

/// What is written to the log.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_fault_of_the_server_is_logged_with_its_cause() {
    let written = Written::default();
    let writer = written.clone();
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
    let _log = tracing::subscriber::set_default(log.finish());
    let client = TestClient::new(app()).await.unwrap();
    let check = async |path: &str, status: u16, parts: &[&str]| {
        client.get(path).await.assert_status(status);
        let lines = std::mem::take(&mut *written.0.lock().unwrap());
        let lines = String::from_utf8(lines).unwrap();
        assert_eq!(lines.contains("Exception on"), !parts.is_empty(), "{path}: {lines}");
        for part in parts {
            assert!(lines.contains(part), "{path}: {lines} lacks {part}");
        }
    };
    let typed = ["ERROR", "Exception on /typed [GET]", "broken pipe"];
    check("/typed?password=hunter3", 500, &typed).await;
    check("/secret", 500, &["Exception on /secret [GET]", "password is hunter2"]).await;
    check("/abort/503", 503, &["Exception on /abort/503 [GET]"]).await;
    check("/abort/404", 404, &[]).await;
    check("/said", 404, &[]).await;
    check("/nope", 404, &[]).await;
    client.post("/typed").await.assert_status(405);
    assert!(written.0.lock().unwrap().is_empty());
}

#[test]
fn errors_travel_through_standard_ones() {
    let there: Box<dyn std::error::Error + Send + Sync> =
        Box::new(Error::not_found("gone").into_std());
    assert_eq!(there.to_string(), "gone");
    let back = Error::from(Error::not_found("gone").hint("look").into_std());
    assert_eq!((back.kind(), back.advice()), (Kind::NotFound, Some("look")));
    let location = Error::not_found("x").location();
    assert!(location.file().ends_with("errors.rs"), "{location}");
}

#[get("/posts/{id}")]
async fn post(id: i64) -> carafe_core::Result<Json<i64>> {
    if id == 7 { Ok(Json(id)) } else { Err(Error::not_found("there is no such post")) }
}

#[carafe_macros::post("/posts")]
async fn add(Json(post): Json<u8>) -> String {
    post.to_string()
}

/// The signature says nothing, so that its neighbours do.
#[carafe_macros::delete("/posts/{id}")]
async fn remove(id: i64) -> carafe_core::Result<StatusCode> {
    Err(Error::not_found(format!("there is no post {id}")))
}

/// The attribute has the last word.
#[get("/raw", json = true)]
async fn raw() -> carafe_core::Result<axum::response::Response> {
    Err(Error::forbidden("no"))
}

#[get("/export", json = false)]
async fn export() -> carafe_core::Result<Json<u8>> {
    Err(Error::forbidden("no"))
}

#[get("/{page}")]
async fn page(page: String) -> carafe_core::Result<String> {
    Err(Error::not_found(page))
}

#[tokio::test]
async fn who_takes_anything_gets_what_the_route_speaks() {
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let api = App::new("api").routes(routes![post, add, remove, raw, export]);
    let client =
        TestClient::new(App::new("site").mount("/api", api).routes(routes![page])).await.unwrap();
    let check = async |method: &str, path: &str, accept: &str, expected: &str| {
        let request = match method {
            "GET" => client.get(path),
            "DELETE" => client.delete(path),
            _ => client.post(path).body("application/json", "x"),
        };
        let request = if accept.is_empty() { request } else { request.header("accept", accept) };
        let answer = request.await;
        let kind = answer.header("content-type").unwrap().split(';').next().unwrap();
        assert_eq!(kind, expected, "{method} {path}, {accept:?}");
    };
    const PROBLEM: &str = "application/problem+json";
    for (method, path, anything) in [
        ("GET", "/api/posts/1", PROBLEM),
        // The extractor refuses.
        ("POST", "/api/posts", PROBLEM),
        ("DELETE", "/api/posts/1", PROBLEM),
        ("GET", "/api/raw", PROBLEM),
        ("GET", "/api/export", "text/html"),
        ("GET", "/about", "text/html"),
        // No route answers: the nearest do, and where these differ it is a page.
        ("GET", "/api/posts", PROBLEM),
        ("POST", "/api/posts/1", PROBLEM),
        ("GET", "/api/posts/x", PROBLEM),
        ("GET", "/api/posts/7/likes", PROBLEM),
        ("GET", "/api/nope", "text/html"),
        ("GET", "/nope/nope", "text/html"),
    ] {
        check(method, path, "*/*", anything).await;
        check(method, path, "", anything).await;
        check(method, path, BROWSER, "text/html").await;
        check(method, path, "application/json", PROBLEM).await;
        check(method, path, "text/plain, */*;q=0.1", "text/plain").await;
    }
    let answer = client.get("/api/posts/1").header("accept", "*/*").await;
    answer.assert_status(404).assert_contains(r#""detail":"there is no such post""#);

    // A site that is nothing but an API speaks JSON everywhere.
    let client = TestClient::new(App::new("api").routes(routes![post, add, remove])).await.unwrap();
    for path in ["/", "/nope", "/posts/7/likes"] {
        client.get(path).await.assert_status(404).assert_header("content-type", PROBLEM);
    }
}
