//! What a request is about, and its parsed headers.

use carafe_core::extract::{
    Accept, AcceptEncoding, AcceptLanguage, Authorization, Basic, Bearer, CacheControl, ClientAddr,
    Headers, LastEventId, RequestInfo,
};
use carafe_core::middleware::Compression;
use carafe_core::testing::TestClient;
use carafe_core::{App, Locals, Site, routes};
use carafe_macros::{any, get};
use http::Request;
use std::sync::Arc;

#[any("/{*rest}")]
async fn tell(request: RequestInfo, _rest: String) -> String {
    let captures: Vec<_> =
        request.captures().iter().map(|(name, text)| format!("{name}={text}")).collect();
    [
        ("method", request.method().to_string()),
        ("path", request.path().to_owned()),
        ("full_path", request.full_path().to_owned()),
        ("query", request.query().to_owned()),
        ("root_path", request.root_path().to_owned()),
        ("scheme", request.scheme().to_owned()),
        ("is_secure", request.is_secure().to_string()),
        ("host", request.host().to_owned()),
        ("url", request.url()),
        ("base_url", request.base_url()),
        ("root_url", request.root_url()),
        ("host_url", request.host_url()),
        ("endpoint", request.endpoint().unwrap_or("-").to_owned()),
        ("captures", captures.join(" ")),
        ("mount", request.mount().unwrap_or("-").to_owned()),
        ("mounts", request.mounts().collect::<Vec<_>>().join(" ")),
        ("rule", request.rule().map_or("-".to_owned(), |rule| rule.pattern().to_string())),
        ("content_type", format!("{:?}", request.content_type())),
        ("mimetype", format!("{:?}", request.mimetype())),
        ("content_length", format!("{:?}", request.content_length())),
        ("is_json", request.is_json().to_string()),
        ("user_agent", format!("{:?}", request.user_agent())),
        ("referrer", format!("{:?}", request.referrer())),
    ]
    .map(|(name, value)| format!("{name}: {value}\n"))
    .concat()
}

fn site() -> App {
    let inner = App::new("admin").routes(routes![tell]);
    App::new("site")
        .routes(routes![tell])
        .mount("/{lang}/blog", App::new("blog").mount("/admin", inner))
}

/// Holds the lines of the answer against some expected ones.
#[track_caller]
fn check(answer: &str, expected: &[&str]) {
    for line in expected {
        assert!(answer.lines().any(|own| own == *line), "no `{line}` in\n{answer}");
    }
}

#[tokio::test]
async fn url_parts() {
    let client = TestClient::new(site()).await.unwrap();
    let answer = client.get("/a/b%20c?x=1&x=%C3%A4").await;
    check(
        answer.text(),
        &[
            "method: GET",
            "path: /a/b%20c",
            "full_path: /a/b%20c?x=1&x=%C3%A4",
            "query: x=1&x=%C3%A4",
            "root_path: ",
            "scheme: http",
            "is_secure: false",
            "host: localhost",
            "url: http://localhost/a/b%20c?x=1&x=%C3%A4",
            "base_url: http://localhost/a/b%20c",
            "root_url: http://localhost/",
            "host_url: http://localhost/",
            "endpoint: tell",
            "captures: rest=a/b c",
            "mount: -",
            "mounts: ",
        ],
    );
    let answer = client.post("https://example.com:8443/x").await;
    check(
        answer.text(),
        &[
            "method: POST",
            "full_path: /x",
            "query: ",
            "scheme: https",
            "is_secure: true",
            "host: example.com:8443",
            "url: https://example.com:8443/x",
        ],
    );
}

#[tokio::test]
async fn matched_route() {
    let client = TestClient::new(site()).await.unwrap();
    let answer = client.get("/fr/blog/admin/x?y").await;
    check(
        answer.text(),
        &[
            "path: /fr/blog/admin/x",
            "endpoint: blog.admin.tell",
            "captures: lang=fr rest=x",
            "mount: blog.admin",
            "mounts: blog.admin blog",
            "rule: /{lang}/blog/admin/{*rest}",
        ],
    );
}

/// A site below a prefix of somebody's axum router.
#[tokio::test]
async fn mounted_prefix() {
    use tower::ServiceExt;
    let router = axum::Router::new().nest("/shop", site().into_router().await.unwrap());
    let request = Request::get("/shop/en/blog/admin/x?q").header("host", "example.com");
    let response = router.oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    check(
        std::str::from_utf8(&body).unwrap(),
        &[
            "path: /en/blog/admin/x",
            "full_path: /en/blog/admin/x?q",
            "root_path: /shop",
            "url: http://example.com/shop/en/blog/admin/x?q",
            "base_url: http://example.com/shop/en/blog/admin/x",
            "root_url: http://example.com/shop/",
            "host_url: http://example.com/",
            "endpoint: blog.admin.tell",
        ],
    );
}

#[tokio::test]
async fn headers() {
    let client = TestClient::new(site()).await.unwrap();
    let answer = client
        .post("/x")
        .body("Application/Problem+JSON; charset=utf-8", "{}")
        .header("user-agent", "test/1")
        .header("referer", "http://localhost/y")
        .await;
    check(
        answer.text(),
        &[
            r#"content_type: Some("Application/Problem+JSON; charset=utf-8")"#,
            r#"mimetype: Some("application/problem+json")"#,
            "content_length: Some(2)",
            "is_json: true",
            r#"user_agent: Some("test/1")"#,
            r#"referrer: Some("http://localhost/y")"#,
        ],
    );
    let answer = client.get("/x").header("content-length", "-1").header("content-type", ";").await;
    check(answer.text(), &["mimetype: None", "content_length: None", "is_json: false"]);
    for (kind, json) in
        [("application/json", true), ("text/json", false), ("image/svg+json", false)]
    {
        let answer = client.get("/x").header("content-type", kind).await;
        check(answer.text(), &[&format!("is_json: {json}")]);
    }
}

async fn raw(site: &Arc<Site>, request: Request<axum::body::Body>) -> String {
    let body = site.handle(request).await.into_body();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn without_a_host() {
    let site = site().build().unwrap();
    let request = || Request::get("/x").body(axum::body::Body::empty()).unwrap();
    check(&raw(&site, request()).await, &["host: localhost", "url: http://localhost/x"]);
    let mut reached = request();
    reached.extensions_mut().insert(carafe_core::serve::Connection {
        remote: None,
        local: Some(([127, 0, 0, 1], 8443).into()),
        tls: true,
    });
    check(&raw(&site, reached).await, &["url: https://127.0.0.1:8443/x"]);
}

#[tokio::test]
async fn hooks_see_the_route() {
    #[derive(Clone)]
    struct Seen(String);
    async fn look(request: RequestInfo, locals: Locals) {
        let seen = format!("{:?} {:?}", request.endpoint(), request.captures());
        locals.set(Seen(seen));
    }
    #[get("/posts/{id}")]
    async fn show(id: u32, locals: Locals) -> String {
        format!("{id} {}", locals.get::<Seen>().unwrap().0)
    }
    async fn missing(request: RequestInfo) -> String {
        format!("{:?} {:?}", request.endpoint(), request.captures())
    }
    let app = App::new("site").routes(routes![show]).before(look).catch(404, missing);
    let client = TestClient::new(app).await.unwrap();
    client.get("/posts/7").await.assert_text(r#"7 Some("show") [("id", "7")]"#);
    client.get("/nothing").await.assert_text("None []");
}

#[get("/all")]
async fn all_headers(headers: Headers) -> String {
    headers.get_all("x").iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join("+")
}

#[get("/likes")]
async fn likes(types: Accept, languages: AcceptLanguage, encodings: AcceptEncoding) -> String {
    format!(
        "{:?} {:?} {:?}",
        types.best(&["text/html", "application/json"]),
        languages.best(&["en", "de"]),
        encodings.best(&["identity", "gzip", "br"]),
    )
}

#[get("/caches")]
async fn caches(asked: CacheControl, LastEventId(last): LastEventId) -> String {
    format!("{asked:?} {last:?}")
}

#[get("/who")]
async fn who(client: ClientAddr) -> String {
    client.to_string()
}

#[get("/maybe")]
async fn maybe(client: Option<ClientAddr>) -> String {
    format!("{client:?}")
}

fn parsed() -> App {
    App::new("site").routes(routes![
        all_headers,
        likes,
        caches,
        who,
        maybe,
        any_login,
        basic,
        bearer,
        optional
    ])
}

#[tokio::test]
async fn negotiation() {
    let app = parsed().middleware(Compression::off());
    let client = TestClient::new(app).await.unwrap();
    client.get("/all").header("x", "1").header("x", "2").await.assert_text("1+2");
    client
        .get("/likes")
        .header("accept", "text/html;q=0.1")
        .header("accept", "application/json")
        .header("accept-language", "fr, de-CH;q=0.5")
        .header("accept-encoding", "br")
        .header("accept-encoding", "gzip;q=0.9")
        .await
        .assert_text(r#"Some("application/json") Some("de") Some("br")"#);
    client.get("/likes").await.assert_text(r#"Some("text/html") Some("en") Some("identity")"#);
    client
        .get("/likes")
        .header("accept", "image/*")
        .header("accept-language", "fr")
        .header("accept-encoding", "*;q=0")
        .await
        .assert_text("None None None");
    let huge = "a/b;q=0.5,".repeat(5000);
    client.get("/likes").header("accept", &huge).await.assert_contains("None");
}

#[tokio::test]
async fn caches_and_events() {
    let client = TestClient::new(parsed()).await.unwrap();
    let text = |fields: &str, last: &str| {
        let [no_cache, no_store, max_age, max_stale] =
            fields.split(' ').collect::<Vec<_>>().try_into().unwrap();
        format!(
            "CacheControl {{ no_cache: {no_cache}, no_store: {no_store}, no_transform: false, only_if_cached: false, max_age: {max_age}, max_stale: {max_stale}, min_fresh: None }} {last}"
        )
    };
    client.get("/caches").await.assert_text(&text("false false None None", "None"));
    client
        .get("/caches")
        .header("cache-control", "No-Cache, max-age=\"0\"")
        .header("cache-control", "max-stale=5, unknown, ,")
        .header("last-event-id", "7")
        .await
        .assert_text(&text("true false Some(0ns) Some(5s)", "Some(\"7\")"));
    client
        .get("/caches")
        .header("cache-control", "max-age=-1, max-stale=99999999999999999999999, no-store")
        .header("last-event-id", "")
        .await
        .assert_text(&text("false true None None", "None"));
}

#[tokio::test]
async fn client_address() {
    let client = TestClient::new(parsed()).await.unwrap();
    client.get("/who").await.assert_text("127.0.0.1");
    client.get("/who").peer("203.0.113.7").await.assert_text("203.0.113.7");
    client.get("/who").peer("2001:db8::1").await.assert_text("2001:db8::1");
    client.get("/who").peer("::ffff:203.0.113.7").await.assert_text("203.0.113.7");
    let site = parsed().build().unwrap();
    let request = |path: &str| Request::get(path).body(axum::body::Body::empty()).unwrap();
    assert_eq!(raw(&site, request("/maybe")).await, "None");
    assert_eq!(site.handle(request("/who")).await.status(), 500);
}

#[get("/any")]
async fn any_login(login: Authorization) -> String {
    login.scheme().to_owned()
}

#[get("/basic")]
async fn basic(login: Basic) -> String {
    format!("{}/{}", login.username, login.password)
}

#[get("/bearer")]
async fn bearer(Bearer(token): Bearer) -> String {
    token
}

#[get("/optional")]
async fn optional(login: Option<Basic>) -> String {
    login.map_or("nobody".to_owned(), |login| login.username)
}

#[tokio::test]
async fn credentials() {
    const ALADDIN: &str = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    const BASIC: &str = "Basic realm=\"site\", charset=\"UTF-8\"";
    const BEARER: &str = "Bearer realm=\"site\"";
    let client = TestClient::new(parsed()).await.unwrap();
    for (path, login, status, answer) in [
        ("/any", Some(ALADDIN), 200, "basic"),
        ("/any", Some("Bearer x"), 200, "bearer"),
        ("/any", Some("Digest a=b"), 200, "digest"),
        ("/basic", Some(ALADDIN), 200, "Aladdin/open sesame"),
        ("/bearer", Some("bearer abc"), 200, "abc"),
        ("/optional", Some(ALADDIN), 200, "Aladdin"),
        ("/optional", Some("Bearer x"), 200, "nobody"),
        ("/optional", None, 200, "nobody"),
        ("/any", None, 401, BASIC),
        ("/basic", None, 401, BASIC),
        ("/basic", Some("Bearer x"), 401, BASIC),
        ("/bearer", None, 401, BEARER),
        ("/bearer", Some(ALADDIN), 401, BEARER),
        ("/optional", Some("Basic ###"), 401, BASIC),
        ("/any", Some("Basic \u{e4}"), 401, BASIC),
    ] {
        let request = client.get(path);
        let request = match login {
            Some(login) => request.header("authorization", login),
            None => request,
        };
        let response = request.await;
        response.assert_status(status);
        match status {
            200 => _ = response.assert_text(answer),
            _ => _ = response.assert_header("www-authenticate", answer),
        }
    }
    let both = client.get("/any").await;
    let challenges: Vec<_> = both.headers().get_all("www-authenticate").iter().collect();
    assert_eq!(challenges, [BASIC, BEARER]);
    let twice =
        client.get("/any").header("authorization", ALADDIN).header("authorization", ALADDIN);
    twice.await.assert_status(401);
}
