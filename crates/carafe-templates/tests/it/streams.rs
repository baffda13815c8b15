//! Streamed pages (FL-46).

use carafe_core::testing::TestClient;
use carafe_core::values::{Given, PageValue};
use carafe_core::{App, routes};
use carafe_macros::get;
use carafe_templates::{
    AppTemplates, Page, PageResponse, TemplateFolder, context, page, page_from_string,
};

#[get("/long")]
async fn long() -> Page {
    page("long.html", context! { rows => 20_000 }).stream()
}

#[get("/early")]
async fn early() -> Page {
    page("early.html", context! {}).stream()
}

#[get("/late")]
async fn late() -> Page {
    page("late.html", context! { rows => 20_000 }).stream()
}

#[get("/text")]
async fn text() -> Page {
    page_from_string("{{ session }} {{ url_for('long') }}", context! {}).stream()
}

#[get("/empty")]
async fn empty() -> Page {
    page_from_string("", context! {}).stream()
}

async fn client() -> TestClient {
    let folder = TemplateFolder::texts([
        (
            "long.html",
            "{% for n in range(rows) %}<li>{{ n }} {{ url_for('long') }}</li>\n{% endfor %}{{ session }}",
        ),
        ("early.html", "{{ 1 / 0 }}"),
        ("late.html", "{% for n in range(rows) %}<li>{{ n }}</li>{% endfor %}{{ 1 / 0 }}"),
    ]);
    let session = PageValue::new("session", |_| async { Ok(Given::Data("fixed".into())) });
    let site = App::new("site")
        .routes(routes![long, early, late, text, empty])
        .templates(folder)
        .deposit(session);
    TestClient::new(site).await.unwrap()
}

#[tokio::test]
async fn a_long_page_comes_in_pieces() {
    let client = client().await;
    let response = client.get("/long").await;
    response
        .assert_status(200)
        .assert_no_header("content-length")
        .assert_header("content-type", "text/html; charset=utf-8");
    assert_eq!(response.text().lines().count(), 20_001);
    assert!(response.text().contains("<li>19999 /long</li>") && response.text().ends_with("fixed"));
    assert_eq!(response.template(), Some("long.html"));
    client.get("/text").await.assert_text("fixed /long");
    client.get("/empty").await.assert_status(200).assert_text("");
}

#[tokio::test]
async fn an_error_before_the_first_byte_is_an_error_page() {
    client().await.get("/early").await.assert_status(500);
}

#[tokio::test]
async fn an_error_after_it_breaks_off() {
    let response = client().await.get("/late").await;
    response.assert_status(200);
    assert!(response.broken().unwrap().contains("broke off"), "{:?}", response.broken());
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_rendering() {
    let client = client().await;
    let request = http::Request::get("/long").body(axum::body::Body::empty()).unwrap();
    let response = Box::pin(client.site().handle(request)).await;
    assert_eq!(response.status(), 200);
    drop(response);
    client.get("/text").await.assert_text("fixed /long");
}
