//! Sessions, messages and the protection against other sites, in an app (FL-53 … FL-61).

use carafe_core::csrf;
use carafe_core::extract::Form;
use carafe_core::session::{MemoryStore, Session, SessionConfig, Sessions};
use carafe_core::testing::TestClient;
use carafe_core::{App, routes};
use carafe_macros::{get, post};

#[get("/count")]
async fn count(session: Session) -> carafe_core::Result<String> {
    let count = session.get_or("count", 0) + 1;
    session.insert("count", count)?;
    Ok(count.to_string())
}

#[get("/plain")]
async fn plain() -> &'static str {
    "plain"
}

#[get("/look")]
async fn look(session: Session) -> String {
    session.contains("count").to_string()
}

#[get("/clear")]
async fn clear(session: Session) {
    session.clear();
}

#[get("/flash")]
async fn flash(session: Session) -> carafe_core::Result<()> {
    session.flash("error", "Oh no")
}

#[get("/flashes")]
async fn flashes(session: Session) -> String {
    session
        .flashes()
        .into_iter()
        .map(|flash| format!("{}: {}", flash.category, flash.message))
        .collect()
}

#[get("/token")]
async fn token(session: Session) -> carafe_core::Result<String> {
    csrf::token(&session)
}

#[post("/change")]
async fn change(Form(fields): Form<Vec<(String, String)>>) -> String {
    format!("{}", fields.len())
}

#[post("/hook", csrf = false)]
async fn hook() -> &'static str {
    "hooked"
}

#[get("/large")]
async fn large(session: Session) -> carafe_core::Result<()> {
    session.insert(
        "large",
        "x".repeat(5000)
            .chars()
            .enumerate()
            .map(|(n, _)| (n * 7919 % 10_000).to_string())
            .collect::<String>(),
    )
}

fn app() -> App {
    App::new("site")
        .routes(routes![count, plain, look, clear, flash, flashes, token, change, hook, large])
}

async fn client(app: App) -> TestClient {
    TestClient::new(app).await.unwrap()
}

#[tokio::test]
async fn values_are_kept() {
    for app in [
        app(),
        app().set("session.kind", "encrypted"),
        app().service(Sessions::in_store(SessionConfig::default(), MemoryStore::new(1000))),
    ] {
        let client = client(app).await;
        let first = client.get("/count").await;
        first.assert_text("1").assert_header("vary", "Cookie");
        let cookie = first.header("set-cookie").unwrap();
        assert!(
            cookie.starts_with("session=")
                && cookie.contains("HttpOnly")
                && cookie.contains("Path=/")
                && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        client.get("/count").await.assert_text("2");
        client.get("/plain").await.assert_no_header("vary").assert_no_header("set-cookie");
        client
            .get("/look")
            .await
            .assert_text("true")
            .assert_header("vary", "Cookie")
            .assert_no_header("set-cookie");
        client.fresh().get("/count").await.assert_text("1");
        client.get("/clear").await;
        assert_eq!(client.cookie("session"), None);
        client.get("/count").await.assert_text("1");
    }
}

#[tokio::test]
async fn a_forged_cookie_is_an_empty_session() {
    let client = client(app()).await;
    client.get("/count").await;
    let good = client.cookie("session").unwrap();
    for forged in [
        good[..good.len() - 1].to_owned(),
        format!("{good}x"),
        "x".repeat(10_000),
        String::new(),
        "%00".to_owned(),
    ] {
        client.set_cookie("session", &forged);
        client.get("/count").await.assert_text("1");
    }
}

#[tokio::test]
async fn messages_are_shown_once() {
    let flashed = carafe_core::testing::Watched::<carafe_core::events::MessageFlashed>::default();
    let client = client(app().on(flashed.listener())).await;
    client.get("/flash").await;
    assert_eq!(flashed.events()[0].message, "Oh no");
    client.get("/flashes").await.assert_text("error: Oh no");
    client.get("/flashes").await.assert_text("");
}

#[tokio::test]
async fn too_large_is_an_error_that_says_so() {
    let client = client(app()).await;
    let answer = client.get("/large").await;
    answer.assert_status(500);
    assert!(
        answer.error().unwrap().to_string().contains("too large"),
        "{}",
        answer.error().unwrap()
    );
}

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    let client = client(app()).await;
    client.get("/count").await;
    let post =
        |site: &str| client.post("/change").form([("a", "b")]).header("sec-fetch-site", site);
    post("same-origin").await.assert_text("1");
    post("cross-site").await.assert_status(403);
    post("same-site").await.assert_status(403);
    client.post("/hook").header("sec-fetch-site", "cross-site").await.assert_text("hooked");
    // An older browser says nothing of where it comes from: then the token counts.
    let token = client.get("/token").await.text().to_owned();
    let silent = |fields: Vec<(&'static str, String)>| {
        client.post("/change").form(fields).without_header("sec-fetch-site")
    };
    silent(vec![("a", "b".to_owned())]).await.assert_status(403);
    silent(vec![("csrf_token", "AAAA".to_owned())]).await.assert_status(403);
    silent(vec![("csrf_token", token.clone()), ("a", "b".to_owned())]).await.assert_text("2");
    client
        .post("/change")
        .form([("a", "b")])
        .without_header("sec-fetch-site")
        .header("x-csrf-token", &token)
        .await
        .assert_text("1");
    let other = client.fresh();
    other.get("/count").await;
    other
        .post("/change")
        .form([("csrf_token", &token)])
        .without_header("sec-fetch-site")
        .await
        .assert_status(403);
}

#[tokio::test]
async fn production_wants_a_secret_key() {
    use carafe_core::settings::{Environment, SettingsLoader};
    let error =
        app().build_with(SettingsLoader::new(Environment::PRODUCTION)).unwrap_err().to_string();
    assert!(
        error.contains("no secret key is set") && error.contains("CARAFE_SECRET_KEY"),
        "{error}"
    );
    let without = App::new("site").routes(routes![plain]);
    assert!(without.build_with(SettingsLoader::new(Environment::PRODUCTION)).is_ok());
}

#[tokio::test]
async fn a_test_reads_and_writes_the_session() {
    for kind in ["signed", "encrypted"] {
        let client = client(app().set("session.kind", kind)).await;
        client.session(|session| session.insert("count", 41)).await.unwrap();
        client.get("/count").await.assert_text("42");
        assert_eq!(client.session(|session| session.get::<u32>("count")).await, Some(42));
        assert_eq!(client.fresh().session(|session| session.get::<u32>("count")).await, None);
    }
}
