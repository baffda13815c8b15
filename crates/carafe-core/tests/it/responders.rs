//! What handlers answer with.

use std::time::{Duration, SystemTime};

use axum::response::{IntoResponse, Response};
use carafe_core::cookies::SetCookie;
use carafe_core::respond::{
    CacheControl, Html, OnlyIfChanged, Problem, RetryAfter, Streamed, Vary, stream, text,
};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Json, routes};
use carafe_macros::{any, get};
use http::{HeaderName, StatusCode, header};

#[get("/problem")]
async fn problem() -> Problem {
    Problem::new(StatusCode::FORBIDDEN)
        .kind("https://example.com/problems/out-of-credit")
        .title("You do not have enough credit.")
        .detail("Your balance is 30.")
        .instance("/account/1")
        .with("balance", 30)
        .with("accounts", ["/account/1"])
}

#[get("/problem/{status}")]
async fn problem_of(status: u16) -> Result<&'static str, Problem> {
    let status = StatusCode::from_u16(status).map_err(Error::from)?;
    let fails = |error: Error| Err::<(), _>(error);
    fails(
        Error::internal("the password of the database is sesame")
            .with_status(status)
            .with_header(header::RETRY_AFTER, 7.into()),
    )?;
    Ok("never")
}

#[get("/tuple")]
async fn tuple() -> impl IntoResponse {
    (
        StatusCode::CREATED,
        SetCookie::new("a", "1"),
        SetCookie::delete("b"),
        CacheControl::private().max_age(Duration::from_secs(60)),
        Vary::on(header::COOKIE).and(header::ACCEPT),
        Vary::on(header::COOKIE),
        [(HeaderName::from_static("content-security-policy"), "default-src 'self'")],
        Html("<p>made"),
    )
}

#[get("/wait")]
async fn wait() -> impl IntoResponse {
    let until = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    (StatusCode::SERVICE_UNAVAILABLE, RetryAfter::At(until), "later")
}

#[get("/wait-shortly")]
async fn wait_shortly() -> impl IntoResponse {
    (StatusCode::TOO_MANY_REQUESTS, RetryAfter::In(Duration::from_millis(1500)), text(1.5))
}

#[any("/countries")]
async fn countries() -> OnlyIfChanged<Json<[&'static str; 2]>> {
    OnlyIfChanged(Json(["AT", "FR"]))
}

#[get("/dated")]
async fn dated() -> OnlyIfChanged<([(HeaderName, &'static str); 1], &'static str)> {
    OnlyIfChanged(([(header::LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT")], "dated"))
}

#[get("/twice")]
async fn twice() -> OnlyIfChanged<OnlyIfChanged<&'static str>> {
    OnlyIfChanged(OnlyIfChanged("twice"))
}

#[get("/streamed")]
async fn streamed() -> OnlyIfChanged<Streamed> {
    OnlyIfChanged(stream(async |out| out.send("x").await))
}

#[get("/failed")]
async fn failed() -> Result<OnlyIfChanged<Response>, Error> {
    Ok(OnlyIfChanged(Error::not_found("There is no such country.").into_response()))
}

async fn client() -> TestClient {
    let app = App::new("site").routes(routes![
        problem,
        problem_of,
        tuple,
        wait,
        wait_shortly,
        countries,
        dated,
        twice,
        streamed,
        failed
    ]);
    TestClient::new(app).await.unwrap()
}

#[tokio::test]
async fn problems() {
    let client = client().await;
    let response = client.get("/problem").await;
    response.assert_status(403).assert_header("content-type", "application/problem+json").assert_text(
        r#"{"accounts":["/account/1"],"balance":30,"detail":"Your balance is 30.","instance":"/account/1","status":403,"title":"You do not have enough credit.","type":"https://example.com/problems/out-of-credit"}"#,
    );
    // A fault of the server tells nothing of itself.
    client
        .get("/problem/503")
        .await
        .assert_status(503)
        .assert_header("retry-after", "7")
        .assert_text(r#"{"status":503,"title":"Service Unavailable","type":"about:blank"}"#);
    let told = client.get("/problem/410").await;
    assert_eq!(
        told.json::<serde_json::Value>()["detail"],
        "the password of the database is sesame"
    );
    client
        .get("/problem/42")
        .await
        .assert_status(500)
        .assert_header("content-type", "application/problem+json");
}

#[tokio::test]
async fn parts_of_answers() {
    let client = client().await;
    let response = client.get("/tuple").await;
    response
        .assert_status(201)
        .assert_text("<p>made")
        .assert_header("content-type", "text/html; charset=utf-8")
        .assert_header("cache-control", "private, max-age=60")
        .assert_header("vary", "cookie, accept")
        .assert_header("content-security-policy", "default-src 'self'");
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(
        cookies,
        ["a=1; Path=/", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"]
    );
    client
        .get("/wait")
        .await
        .assert_status(503)
        .assert_header("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT");
    client
        .get("/wait-shortly")
        .await
        .assert_header("retry-after", "2")
        .assert_header("content-type", "text/plain; charset=utf-8")
        .assert_text("1.5");
}

#[tokio::test]
async fn only_if_changed() {
    let client = client().await;
    let first = client.get("/countries").await;
    let tag = first.assert_status(200).assert_text(r#"["AT","FR"]"#).header("etag").unwrap();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = client.get("/countries").header("if-none-match", tag).await;
    again
        .assert_status(304)
        .assert_text("")
        .assert_header("etag", tag)
        .assert_no_header("content-type");
    client.head("/countries").header("if-none-match", tag).await.assert_status(304);
    client.get("/countries").header("if-none-match", "*").await.assert_status(304);
    client.get("/countries").header("if-none-match", "\"other\"").await.assert_status(200);
    client.get("/countries").header("if-match", "\"other\"").await.assert_status(412);
    client.post("/countries").header("if-none-match", tag).await.assert_status(200);
    let since = "Sun, 06 Nov 1994 08:49:37 GMT";
    client.get("/dated").header("if-modified-since", since).await.assert_status(304);
    let before = client.get("/dated").header("if-modified-since", "Sun, 06 Nov 1994 08:49:36 GMT");
    before.await.assert_status(200).assert_no_header("etag").assert_text("dated");
    let twice = client.get("/twice").await;
    let tag = twice.assert_text("twice").header("etag").unwrap();
    client.get("/twice").header("if-none-match", tag).await.assert_status(304);
    client.get("/streamed").await.assert_text("x").assert_no_header("etag");
    client
        .get("/failed")
        .header("if-none-match", "*")
        .await
        .assert_status(404)
        .assert_no_header("etag")
        .assert_contains("no such country");
}
