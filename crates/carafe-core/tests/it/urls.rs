//! Links (FL-13 … FL-16).

use carafe_core::respond::redirect;
use carafe_core::testing::TestClient;
use carafe_core::{App, Json, Scope, Url, routes};
use carafe_macros::get;

#[get("/i/{n}")]
async fn i(n: u32) -> String {
    n.to_string()
}

#[get("/p/{*rest}")]
async fn p(rest: String) -> String {
    rest
}

#[get("/all/", "/all/page/{page}", default(page = 1))]
async fn all(page: u32) -> String {
    page.to_string()
}

#[get("/links")]
async fn links() -> String {
    let list = [
        i::url(3).query("q", "a b").fragment("x"),
        i::url(3).query("x", 1).query("x", 2),
        p::url("a/b c"),
        p::url("ü?#%"),
        i::url(5).absolute(),
        all::url(1),
        all::url(2),
        Url::to_endpoint("i").with("n", 7).with("q", "a b"),
    ];
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[get("/json")]
async fn json() -> Json<Url> {
    Json(i::url(1))
}

#[get("/redirect")]
async fn away() -> impl axum::response::IntoResponse {
    redirect(i::url(9))
}

#[get("/unknown")]
async fn unknown() -> carafe_core::Result<String> {
    Url::to_endpoint("link").to_text()
}

#[get("/missing")]
async fn missing() -> carafe_core::Result<String> {
    Url::to_endpoint("i").to_text()
}

#[get("/not-listed")]
#[expect(dead_code, reason = "only its URL is asked for")]
async fn not_listed() {}

#[get("/to-unlisted")]
async fn to_unlisted() -> carafe_core::Result<String> {
    not_listed::url().to_text()
}

fn app() -> App {
    App::new("site").routes(routes![i, p, all, links, json, away, unknown, missing, to_unlisted])
}

#[tokio::test]
async fn links_are_written() {
    let client = TestClient::new(app()).await.unwrap();
    client.get("/links").await.assert_text(
        "/i/3?q=a+b#x\n/i/3?x=1&x=2\n/p/a/b%20c\n/p/%C3%BC%3F%23%25\nhttp://localhost/i/5\n/all/\n/all/page/2\n/i/7?q=a+b",
    );
    client.get("/json").await.assert_text("\"/i/1\"");
    client.get("/redirect").await.assert_status(303).assert_redirects("/i/9");
    client.get("/redirect").follow_redirects().await.assert_text("9");
    client.get(i::url(4)).await.assert_text("4");
}

#[tokio::test]
async fn a_link_that_cannot_be_made_says_why() {
    let client = TestClient::new(app()).await.unwrap();
    let message =
        async |path: &str| client.get(path).await.assert_status(500).error().unwrap().to_string();
    assert_eq!(
        message("/unknown").await,
        "could not build a URL for endpoint `link`; did you mean `links`?"
    );
    assert_eq!(
        message("/missing").await,
        "the path `/i/{n}` needs a value for `n`, at i; give it with `.with(name, value)`"
    );
    assert!(message("/to-unlisted").await.contains("list the handler in `routes![…]`"));
}

#[tokio::test]
async fn outside_of_a_request() {
    let error = i::url(1).to_text().unwrap_err().to_string();
    assert!(error.contains("site.url(…)"), "{error}");
    let site = app().build().unwrap();
    let error = site.url(&i::url(1)).unwrap_err().to_string();
    assert!(error.contains("without `base_url`"), "{error}");
    let site = app().set("base_url", "https://example.com/below/").build().unwrap();
    assert_eq!(site.url(&i::url(1)).unwrap(), "https://example.com/below/i/1");
    let inside = site.scope(async { i::url(2).to_string() }).await;
    assert_eq!(inside, "https://example.com/below/i/2");
}

#[tokio::test]
async fn a_scope_goes_along_into_tasks() {
    #[get("/spawn")]
    async fn spawned() -> String {
        let with = carafe_core::spawn(async { i::url(1).to_text().unwrap() }).await.unwrap();
        let without = tokio::spawn(async { i::url(1).to_text().is_err() }).await.unwrap();
        format!("{with} {without}")
    }
    #[get("/blocking")]
    fn blocking() -> String {
        i::url(2).to_string()
    }
    let client = TestClient::new(app().routes(routes![spawned, blocking])).await.unwrap();
    client.get("/spawn").await.assert_text("/i/1 true");
    client.get("/blocking").await.assert_text("/i/2");
}

#[tokio::test]
async fn inside_somebodys_server() {
    #[get("/where")]
    async fn here(scope: Scope) -> String {
        format!("{} {}", i::url(1), scope.endpoint().unwrap_or_default())
    }
    let ours = app().routes(routes![here]).into_router().await.unwrap();
    let theirs = axum::Router::new()
        .route("/theirs", axum::routing::get(|| async { "theirs" }))
        .nest("/ours", ours);
    let ask = async |path: &str| {
        let request =
            axum::extract::Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(theirs.clone(), request).await.unwrap();
        String::from_utf8(
            axum::body::to_bytes(response.into_body(), 10_000).await.unwrap().to_vec(),
        )
        .unwrap()
    };
    assert_eq!(ask("/theirs").await, "theirs");
    assert_eq!(ask("/ours/where").await, "/ours/i/1 here");
}

#[tokio::test]
async fn the_client_follows_as_a_browser_does() {
    #[carafe_macros::post("/in/old")]
    async fn old() -> impl axum::response::IntoResponse {
        redirect("new").permanent()
    }
    #[carafe_macros::post("/in/new")]
    async fn new(body: String) -> String {
        body
    }
    let client = TestClient::new(App::new("site").routes(routes![old, new])).await.unwrap();
    client.post("/in/old").body("text/plain", "kept").follow_redirects().await.assert_text("kept");
    client
        .post("http://x.example/in/old")
        .body("text/plain", "kept")
        .follow_redirects()
        .await
        .assert_text("kept");
}
