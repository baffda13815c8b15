//! Apps in apps (FL-15, FL-17, FL-18) and on hosts (FL-11).

use carafe_core::extract::{Captured, Service};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Scope, routes};
use carafe_macros::{PathSegment, get, post};

mod blog {
    use super::*;

    #[get("/")]
    pub async fn index(scope: Scope) -> String {
        format!("{} {} {}", scope.endpoint().unwrap_or_default(), index::url(), show::url(7))
    }

    #[get("/{id}")]
    pub async fn show(id: u32) -> String {
        format!("{id} {}", carafe_core::Url::to_endpoint(".index"))
    }

    #[get("/missing/{id}")]
    pub async fn missing(id: u32) -> carafe_core::Result<String> {
        Err(Error::not_found(format!("Post id {id} doesn't exist.")))
    }

    pub fn app() -> App {
        App::new("blog").routes(routes![index, show, missing])
    }
}

#[tokio::test]
async fn an_app_mounted_twice_links_to_itself() {
    #[get("/")]
    async fn home() -> String {
        let ambiguous = blog::show::url(1).to_text().unwrap_err();
        format!("{} {ambiguous}", blog::show::url(1).of("blog2"))
    }
    let site = App::new("site")
        .routes(routes![home])
        .mount("/blog", blog::app())
        .mount("/b2", blog::app().named("blog2"));
    let client = TestClient::new(site).await.unwrap();
    client.get("/blog/").await.assert_text("blog.index /blog/ /blog/7");
    client.get("/b2/").await.assert_text("blog2.index /b2/ /b2/7");
    client.get("/b2/7").await.assert_text("7 /b2/");
    client.get("/blog").await.assert_status(308).assert_redirects("/blog/");
    let home = client.get("/").await;
    home.assert_contains("/b2/1 `show` is mounted several times")
        .assert_contains("`blog`, `blog2`");
}

#[tokio::test]
async fn two_apps_of_one_name_are_refused() {
    let error = App::new("site")
        .mount("/a", blog::app())
        .mount("/b", blog::app())
        .build()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("two apps are mounted as `blog`") && error.contains(".named("),
        "{error}"
    );
}

#[tokio::test]
async fn apps_nest_to_any_depth() {
    let inner = (0..20).fold(blog::app(), |app, n| App::new(format!("a{n}")).mount("/d", app));
    let client = TestClient::new(App::new("site").mount("/", inner)).await.unwrap();
    let path = "/d".repeat(20);
    let response = client.get(format!("{path}/7")).await;
    response.assert_text(&format!("7 {path}/"));
}

#[derive(PathSegment, Debug)]
enum Lang {
    En,
    Fr,
}

#[get("/about")]
async fn about(lang: Captured<Lang>) -> String {
    format!("{:?} {} {}", *lang, about::url(), about::url().with("lang", "en"))
}

#[tokio::test]
async fn a_prefix_may_capture() {
    let client = TestClient::new(
        App::new("site").mount("/{lang}", App::new("pages").routes(routes![about])),
    )
    .await
    .unwrap();
    client.get("/fr/about").await.assert_text("Fr /fr/about /en/about");
    client.get("/xx/about").await.assert_status(404);
}

#[get("/")]
async fn shop(user: Captured<String>) -> String {
    format!("{} {}", *user, shop::url().with("user", "bob"))
}

#[get("/")]
async fn admin() -> String {
    format!("admin {} {}", admin::url(), front::url())
}

#[get("/")]
async fn front() -> String {
    format!("front {} {}", admin::url(), shop::url().with("user", "ann"))
}

#[tokio::test]
async fn hosts() {
    let site = App::new("site")
        .routes(routes![front])
        .host("admin.example.com", App::new("admin").routes(routes![admin]))
        .host("{user}.example.com", App::new("shop").routes(routes![shop]));
    let client = TestClient::new(site).await.unwrap();
    client.get("http://admin.example.com/").await.assert_text("admin / /");
    client.get("http://ann.example.com/").await.assert_text("ann http://bob.example.com/");
    client.get("http://a.b.example.com/").await.assert_contains("front");
    client
        .get("http://ANN.example.com:8000/")
        .await
        .assert_text("ANN http://bob.example.com:8000/");
    client.get("/").await.assert_text("front http://admin.example.com/ http://ann.example.com/");
}

#[tokio::test]
async fn services_are_found_outwards() {
    struct Clock(&'static str);
    #[get("/")]
    async fn tell(clock: Service<Clock>) -> &'static str {
        clock.0
    }
    let inner = || App::new("inner").routes(routes![tell]);
    let site = App::new("site")
        .service(Clock("outer"))
        .mount("/a", inner())
        .mount("/b", inner().named("b").service(Clock("inner")));
    let client = TestClient::new(site).await.unwrap();
    client.get("/a/").await.assert_text("outer");
    client.get("/b/").await.assert_text("inner");
    let error = App::new("site").mount("/a", inner()).build().unwrap_err().to_string();
    assert!(
        error.contains("Clock")
            && error.contains("GET / (inner.tell)")
            && error.contains(".service(…)"),
        "{error}"
    );
}

#[tokio::test]
async fn foreign_routers() {
    use axum::routing::{get, post};
    let foreign = axum::Router::new()
        .route("/theirs", get(|| async { "theirs" }))
        .route("/echo", post(|body: String| async { body }))
        .route(
            "/hooked",
            get(|g: carafe_core::Locals| async move { g.get::<u32>().unwrap().to_string() }),
        );
    let other = axum::Router::new().route("/last", post(|body: String| async { body }));
    let hooked = App::before(blog::app(), |g: carafe_core::Locals| async move { g.set(7_u32) });
    let site = App::new("site").mount("/blog", hooked.axum(foreign).axum(other));
    let client = TestClient::new(site).await.unwrap();
    client.get("/blog/theirs").await.assert_text("theirs");
    client.post("/blog/echo").body("text/plain", "hi").await.assert_text("hi");
    client.post("/blog/last").body("text/plain", "kept").await.assert_text("kept");
    client.get("/blog/7").await.assert_contains("7");
    client.get("/blog/hooked").await.assert_text("7");
    client.get("/blog/nope").await.assert_status(404);
    client.get("/theirs").await.assert_status(404);
}

#[tokio::test]
async fn a_foreign_router_that_knows_a_path_comes_before_a_redirect() {
    use axum::routing::{get, post};
    #[carafe_macros::get("/{name}/")]
    async fn page(name: String) -> String {
        format!("page {name}")
    }
    #[carafe_macros::get("/exact")]
    async fn exact() -> &'static str {
        "ours"
    }
    let foreign = axum::Router::new()
        .route("/room", get(|| async { "room" }))
        .route("/exact", get(|| async { "theirs" }))
        .route("/echo", post(|body: String| async { body }));
    let site = || App::new("site").routes(routes![page, exact]);
    let client = TestClient::new(site().axum(foreign.clone())).await.unwrap();
    client.get("/room").await.assert_text("room");
    client.get("/room/").await.assert_text("page room");
    client.post("/echo").body("text/plain", "kept").await.assert_text("kept");
    // It knows the path, though by another method.
    client.get("/echo").await.assert_status(405);
    client.get("/exact").await.assert_text("ours");
    let moved = client.get("/other?q=1").await;
    moved.assert_status(308).assert_header("location", "/other/?q=1");
    client.get("//room").await.assert_status(308);
    // One that stands elsewhere is not asked.
    let below = site().mount("/below", App::new("below").axum(foreign));
    let client = TestClient::new(below).await.unwrap();
    client.get("/room").await.assert_status(308).assert_header("location", "/room/");
    client.get("/below/room").await.assert_text("room");
}

#[tokio::test]
async fn layers_wrap_their_own_routes() {
    use tower_http::set_header::SetResponseHeaderLayer;
    let mark = |name: &'static str| {
        SetResponseHeaderLayer::if_not_present(
            http::HeaderName::from_static(name),
            http::HeaderValue::from_static("1"),
        )
    };
    #[post("/")]
    async fn index() -> &'static str {
        "x"
    }
    let site = App::new("site")
        .layer(mark("x-outer"))
        .routes(routes![index])
        .mount("/blog", blog::app().layer(mark("x-blog")));
    let client = TestClient::new(site).await.unwrap();
    client.get("/blog/7").await.assert_header("x-blog", "1").assert_header("x-outer", "1");
    client.post("/").await.assert_header("x-outer", "1").assert_no_header("x-blog");
    client
        .get("/blog/no/such")
        .await
        .assert_status(404)
        .assert_header("x-outer", "1")
        .assert_no_header("x-blog");
}

#[tokio::test]
async fn two_sites_in_one_process_are_two() {
    let one = TestClient::new(App::new("one").mount("/one", blog::app())).await.unwrap();
    let two = TestClient::new(App::new("two").mount("/two", blog::app())).await.unwrap();
    let (first, second) =
        tokio::join!(one.get("/one/").into_future(), two.get("/two/").into_future());
    first.assert_contains("/one/7");
    second.assert_contains("/two/7");
}
