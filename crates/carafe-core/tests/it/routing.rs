//! Which request reaches which handler (FL-01 … FL-12).

use carafe_core::testing::TestClient;
use carafe_core::{App, Slashes, routes};
use carafe_macros::{PathSegment, any, delete, get, head, options, post, route};

#[get("/")]
async fn hello() -> &'static str {
    "Hello, World!"
}

#[get("/int/{id}")]
async fn int(id: u32) -> String {
    format!("int {id}")
}

#[get("/signed/{id}")]
async fn signed(id: i64) -> String {
    format!("signed {id}")
}

#[get("/float/{x}")]
async fn float(x: f64) -> String {
    format!("float {x}")
}

#[get("/files/{*path}")]
async fn files(path: String) -> String {
    format!("files {path}")
}

#[get("/code/{code:length=2}")]
async fn code(code: String) -> String {
    format!("code {code}")
}

#[get("/page/{n:min=1,max=10}")]
async fn page(n: u32) -> String {
    format!("page {n}")
}

#[derive(PathSegment)]
enum Word {
    X,
    #[segment("why")]
    Y,
}

#[get("/word/{word}")]
async fn word(word: Word) -> &'static str {
    match word {
        Word::X => "x",
        Word::Y => "y",
    }
}

#[get("/x/{name}")]
async fn x_text(name: String) -> String {
    format!("text {name}")
}

#[get("/x/{id}")]
async fn x_int(id: u32) -> String {
    format!("int {id}")
}

#[get("/x/{id}")]
async fn x_float(id: f64) -> String {
    format!("float {id}")
}

#[get("/x/new")]
async fn x_new() -> &'static str {
    "new"
}

#[get("/x/{*rest}")]
async fn x_rest(rest: String) -> String {
    format!("rest {rest}")
}

#[post("/x/{id}")]
async fn x_post(id: String) -> String {
    format!("posted {id}")
}

#[get("/x/{name}.json")]
async fn x_json(name: String) -> String {
    format!("json {name}")
}

#[get("/users/")]
async fn branch() -> &'static str {
    "users"
}

#[get("/about")]
async fn leaf() -> &'static str {
    "about"
}

#[get("/all/", "/all/page/{page}", default(page = 1))]
async fn all(page: u32) -> String {
    format!("page {page}")
}

#[get("/one", "/two")]
async fn two_paths() -> &'static str {
    "both"
}

#[post("/only-post")]
async fn only_post() -> &'static str {
    "posted"
}

#[route("/form", methods("GET", "POST"))]
async fn form() -> &'static str {
    "form"
}

#[any("/any")]
async fn anything(method: http::Method) -> String {
    method.to_string()
}

#[head("/own-head")]
async fn own_head() -> [(&'static str, &'static str); 1] {
    [("x-own", "1")]
}

#[get("/own-head")]
async fn own_head_get() -> &'static str {
    "get"
}

#[options("/own-options")]
async fn own_options() -> &'static str {
    "mine"
}

#[delete("/things/{_id}")]
async fn unused_segment(_id: u32) -> &'static str {
    "gone"
}

#[get("/café/{name}")]
async fn accents(name: String) -> String {
    name
}

#[get("/blocking/{n}")]
fn blocking(n: u64) -> String {
    #[expect(clippy::disallowed_methods, reason = "a plain `fn` may block")]
    std::thread::sleep(std::time::Duration::from_millis(n));
    format!("slept {n}")
}

#[get("/type/{type}")]
async fn raw(r#type: String) -> String {
    r#type
}

fn app() -> App {
    App::new("site").routes(routes![
        hello,
        int,
        signed,
        float,
        files,
        code,
        page,
        word,
        x_text,
        x_int,
        x_float,
        x_new,
        x_rest,
        x_post,
        x_json,
        branch,
        leaf,
        all,
        two_paths,
        only_post,
        form,
        anything,
        own_head,
        own_head_get,
        own_options,
        unused_segment,
        accents,
        blocking,
        raw,
    ])
}

async fn client() -> TestClient {
    TestClient::new(app()).await.unwrap()
}

#[tokio::test]
async fn a_path_reaches_its_handler() {
    let client = client().await;
    for (path, expected) in [
        ("/", "Hello, World!"),
        ("/int/3", "int 3"),
        ("/int/03", "int 3"),
        ("/signed/-3", "signed -3"),
        ("/float/3.5", "float 3.5"),
        ("/files/a/b%20c", "files a/b c"),
        ("/code/ab", "code ab"),
        ("/page/10", "page 10"),
        ("/word/x", "x"),
        ("/word/why", "y"),
        ("/x/new", "new"),
        ("/x/7", "int 7"),
        ("/x/7.5", "float 7.5"),
        ("/x/seven", "text seven"),
        ("/x/seven.json", "json seven"),
        ("/x/a/b", "rest a/b"),
        ("/users/", "users"),
        ("/all/", "page 1"),
        ("/all/page/2", "page 2"),
        ("/one", "both"),
        ("/two", "both"),
        ("/caf%C3%A9/%C3%BC", "ü"),
        ("/caf%c3%a9/x", "x"),
        ("/%61bout", "about"),
        ("/blocking/5", "slept 5"),
        ("/type/t", "t"),
    ] {
        let response = client.get(path).await;
        response.assert_status(200);
        assert_eq!(response.text(), expected, "{path}");
    }
}

#[tokio::test]
async fn what_is_no_value_is_not_found() {
    let client = client().await;
    for path in [
        "/int/-3",
        "/int/x",
        "/int/",
        "/int/99999999999",
        "/float/3",
        "/code/abc",
        "/page/0",
        "/page/11",
        "/word/z",
        "/about/",
        "/files/",
        "/int/%FF",
        "/int/3%00",
        "/nope",
        "/x",
        "/things/x",
    ] {
        client.get(path).await.assert_status(404);
    }
}

#[tokio::test]
async fn priority_does_not_depend_on_the_order_of_registration() {
    let routes = || {
        vec![
            routes![x_new],
            routes![x_int],
            routes![x_float],
            routes![x_text],
            routes![x_rest],
            routes![x_post],
            routes![x_json],
        ]
    };
    for turn in 0..routes().len() {
        let mut order = routes();
        order.rotate_left(turn);
        let client =
            TestClient::new(order.into_iter().fold(App::new("site"), App::routes)).await.unwrap();
        for (path, expected) in [
            ("/x/new", "new"),
            ("/x/7", "int 7"),
            ("/x/7.5", "float 7.5"),
            ("/x/a", "text a"),
            ("/x/a/b", "rest a/b"),
            ("/x/a.json", "json a"),
        ] {
            client.get(path).await.assert_text(expected);
        }
        client.post("/x/new").await.assert_text("posted new");
    }
}

#[tokio::test]
async fn head_and_options_answer_by_themselves() {
    let client = client().await;
    client.head("/").await.assert_status(200).assert_header("content-length", "13").assert_text("");
    client.head("/own-head").await.assert_header("x-own", "1");
    client.get("/own-head").await.assert_text("get");
    client
        .options("/")
        .await
        .assert_status(200)
        .assert_header("allow", "GET, HEAD, OPTIONS")
        .assert_text("");
    client.options("/own-options").await.assert_text("mine");
    client.options("/x/new").await.assert_header("allow", "GET, HEAD, POST, OPTIONS");
    let off = TestClient::new(app().without_automatic_options()).await.unwrap();
    off.options("/").await.assert_status(405).assert_header("allow", "GET, HEAD");
}

#[tokio::test]
async fn a_wrong_method_says_which_are_right() {
    let client = client().await;
    client.get("/only-post").await.assert_status(405).assert_header("allow", "POST, OPTIONS");
    client
        .delete("/form")
        .await
        .assert_status(405)
        .assert_header("allow", "GET, HEAD, POST, OPTIONS");
    client.post("/form").await.assert_status(200);
    client.request("PURGE".parse().unwrap(), "/any").await.assert_text("PURGE");
}

#[tokio::test]
async fn slashes() {
    let client = client().await;
    client.get("/users?x=1&y=%20").await.assert_status(308).assert_redirects("/users/?x=1&y=%20");
    client.post("/users").await.assert_status(308);
    client.get("/int//3").await.assert_status(308).assert_redirects("/int/3");
    client.get("//evil.example//").await.assert_status(404);
    let strict = TestClient::new(app().slashes(Slashes::Strict)).await.unwrap();
    strict.get("/users").await.assert_status(404);
    let lenient = TestClient::new(app().slashes(Slashes::Lenient)).await.unwrap();
    lenient.get("/users").await.assert_text("users");
    lenient.get("/about/").await.assert_text("about");
}

#[tokio::test]
async fn a_default_has_one_address() {
    let client = client().await;
    client.get("/all/page/1").await.assert_status(308).assert_redirects("/all/");
    client.get("/all/page/1?q=1").await.assert_redirects("/all/?q=1");
}

#[tokio::test]
async fn conflicts_name_both_places() {
    #[get("/x/{other}")]
    async fn again(other: String) -> String {
        other
    }
    let error = App::new("site")
        .routes(routes![x_text])
        .routes(routes![again])
        .build()
        .unwrap_err()
        .to_string();
    assert!(error.contains("two routes answer GET /x/{other}: `x_text`"), "{error}");
    assert!(error.contains("`again`") && error.matches("routing.rs:").count() == 2, "{error}");
}

#[tokio::test]
async fn one_name_is_one_endpoint() {
    mod other {
        #[carafe_macros::get("/elsewhere")]
        pub async fn hello() -> &'static str {
            "elsewhere"
        }
    }
    let error =
        App::new("site").routes(routes![hello, other::hello]).build().unwrap_err().to_string();
    assert!(error.contains("two routes are called `hello`"), "{error}");
}

#[tokio::test]
async fn the_table_is_listed() {
    #[post("/z")]
    async fn a() {}
    #[get("/a/{id}")]
    async fn z(_id: u32) {}
    let site = App::new("site").routes(routes![a, z]).build().unwrap();
    let listing = site.table().listing(carafe_core::routing::Sort::Rule);
    expect_test::expect![[r"
        Endpoint  Methods  Rule
        --------  -------  -------
        z         GET      /a/{id}
        a         POST     /z
    "]]
    .assert_eq(&listing.to_string());
    let by_name = site.table().listing(carafe_core::routing::Sort::Endpoint);
    let json: serde_json::Value = serde_json::to_value(&by_name).unwrap();
    assert_eq!(json[0]["endpoint"], "a");
    assert_eq!(json[1]["rule"], "/a/{id}");
}

#[tokio::test]
async fn axum_extractors_see_the_path() {
    #[get("/axum/{id}")]
    async fn by_axum(path: axum::extract::MatchedPath, id: axum::extract::Path<u32>) -> String {
        format!("{} {}", path.as_str(), id.0)
    }
    let client = TestClient::new(App::new("site").routes(routes![by_axum])).await.unwrap();
    client.get("/axum/7").await.assert_text("/axum/{id} 7");
}

#[tokio::test]
async fn a_thousand_routes_are_found() {
    let routes = (0..1000).map(|n| {
        carafe_core::routing::Route::new(
            format!("r{n}"),
            format!("/r{n}/{{id}}"),
            move |_, captured| {
                let id = captured.text("id").unwrap_or_default().into_owned();
                async move { axum::response::IntoResponse::into_response(format!("{n} {id}")) }
            },
        )
    });
    let client = TestClient::new(routes.fold(App::new("site"), |app, route| app.routes(route)))
        .await
        .unwrap();
    client.get("/r999/x").await.assert_text("999 x");
}

#[get("/soft", strict_slashes = false)]
async fn soft() -> &'static str {
    "soft"
}

#[get("/hard/", strict_slashes = true)]
async fn hard() -> &'static str {
    "hard"
}

#[tokio::test]
async fn a_route_may_say_what_slashes_are() {
    for policy in [Slashes::Redirect, Slashes::Strict, Slashes::Lenient] {
        let app = App::new("site").slashes(policy).routes(routes![soft, hard]);
        let client = TestClient::new(app).await.unwrap();
        client.get("/soft/").await.assert_text("soft");
        client.get("/hard/").await.assert_text("hard");
        client.get("/hard").await.assert_status(404);
    }
}

#[cfg(all(feature = "uuid", feature = "jiff"))]
#[tokio::test]
async fn types_of_other_crates() {
    #[get("/of/{id}")]
    async fn by_uuid(id: uuid::Uuid) -> String {
        format!("uuid {id}")
    }
    #[get("/of/{day}")]
    async fn by_date(day: jiff::civil::Date) -> String {
        format!("date {day}")
    }
    #[get("/of/{other}")]
    async fn by_text(other: String) -> String {
        format!("text {other}")
    }
    let client =
        TestClient::new(App::new("site").routes(routes![by_text, by_date, by_uuid])).await.unwrap();
    client.get("/of/2026-11-22").await.assert_text("date 2026-11-22");
    client.get("/of/2026-13-22").await.assert_text("text 2026-13-22");
    client
        .get("/of/67e55044-10b1-426f-9247-bb680e5fe0c8")
        .await
        .assert_text("uuid 67e55044-10b1-426f-9247-bb680e5fe0c8");
    client.get("/of/67e5504410b1426f9247bb680e5fe0c8").await.assert_contains("text");
    client.get(by_date::url("2024-02-29".parse().unwrap())).await.assert_text("date 2024-02-29");
}
