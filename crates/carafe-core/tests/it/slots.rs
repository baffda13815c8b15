//! The fixed slots around all routes.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::response::Response;
use carafe_core::extract::Caught;
use carafe_core::middleware::{BodyLimit, Cors, SecurityHeaders, TimeLimit, TrustedHosts};
use carafe_core::settings::ByteSize;
use carafe_core::testing::TestClient;
use carafe_core::{App, Scope, routes};
use carafe_macros::{get, post};

#[get("/")]
async fn index() -> &'static str {
    "hello"
}

#[get("/slow")]
async fn slow() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[get("/frame")]
async fn frame() -> [(&'static str, &'static str); 1] {
    [("x-frame-options", "SAMEORIGIN")]
}

#[get("/long")]
async fn long() -> String {
    "abc ".repeat(1000)
}

#[post("/small", body_limit = "10 B")]
async fn small(body: String) -> String {
    body
}

#[post("/body")]
async fn body(body: String) -> String {
    body.len().to_string()
}

fn app() -> App {
    App::new("site").routes(routes![index, slow, frame, long, small, body])
}

async fn client(app: App) -> TestClient {
    TestClient::new(app).await.unwrap()
}

#[tokio::test]
async fn browsers_are_told_to_be_careful() {
    let site = client(app()).await;
    for path in ["/", "/nope"] {
        site.get(path)
            .await
            .assert_header("x-content-type-options", "nosniff")
            .assert_header("x-frame-options", "DENY")
            .assert_header("referrer-policy", "same-origin")
            .assert_header("cross-origin-opener-policy", "same-origin")
            .assert_no_header("strict-transport-security");
    }
    site.get("/frame").await.assert_header("x-frame-options", "SAMEORIGIN");
    let headers =
        SecurityHeaders::default().hsts(60).content_security_policy("default-src 'self'").unwrap();
    client(app().middleware(headers))
        .await
        .get("/")
        .await
        .assert_header("strict-transport-security", "max-age=60")
        .assert_header("content-security-policy", "default-src 'self'");
    client(app().middleware(SecurityHeaders::off()))
        .await
        .get("/")
        .await
        .assert_no_header("x-frame-options");
}

#[tokio::test]
async fn requests_have_names() {
    let site = client(app()).await;
    let (one, two) = (site.get("/").await, site.get("/").await);
    assert_eq!(one.header("x-request-id").unwrap().len(), 16);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    site.get("/").header("x-request-id", "abc-1").await.assert_header("x-request-id", "abc-1");
    let forged = site.get("/").header("x-request-id", "a b<script>").await;
    assert_eq!(forged.header("x-request-id").unwrap().len(), 16);
}

#[tokio::test]
async fn hosts_that_nobody_trusts() {
    let site = client(
        app()
            .middleware(TrustedHosts::of([".example.com"]))
            .catch(400, || async { (http::StatusCode::BAD_REQUEST, "caught") }),
    )
    .await;
    site.get("http://www.example.com/").await.assert_text("hello");
    site.get("http://evil.com/").await.assert_status(400).assert_text("caught");
    let plain = client(app().set("security.allowed_hosts", vec!["example.com"])).await;
    plain
        .get("/")
        .await
        .assert_status(400)
        .assert_contains("Host &#39;localhost&#39; is not trusted.");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long() {
    let site = client(app().middleware(TimeLimit(Duration::from_secs(5)))).await;
    site.get("/slow").await.assert_status(503).assert_header("x-frame-options", "DENY");
    site.get("/").await.assert_status(200);
}

#[tokio::test(start_paused = true)]
async fn a_time_out_is_answered_as_other_errors_are() {
    let log = Arc::new(Mutex::new(Vec::<String>::new()));
    let told = |word: &'static str| {
        let log = log.clone();
        move || log.lock().unwrap().push(word.to_owned())
    };
    let (before, after, teardown, afterwards) =
        (told("before"), told("after"), log.clone(), told("after_this_request"));
    let inner = App::new("inner")
        .routes(routes![slow, index])
        .before(move |scope: Scope| {
            before();
            scope.after_this_request({
                let afterwards = afterwards.clone();
                move |_| afterwards()
            });
            async {}
        })
        .after(move |mut response: Response| {
            after();
            response.headers_mut().insert("x-after", http::HeaderValue::from_static("1"));
            async { response }
        })
        .teardown(move |caught: Option<Caught>| {
            let text = caught.map(|error| error.message().to_owned()).unwrap_or_default();
            teardown.lock().unwrap().push(format!("teardown {text}"));
            async {}
        })
        .catch(503, || async { (http::StatusCode::GATEWAY_TIMEOUT, "too slow") });
    let site = App::new("site").middleware(TimeLimit(Duration::from_secs(5))).mount("/in", inner);
    let site = client(site).await;
    let answer = site.get("/in/slow").await;
    answer.assert_status(504).assert_text("too slow").assert_header("x-after", "1");
    answer.assert_header("x-frame-options", "DENY");
    assert_eq!(answer.error().unwrap().message(), "the request took more than 5s");
    let lines = std::mem::take(&mut *log.lock().unwrap());
    let teardown = "teardown the request took more than 5s";
    assert_eq!(lines, ["before", "after_this_request", "after", teardown]);
    site.get("/in/").await.assert_text("hello");
    let lines = std::mem::take(&mut *log.lock().unwrap());
    assert_eq!(lines, ["before", "after_this_request", "after", "teardown "]);
}

#[tokio::test(start_paused = true)]
async fn who_answers_for_a_time_out_has_a_time_too() {
    let never = || async { std::future::pending::<&str>().await };
    let app = app().middleware(TimeLimit(Duration::from_secs(5))).catch(503, never);
    client(app).await.get("/slow").await.assert_status(503).assert_contains("Service Unavailable");
    // A hook that hangs is given up as a handler is, and not asked again.
    let hooked = App::new("site").routes(routes![index]).before(std::future::pending::<()>);
    let hooked = hooked.middleware(TimeLimit(Duration::from_secs(5)));
    client(hooked).await.get("/").await.assert_status(503);
    // One that takes its time at the end runs on, and keeps the answer for as long as a handler may.
    let ended = Arc::new(AtomicBool::new(false));
    let end = ended.clone();
    let lasting = App::new("site").routes(routes![slow]).teardown(move || {
        let end = end.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            end.store(true, SeqCst);
        }
    });
    let client = client(lasting.middleware(TimeLimit(Duration::from_secs(5)))).await;
    client.get("/slow").await.assert_status(503);
    assert!(!ended.load(SeqCst));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(ended.load(SeqCst));
}

#[tokio::test]
async fn bodies_have_a_size() {
    let site = client(app()).await;
    site.post("/small").body("text/plain", "0123456789").await.assert_status(200);
    site.post("/small").body("text/plain", "0123456789a").await.assert_status(413);
    site.post("/body").body("text/plain", "a".repeat(2_000_000)).await.assert_text("2000000");
    site.post("/body").body("text/plain", "a".repeat(2_100_000)).await.assert_status(413);
    let tight = client(app().middleware(BodyLimit(ByteSize::new(5)))).await;
    tight.post("/body").body("text/plain", "123456").await.assert_status(413);
    tight.post("/small").body("text/plain", "1234567").await.assert_status(200);
}

#[tokio::test]
async fn other_sites_may_call_if_they_are_named() {
    let cors =
        Cors::of(["https://app.example.com"]).unwrap().credentials().expose([http::header::ETAG]);
    let site = client(app().middleware(cors)).await;
    let named = site.get("/").header("origin", "https://app.example.com").await;
    named
        .assert_header("access-control-allow-origin", "https://app.example.com")
        .assert_header("access-control-allow-credentials", "true");
    named.assert_header("access-control-expose-headers", "etag").assert_header("vary", "Origin");
    site.get("/")
        .header("origin", "https://evil.com")
        .await
        .assert_no_header("access-control-allow-origin")
        .assert_text("hello");
    let preflight = site
        .options("/")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "PUT")
        .await;
    preflight
        .assert_status(204)
        .assert_header("access-control-allow-methods", "PUT")
        .assert_header("access-control-max-age", "600");
    let refused = site
        .options("/")
        .header("origin", "https://evil.com")
        .header("access-control-request-method", "PUT")
        .await;
    refused.assert_no_header("access-control-allow-origin");
    let any = client(app().middleware(Cors::any().credentials())).await;
    any.get("/")
        .header("origin", "https://x.com")
        .await
        .assert_header("access-control-allow-origin", "*")
        .assert_no_header("access-control-allow-credentials");
    assert!(Cors::of(["app.example.com"]).unwrap_err().to_string().contains("no origin"));
}

#[cfg(feature = "compression")]
#[tokio::test]
async fn responses_are_compressed() {
    use carafe_core::middleware::Compression;
    let site = client(app()).await;
    for encoding in ["gzip", "br", "zstd"] {
        let answer = site.get("/long").header("accept-encoding", encoding).await;
        answer.assert_header("content-encoding", encoding);
        assert!(answer.bytes().len() < 400, "{encoding}: {}", answer.bytes().len());
        assert!(answer.header("vary").unwrap().to_ascii_lowercase().contains("accept-encoding"));
    }
    site.get("/")
        .header("accept-encoding", "gzip")
        .await
        .assert_no_header("content-encoding")
        .assert_text("hello");
    site.get("/long").await.assert_no_header("content-encoding");
    let off = client(app().middleware(Compression::off())).await;
    off.get("/long").header("accept-encoding", "gzip").await.assert_no_header("content-encoding");
}

#[tokio::test]
async fn a_request_knows_its_name() {
    use carafe_core::Scope;
    use carafe_core::middleware::RequestId;
    #[get("/name")]
    async fn name(scope: Scope) -> String {
        scope.request_id().unwrap_or("none").to_owned()
    }
    let site = client(App::new("site").routes(routes![name])).await;
    let answer = site.get("/name").await;
    assert_eq!(answer.header("x-request-id"), Some(answer.text()));
    let off = client(App::new("site").routes(routes![name]).middleware(RequestId::Off)).await;
    off.get("/name").await.assert_text("none").assert_no_header("x-request-id");
}
