//! What sessions give to templates (FL-61), loaded for those that ask.

use carafe_core::session::Session;
use carafe_core::testing::TestClient;
use carafe_core::{App, Result, routes};
use carafe_macros::get;
use carafe_templates::{AppTemplates, Page, TemplateFolder, context, page};

#[get("/flash")]
async fn flash(session: Session) -> Result<&'static str> {
    session.insert("name", "<Ann>")?;
    session.flash("error", "<oh>")?;
    session.flash("info", "hm")?;
    Ok("")
}

#[get("/show/{name}")]
async fn show(name: String) -> Page {
    page(name, context! {})
}

#[get("/stream")]
async fn stream() -> Page {
    page("long.html", context! {}).stream()
}

async fn client() -> TestClient {
    let folder = TemplateFolder::texts([
        ("plain.html", "plain"),
        ("name.html", "{{ session.name | default('nobody') }}"),
        (
            "base.html",
            "{% for c, m in get_flashed_messages(with_categories=true) %}{{ c }}:{{ m }} {% endfor %}",
        ),
        ("child.html", "{% extends 'base.html' %}"),
        ("errors.html", "{{ get_flashed_messages(category_filter=['error']) | join }}"),
        ("form.html", "{% macro form() %}<form>{{ csrf_field }}</form>{% endmacro %}{{ form() }}"),
        (
            "long.html",
            "{% for n in range(20000) %}{{ n }}{% endfor %}{{ get_flashed_messages() | join }}",
        ),
    ]);
    let app = App::new("site").routes(routes![flash, show, stream]).templates(folder);
    TestClient::new(app.set("secret_key", "a key of a test, long enough to be one")).await.unwrap()
}

#[tokio::test]
async fn messages_are_shown_once() {
    let client = client().await;
    client.get("/flash").await.assert_status(200);
    client.get("/show/child.html").await.assert_text("error:&lt;oh&gt; info:hm ");
    client.get("/show/child.html").await.assert_text("");
    client.get("/flash").await;
    client.get("/show/errors.html").await.assert_text("&lt;oh&gt;");
}

#[tokio::test]
async fn a_streamed_page_takes_its_messages_before_the_first_byte() {
    let client = client().await;
    client.get("/flash").await;
    let response = client.get("/stream").await;
    assert!(response.text().ends_with("&lt;oh&gt;hm"));
    client.get("/show/child.html").await.assert_text("");
}

#[tokio::test]
async fn only_pages_that_ask_depend_on_the_session() {
    let client = client().await;
    client.get("/show/plain.html").await.assert_text("plain").assert_no_header("vary");
    client.get("/show/name.html").await.assert_text("nobody").assert_header("vary", "Cookie");
    client.get("/flash").await;
    client.get("/show/name.html").await.assert_text("&lt;Ann&gt;");
    let form = client.get("/show/form.html").await;
    form.assert_contains("<form><input type=\"hidden\" name=\"csrf_token\" value=\"");
}
