//! The error page of development (FL-77, FL-31), and that production shows nothing of it.

use std::sync::Arc;

use carafe_core::error::Detail;
use carafe_core::extract::Query;
use carafe_core::settings::{Environment, SettingsLoader};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Kind, Result, Site, routes};
use carafe_macros::{get, post};
use serde::Deserialize;

const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
const SCRIPT: &str = "<script>alert(1)</script>";

#[derive(Debug)]
struct Broken(&'static str);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(self.0 != "so broken that it panics", "even its text fails");
        write!(f, "the pipe is broken: {}", self.0)
    }
}
impl std::error::Error for Broken {}

#[get("/boom")]
async fn boom() -> Result<()> {
    read_pipe()
}

fn read_pipe() -> Result<()> {
    let inner = Error::new(Kind::Unavailable, "no water").hint("open the tap");
    let inner = inner.because(Broken("rust")).detail(Detail::new("The plan", "one\ntwo").line(2));
    Err(Error::internal("cannot fill the carafe") // the line at fault
        .at("the kitchen")
        .hint("call the `plumber`")
        .because(inner.into_std()))
}

#[get("/script/{token}")]
async fn script(token: String) -> Result<()> {
    Err(Error::internal(format!("{SCRIPT} {}", token.len())).at(SCRIPT).hint(SCRIPT))
}

// Of kinds other than `Internal` no backtrace is taken, in which this file would show itself.
#[get("/reset/{token}")]
async fn reset(token: String) -> Result<()> {
    Err(Error::bad_request(format!("{} letters", token.len())))
}

#[get("/gone")]
async fn gone() -> Result<()> {
    Err(Error::not_found("Post 7 doesn't exist."))
}

#[derive(Debug, Deserialize)]
struct Search {
    wanted: String,
}

#[get("/search")]
async fn search(Query(search): Query<Search>) -> String {
    search.wanted
}

#[get("/told")]
async fn told() -> Result<()> {
    #[rustfmt::skip]
    let place = format!("one ({}:{})", file!(), line!()); // this line
    let environment: Result<Environment> = "No Environment".parse();
    environment.map(|_| ()).map_err(|error| error.at(place))
}

#[get("/file")]
async fn no_file() -> Result<String> {
    Ok(std::fs::read_to_string("no such file")?)
}

#[get("/unspeakable")]
async fn unspeakable() -> Result<()> {
    Err(Error::internal("outside").because(Broken("so broken that it panics")))
}

#[get("/huge")]
async fn huge() -> Result<()> {
    Err(Error::internal("x".repeat(5_000_000)))
}

#[get("/panic")]
async fn panics() -> &'static str {
    assert!(!std::hint::black_box(true), "a cup fell {SCRIPT}");
    ""
}

#[get("/posts/{id}")]
async fn show(id: i64) -> String {
    id.to_string()
}

#[post("/posts")]
async fn create() {}

#[get("/about")]
async fn about() {}

#[get("/files/{*path}")]
async fn file(path: String) -> String {
    path
}

#[get("/backstage")]
async fn backstage() {}

/// Errors in several lines, as several mistakes in one.
#[get("/several")]
async fn several() -> Result<()> {
    Error::all(vec![Error::bad_request("one"), Error::bad_request("two")])
}

fn app() -> App {
    let admin = App::new("admin").routes(routes![backstage]);
    App::new("site").host("admin.test", admin).routes(routes![
        boom,
        script,
        reset,
        gone,
        several,
        file,
        search,
        told,
        no_file,
        unspeakable,
        huge,
        panics,
        show,
        create,
        about
    ])
}

async fn site(environment: Environment, toml: &str) -> Arc<Site> {
    app().build_with(SettingsLoader::new(environment).toml(toml)).unwrap()
}

async fn development() -> TestClient {
    TestClient::of(site(Environment::DEVELOPMENT, "").await)
}

#[tokio::test]
async fn a_fault_with_its_causes_and_source() {
    let page = development().await.get("/boom?page=2").header("accept", HTML).await;
    page.assert_status(500).assert_header("content-type", "text/html; charset=utf-8");
    for part in [
        "<h1>cannot fill the carafe</h1>",
        "the kitchen",
        "call the <code>plumber</code>",
        "no water",
        "open the tap",
        "the pipe is broken: rust",
        "Broken(&#34;rust&#34;)",
        "<h2>The plan</h2>",
        "<mark><i>2</i>two\n</mark>",
        "Err(Error::internal(&#34;cannot fill the carafe&#34;) // the line at fault\n</mark>",
        "tests/it/dev_page.rs:",
        "read_pipe</b>",
        "The whole backtrace",
        "server.port",
        "<th scope=\"row\">page</th><td>2</td>",
        "<th scope=\"row\">name</th><td>boom</td>",
    ] {
        page.assert_contains(part);
    }
}

#[tokio::test]
async fn only_the_frames_of_the_user_are_listed() {
    let page = development().await.get("/boom").header("accept", "application/json").await;
    let json: serde_json::Value = page.json();
    let frames = json["debug"]["frames"].as_array().unwrap();
    assert!(!frames.is_empty());
    for frame in frames {
        let file = frame["file"].as_str().unwrap();
        assert!(file.ends_with("tests/it/dev_page.rs"), "{frame}");
        // Who asks is no part of the answer.
        assert!(!frame["function"].as_str().unwrap().contains("only_the_frames"), "{frame}");
    }
}

/// The line that is marked, of an error that nothing in this file made.
#[track_caller]
fn check_marked(page: &carafe_core::testing::TestResponse, line: &str) {
    let marked: Vec<_> = page.text().lines().filter(|line| line.starts_with("> ")).collect();
    assert!(marked.len() == 1 && marked[0].ends_with(line), "{marked:?}\n{}", page.text());
}

#[tokio::test]
async fn the_line_at_fault_is_marked() {
    let client = development().await;
    // An extractor refused, so that it is the handler: its own line and not the attribute's.
    check_marked(
        &client.get("/search").await,
        "async fn search(Query(search): Query<Search>) -> String {",
    );
    // A library made the error and says which line asked.
    check_marked(
        &client.get("/told").await,
        "let place = format!(\"one ({}:{})\", file!(), line!()); // this line",
    );
    check_marked(&client.get("/file").await, "Ok(std::fs::read_to_string(\"no such file\")?)");
}

#[tokio::test]
async fn a_cause_is_said_once() {
    let page = development().await.get("/file").await;
    assert_eq!(page.text().matches("No such file or directory (os error 2)").count(), 1);
    page.assert_contains("\n  because: Os { code: 2, kind: NotFound");
}

#[tokio::test]
async fn nothing_that_is_shown_is_taken_for_html() {
    let client = development().await;
    let asked = client
        .get("/script/%3Cscript%3E?q=%3Cscript%3Ealert(1)&%3Cscript%3E=1")
        .header("accept", HTML)
        .header("x-note", SCRIPT)
        .header("cookie", "<script>alert(1)</script>=1")
        .header("referer", "http://a/<script>alert(1)</script>?<script>");
    asked.await.assert_status(500).assert_contains("&lt;script&gt;").assert_lacks("<script");
    client.get("/panic").header("accept", HTML).await.assert_lacks("<script");
    let lost = client.get("/%3Cscript%3Ealert(1)").header("accept", HTML).await;
    lost.assert_status(404).assert_lacks("<script");
    // The nonce belongs to one answer, and nothing but the style has it.
    let policy = |page: &carafe_core::testing::TestResponse| {
        page.header("content-security-policy").unwrap().to_owned()
    };
    let (one, two) = (
        client.get("/boom").header("accept", HTML).await,
        client.get("/boom").header("accept", HTML).await,
    );
    assert!(policy(&one).starts_with("default-src 'none'; style-src 'nonce-"));
    assert_ne!(policy(&one), policy(&two));
    one.assert_header("cache-control", "no-store").assert_header("x-frame-options", "DENY");
    let one = client.get("/reset/x").header("accept", HTML).await;
    for outside in ["http://", "https://", "<link", "<img", "style=\"", "onclick", "url("] {
        let text = one.text().replace("http://localhost", "");
        assert!(!text.contains(outside), "{outside}");
    }
}

#[tokio::test]
async fn secrets_are_masked() {
    let toml = "secret_key = 'hunter2 hunter2 hunter2 hunter2 hunter2'";
    let client = TestClient::of(site(Environment::DEVELOPMENT, toml).await);
    for accept in [HTML, "application/json", "*/*"] {
        let asked = client
            .get("/reset/hunter2?token=hunter2&api_key=hunter2&page=2")
            .header("accept", accept)
            .header("authorization", "Bearer hunter2")
            .header("cookie", "theme=hunter2; session=hunter2")
            .header("x-api-key", "hunter2")
            .header("x-csrftoken", "hunter2")
            .header("referer", "http://localhost/reset?password=hunter2");
        let page = asked.await;
        page.assert_status(400).assert_lacks("hunter2").assert_contains("theme");
        page.assert_contains("x-api-key").assert_contains("********");
    }
}

#[tokio::test]
async fn a_terminal_gets_text() {
    for accept in [None, Some("*/*"), Some("text/plain")] {
        let mut asked = development().await.get("/boom").header("x-bell", "a\tb");
        if let Some(accept) = accept {
            asked = asked.header("accept", accept);
        }
        let page = asked.await;
        page.assert_status(500).assert_header("content-type", "text/plain; charset=utf-8");
        page.assert_contains("500 Internal Server Error\n\n  cannot fill the carafe\n");
        page.assert_contains("\n  hint call the `plumber`\n  because: no water\n");
        page.assert_contains("Err(Error::internal(\"cannot fill the carafe\")")
            .assert_lacks("&quot;");
    }
}

#[get("/api")]
async fn api() -> Result<carafe_core::Json<u8>> {
    Err(Error::internal("cannot fill the carafe"))
}

#[tokio::test]
async fn who_asks_an_api_gets_json_in_a_terminal_too() {
    let app = App::new("site").routes(routes![api]);
    let site = app.build_with(SettingsLoader::new(Environment::DEVELOPMENT)).unwrap();
    let client = TestClient::of(site);
    for (accept, kind) in [
        ("*/*", "application/problem+json"),
        ("text/plain, */*;q=0.5", "text/plain; charset=utf-8"),
        (HTML, "text/html; charset=utf-8"),
    ] {
        let page = client.get("/api").header("accept", accept).await;
        page.assert_status(500).assert_header("content-type", kind);
        page.assert_contains("cannot fill the carafe");
    }
}

#[tokio::test]
async fn a_program_gets_the_problem_with_more() {
    let page = development().await.get("/boom").header("accept", "application/problem+json").await;
    page.assert_status(500).assert_header("content-type", "application/problem+json");
    let json: serde_json::Value = page.json();
    assert_eq!((&json["status"], &json["title"]), (&500.into(), &"Internal Server Error".into()));
    let debug = &json["debug"];
    assert_eq!(debug["message"], "cannot fill the carafe");
    assert_eq!(debug["causes"][0]["text"], "no water");
    assert_eq!(debug["request"]["endpoint"], "boom");
    // What a visitor reads stays what it is in production.
    assert!(!json["detail"].as_str().unwrap().contains("carafe"));
}

#[track_caller]
fn near(page: &carafe_core::testing::TestResponse) -> Vec<String> {
    let json: serde_json::Value = page.json();
    let near = json["debug"]["routes"]["near"].as_array().unwrap();
    let line = |near: &serde_json::Value| match near["because"].as_str() {
        Some(because) => format!("{} {}: {because}", near["methods"], near["rule"]),
        None => format!("{} {}", near["methods"], near["rule"]),
    };
    near.iter().map(|near| line(near).replace('"', "")).collect()
}

#[tokio::test]
async fn did_you_mean() {
    let client = development().await;
    for (path, meant) in [
        ("/abuot", vec!["GET /about"]),
        ("/About", vec!["GET /about"]),
        ("/pots/7", vec!["GET /posts/{id}"]),
        ("/posts/seven", vec!["GET /posts/{id}: `seven` is no i64 for {id}"]),
        ("/post", vec!["POST /posts: it answers POST, not GET"]),
        ("/backstage", vec!["GET admin.test/backstage: it answers on another host"]),
        ("/nothing/like/that/at/all", vec![]),
    ] {
        let page = client.get(path).header("accept", "application/json").await;
        page.assert_status(404);
        assert_eq!(near(&page), meant, "{path}");
    }
    let page = client.get("/abuot").header("accept", HTML).await;
    page.assert_contains("<h1>No route answers GET /abuot</h1>");
    page.assert_contains("<a class=\"rule\" href=\"/about\">/about</a>");
    page.assert_contains("<td>/posts/{id}</td><td>show</td>");
    client.get(format!("/{}", "a/".repeat(4000))).header("accept", HTML).await.assert_status(404);
}

#[tokio::test]
async fn the_wrong_method() {
    let client = development().await;
    let page = client.get("/posts").header("accept", HTML).await;
    page.assert_status(405).assert_header("allow", "POST, OPTIONS");
    page.assert_contains("<h1>/posts does not answer GET</h1>");
    page.assert_contains("ask with one of the allowed methods: POST, OPTIONS");
    page.assert_contains(
        "<h2>This path answers</h2>\n<ul>\n<li><span class=\"methods\">POST</span>",
    );
    let page = client.post("/posts/7").header("accept", "application/json").await;
    page.assert_status(405);
    assert_eq!(near(&page), ["GET /posts/{id}: it answers GET, not POST"]);
    let page = client.post("/files/a/b").header("accept", "application/json").await;
    page.assert_status(405);
    assert_eq!(near(&page), ["GET /files/{*path}: it answers GET, not POST"]);
}

#[tokio::test]
async fn errors_made_on_purpose() {
    let client = development().await;
    let page = client.get("/gone").header("accept", HTML).await;
    page.assert_status(404).assert_contains("<h1>Post 7 doesn&#39;t exist.</h1>");
    page.assert_contains("Err(Error::not_found(").assert_lacks("Did you mean");
    let page = client.get("/several").header("accept", HTML).await;
    page.assert_contains("<h1>2 errors:</h1>\n<p class=\"more\">  - one\n  - two</p>");
    // The key that is missing is named, and the handler that wants it shown.
    let page = client.get("/search").header("accept", HTML).await;
    page.assert_status(400).assert_contains("<code>wanted</code>");
    page.assert_contains("<h2>The handler</h2>").assert_contains("async fn search(");
}

#[tokio::test]
async fn whatever_goes_wrong_ends_in_the_plain_page() {
    let client = development().await;
    let page = client.get("/unspeakable").header("accept", HTML).await;
    page.assert_status(500).assert_contains("<h1>Internal Server Error</h1>");
    let page = client.get("/huge").header("accept", HTML).await;
    page.assert_status(500);
    assert!(page.bytes().len() < 1_000_000, "{}", page.bytes().len());
    client.get("/panic").header("accept", HTML).await.assert_contains("a cup fell");
}

/// A log that reads all that it is told.
struct Reader;

impl tracing::Subscriber for Reader {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut |_: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            assert!(!format!("{value:?}").is_empty());
        });
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn a_cause_that_panics_in_the_log_is_answered_too() {
    let _log = tracing::subscriber::set_default(Reader);
    for environment in [Environment::DEVELOPMENT, Environment::PRODUCTION] {
        let toml = format!("secret_key = '{}'", "k".repeat(40));
        let client = TestClient::of(site(environment, &toml).await);
        let page = client.get("/unspeakable").header("accept", HTML).await;
        page.assert_status(500).assert_contains("<h1>Internal Server Error</h1>");
    }
}

#[tokio::test]
async fn only_this_machine_and_allowed_hosts_see_it() {
    let toml = "[security]\nallowed_hosts = ['dev.test', '.example.com', '*']";
    let client = TestClient::of(site(Environment::DEVELOPMENT, toml).await);
    for (host, sees) in [
        ("localhost:8000", true),
        ("app.localhost", true),
        ("127.0.0.1:8000", true),
        ("[::1]:8000", true),
        ("dev.test:8000", true),
        ("a.example.com", true),
        ("evil.com", false),
        ("localhost.evil.com", false),
        ("192.168.0.7:8000", false),
        ("evilexample.com", false),
        ("", false),
    ] {
        let page = client.get("/boom").header("host", host).await;
        page.assert_status(500);
        assert_eq!(page.text().contains("cannot fill the carafe"), sees, "{host:?}");
    }
}

#[tokio::test]
async fn a_client_from_elsewhere_sees_nothing_by_saying_localhost() {
    let site = site(Environment::DEVELOPMENT, "").await;
    for (peer, sees) in [
        ("127.0.0.1:5000", true),
        ("[::1]:5000", true),
        ("[::ffff:127.0.0.1]:5000", true),
        ("192.168.0.7:5000", false),
        ("[::ffff:192.168.0.7]:5000", false),
        ("[2001:db8::1]:5000", false),
    ] {
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        let mut request = axum::extract::Request::get("/boom").header("host", "localhost");
        request.extensions_mut().unwrap().insert(axum::extract::ConnectInfo(peer));
        let response = site.handle(request.body(axum::body::Body::empty()).unwrap()).await;
        let is_text = response.headers()["content-type"] == "text/plain; charset=utf-8";
        assert_eq!(is_text, sees, "{peer}");
    }
}

#[tokio::test]
async fn production_shows_nothing_of_it() {
    for (environment, toml) in [
        (Environment::PRODUCTION, ""),
        (Environment::TEST, ""),
        (Environment::DEVELOPMENT, "debug = false"),
    ] {
        let toml = format!("secret_key = '{}'\n{toml}\n", "k".repeat(40));
        let client = TestClient::of(site(environment, &toml).await);
        for accept in [HTML, "application/json", "text/plain", "*/*"] {
            let asked = client
                .get("/boom?debug=1&__debugger__=yes&CARAFE_DEBUG=true")
                .header("accept", accept)
                .header("x-debug", "1")
                .header("debug", "true")
                .header("x-carafe-env", "development")
                .header("cookie", "debug=1");
            let page = asked.await;
            page.assert_status(500);
            for hidden in ["carafe", "kitchen", "plumber", "dev_page", "debug", "pipe"] {
                page.assert_lacks(hidden);
            }
            let lost = client.get("/abuot").header("accept", accept).await;
            lost.assert_status(404).assert_lacks("/about").assert_lacks("routes");
        }
    }
}

#[tokio::test]
async fn files_open_in_the_editor() {
    let page = |toml: &'static str| async move {
        let client = TestClient::of(site(Environment::DEVELOPMENT, toml).await);
        let page = client.get("/reset/x").header("accept", HTML).await;
        page.text().to_owned()
    };
    let vscode = page("[dev]\neditor = 'vscode'").await;
    assert!(vscode.contains("<a class=\"open\" href=\"vscode://file/"), "{vscode}");
    let own = page("[dev]\neditor = 'x://\"><script>?{file}#{line}'").await;
    assert!(own.contains("x://&#34;&gt;&lt;script&gt;?/") && !own.contains("<script"));
    let none = page("").await;
    assert!(!none.contains("open in editor"));
    let unknown = page("[dev]\neditor = 'vi'").await;
    assert!(unknown.contains("is no editor that can be opened from here"));
}
