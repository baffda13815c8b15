//! A request may go a short way or a long one, and nobody may notice which.

use carafe_core::extract::{Headers, Query};
use carafe_core::middleware::{Cors, TrustedHosts};
use carafe_core::routes;
use carafe_core::session::Session;
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Json, Result, Scope};
use carafe_macros::{extractor, get, post};
use http::Method;

#[get("/")]
async fn hello() -> &'static str {
    "Hello, World! It is long enough to be compressed."
}

#[get("/{name}/{number}")]
async fn show(name: String, number: u8) -> String {
    format!("{name} {number} {:?}", Scope::current().map(|scope| scope.captures().to_vec()).ok())
}

#[get("/lost")]
async fn lost() -> Result<&'static str> {
    Err(Error::not_found("There is none."))
}

#[get("/broken")]
async fn broken() -> &'static str {
    panic!("on purpose")
}

#[get("/later")]
async fn later(headers: Headers) -> String {
    tokio::task::yield_now().await;
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    format!("{} headers", headers.len())
}

#[get("/visits")]
async fn visits(session: Session) -> Result<String> {
    let visits = session.get("visits").unwrap_or(0_u32) + 1;
    session.insert("visits", visits)?;
    let scope = Scope::current()?;
    scope.after_this_request(|response| {
        response.headers_mut().insert("x-after", http::HeaderValue::from_static("1"));
    });
    Ok(visits.to_string())
}

#[post("/sum")]
async fn sum(numbers: Json<Vec<i32>>) -> Json<i32> {
    Json(numbers.0.iter().sum())
}

struct Visitor(String);

#[extractor]
async fn visitor(headers: Headers, session: Session) -> Visitor {
    let seen = session.get::<u32>("visits").unwrap_or_default();
    Visitor(format!("{} after {seen}", headers.contains_key("x-name")))
}

#[get("/visitor")]
async fn greet(visitor: Visitor) -> String {
    visitor.0
}

/// It needs what only axum's router knows.
struct Matched(String);

#[extractor]
async fn matched(path: axum::extract::MatchedPath, name: axum::extract::Path<String>) -> Matched {
    Matched(format!("{} {}", path.as_str(), *name))
}

#[get("/matched/{name}")]
async fn matches(_name: String, matched: Matched) -> String {
    matched.0
}

#[derive(serde::Deserialize)]
struct Page {
    page: u32,
}

#[get("/pages")]
async fn pages(query: Query<Page>) -> String {
    query.page.to_string()
}

fn site() -> App {
    App::new("site")
        .set("secret_key", "a key that is long enough for a test of sessions")
        .middleware(TrustedHosts::of(["testserver", "localhost", "a.example"]))
        .middleware(Cors::of(["https://b.example"]).unwrap())
        .routes(routes![hello, show, lost, broken, later, visits, sum, pages, greet, matches])
}

/// Method, path, headers and body.
type Case = (Method, &'static str, &'static [(&'static str, &'static str)], &'static str);

#[tokio::test]
async fn both_ways_answer_the_same() {
    let short = TestClient::new(site()).await.unwrap();
    // A hook, which does nothing, is what keeps a request off the short way.
    let long = TestClient::new(site().before(async || {})).await.unwrap();
    let cases: &[Case] = &[
        (Method::GET, "/", &[], ""),
        (Method::HEAD, "/", &[], ""),
        (Method::OPTIONS, "/", &[], ""),
        (Method::DELETE, "/", &[], ""),
        (Method::GET, "/?a=b", &[("accept-encoding", "gzip")], ""),
        (Method::GET, "/", &[("host", "evil.example")], ""),
        (Method::GET, "/", &[("host", "a.example:8000"), ("origin", "https://b.example")], ""),
        (
            Method::OPTIONS,
            "/",
            &[("origin", "https://b.example"), ("access-control-request-method", "GET")],
            "",
        ),
        (Method::GET, "/ann/7", &[], ""),
        (Method::GET, "/a%20b/7", &[], ""),
        (Method::GET, "/ann/256", &[], ""),
        (Method::GET, "/ann/7/", &[], ""),
        (Method::GET, "//ann//7", &[], ""),
        (Method::GET, "/lost", &[], ""),
        (Method::GET, "/lost", &[("accept", "application/json")], ""),
        (Method::GET, "/broken", &[], ""),
        (Method::GET, "/later", &[("x-a", "b")], ""),
        (Method::GET, "/visits", &[], ""),
        (Method::GET, "/visits", &[("x-request-id", "abc")], ""),
        (Method::POST, "/sum", &[("content-type", "application/json")], "[1, 2]"),
        (Method::POST, "/sum", &[("content-type", "application/json")], "[1, 2"),
        (Method::POST, "/sum", &[("content-type", "text/plain")], "[1]"),
        (
            Method::POST,
            "/sum",
            &[
                ("content-type", "application/json"),
                ("origin", "https://evil.example"),
                ("cookie", "a=b"),
            ],
            "[1]",
        ),
        (Method::GET, "/pages?page=2", &[], ""),
        (Method::GET, "/pages?page=x", &[], ""),
        (Method::GET, "/pages", &[], ""),
        (Method::GET, "/visitor", &[("x-name", "ann")], ""),
        (Method::GET, "/matched/x", &[], ""),
    ];
    for (method, path, headers, body) in cases {
        let mut answers = Vec::new();
        for client in [&short, &long] {
            let mut request = client.request(method.clone(), *path);
            for (name, value) in headers.iter().filter(|(name, _)| *name != "content-type") {
                request = request.header(name, value);
            }
            if let Some((_, kind)) = headers.iter().find(|(name, _)| *name == "content-type") {
                request = request.body(kind, *body);
            }
            let response = request.await;
            let mut headers: Vec<_> = response
                .headers()
                .iter()
                .map(|(name, value)| match name.as_str() {
                    // A number, and a signed time: no two are the same.
                    "x-request-id" if value.len() == 16 => (name.clone(), "a number".to_owned()),
                    "set-cookie" => (
                        name.clone(),
                        value.to_str().unwrap().split('=').next().unwrap().to_owned(),
                    ),
                    _ => (name.clone(), value.to_str().unwrap().to_owned()),
                })
                .collect();
            headers.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()).then(a.1.cmp(&b.1)));
            answers.push((response.status(), headers, response.bytes().to_vec()));
        }
        assert_eq!(answers[0], answers[1], "{method} {path} {headers:?}");
    }
}
