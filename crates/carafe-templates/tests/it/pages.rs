//! Pages as answers (FL-62, FL-63), and what tests and listeners see of them (FL-27).

use std::sync::{Arc, Mutex};

use carafe_core::testing::Watched;
use carafe_core::{App, Error, Result, Scope, routes};
use carafe_macros::get;
use carafe_templates::{
    AppTemplates, BeforeRenderTemplate, Context, Page, PageResponse, TemplateFolder,
    TemplateRendered, call_macro, context, page, page_from_string, page_of, render,
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::client;

#[derive(Serialize)]
struct Post {
    title: String,
    tags: Vec<&'static str>,
}

#[get("/")]
async fn index() -> Page {
    let posts = vec![
        Post { title: "<b>One</b>".into(), tags: vec!["a", "b"] },
        Post { title: "Two".into(), tags: vec![] },
    ];
    page("list.html", context! { posts, title => "Posts" })
}

#[get("/teapot")]
async fn teapot() -> (StatusCode, Page) {
    (StatusCode::IM_A_TEAPOT, page("list.html", context! {}))
}

#[get("/created")]
async fn created() -> Page {
    page("list.html", context! {})
        .status(StatusCode::CREATED)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("text/x-list"))
}

#[get("/kind/{name}")]
async fn kind(name: String) -> Page {
    page(name, context! { x => "<" })
}

#[get("/first")]
async fn first() -> Page {
    page_of(["nope.html", "list.html"], context! {})
}

#[get("/none")]
async fn none() -> Page {
    page_of(["nope.html", "no.html"], context! {})
}

#[get("/text")]
async fn text() -> Page {
    page_from_string("{% include 'list.html' %}{{ x }}", context! { x => "<i>" })
}

#[get("/result")]
async fn result() -> Result<Page> {
    Err(Error::not_found("no such list"))
}

const LIST: &str = "{{ title }}{% for post in posts %}<li>{{ post.title }}:{{ post.tags | join('-') }}</li>{% endfor %}";

fn app() -> App {
    App::new("site").routes(routes![index, teapot, created, kind, first, none, text, result])
}

#[tokio::test]
async fn a_page_is_its_template() {
    let client = client(
        app().plugin(
            carafe_templates::Templates::new().undefined(carafe_templates::Undefined::Lenient),
        ),
        &[("list.html", LIST)],
    )
    .await;
    let list = client.get("/").await;
    list.assert_status(200)
        .assert_text("Posts<li>&lt;b&gt;One&lt;/b&gt;:a-b</li><li>Two:</li>")
        .assert_header("content-type", "text/html; charset=utf-8");
    assert_eq!(list.template(), Some("list.html"));
    assert_eq!(list.context("title"), "Posts".into());
    assert_eq!(list.context("posts").len(), Some(2));
    assert!(list.context("nope").is_undefined());
    client.get("/teapot").await.assert_status(418).assert_text("");
    client.get("/created").await.assert_status(201).assert_header("content-type", "text/x-list");
    client.get("/first").await.assert_status(200);
    client.get("/text").await.assert_text("&lt;i&gt;");
    let missing = client.get("/none").await;
    missing.assert_status(500);
    assert!(missing.error().unwrap().to_string().contains("`nope.html`, `no.html`"));
    assert_eq!(client.get("/result").await.assert_status(404).template(), None);
}

#[tokio::test]
async fn a_head_request_has_the_length_of_the_page() {
    let client = client(app(), &[("list.html", LIST)]).await;
    let length = client.get("/").await.bytes().len().to_string();
    client
        .head("/")
        .await
        .assert_status(200)
        .assert_text("")
        .assert_header("content-length", &length);
}

#[tokio::test]
async fn the_name_says_what_is_escaped_and_what_it_is() {
    let names =
        ["a.html", "a.htm", "a.xml", "a.xhtml", "a.svg", "a.txt", "a.json", "a.css", "a.html.j2"];
    let templates: Vec<_> = names.iter().map(|name| (*name, "{{ x }}")).collect();
    let client = client(app(), &templates).await;
    for (name, body, kind) in [
        ("a.html", "&lt;", "text/html; charset=utf-8"),
        ("a.htm", "&lt;", "text/html; charset=utf-8"),
        ("a.xml", "&lt;", "application/xml; charset=utf-8"),
        ("a.xhtml", "&lt;", "application/xhtml+xml; charset=utf-8"),
        ("a.svg", "&lt;", "image/svg+xml; charset=utf-8"),
        ("a.html.j2", "&lt;", "text/html; charset=utf-8"),
        ("a.txt", "<", "text/plain; charset=utf-8"),
        ("a.css", "<", "text/css; charset=utf-8"),
    ] {
        let response = client.get(format!("/kind/{name}")).await;
        response.assert_text(body).assert_header("content-type", kind);
    }
}

#[tokio::test]
async fn rendering_is_told() {
    let log = Watched::<TemplateRendered>::default();
    let client = client(app().on(log.listener()), &[("list.html", LIST)]).await;
    client.get("/").await.assert_status(200);
    let events = log.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].template, "list.html");
    assert_eq!(events[0].context.get("title").unwrap().as_str(), Some("Posts"));
}

#[tokio::test]
async fn rendering_is_told_before_and_after() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (before, inside, after) = (told.clone(), told.clone(), told.clone());
    let app = app()
        .on(move |event: &BeforeRenderTemplate| {
            let title = event.context.get("title");
            let line = format!("before {} {}", event.template, title.unwrap());
            before.lock().unwrap().push(line);
        })
        .function("seen", move || {
            inside.lock().unwrap().push("rendered".to_owned());
            String::new()
        })
        .on(move |event: &TemplateRendered| {
            after.lock().unwrap().push(format!("after {}", event.template));
        });
    let client = client(app, &[("list.html", "{{ seen() }}{{ title }}")]).await;
    client.get("/").await.assert_text("Posts");
    assert_eq!(*told.lock().unwrap(), ["before list.html Posts", "rendered", "after list.html"]);
}

#[tokio::test]
async fn a_page_that_fails_was_begun_and_not_rendered() {
    let (before, after) =
        (Watched::<BeforeRenderTemplate>::default(), Watched::<TemplateRendered>::default());
    let app = app().on(before.listener()).on(after.listener());
    let client = client(app, &[("list.html", "{{ 1 / 0 }}")]).await;
    client.get("/").await.assert_status(500);
    assert_eq!((before.events().len(), after.events().len()), (1, 0));
}

#[tokio::test]
async fn mails_and_macros_are_rendered_by_hand() {
    let folder = TemplateFolder::texts([
        ("mail.txt", "Hi {{ name }} <{{ url_for('index', _external=true) }}>"),
        (
            "forms.html",
            "{% macro field(name, kind='text') %}<input name={{ name }} type={{ kind }}>{% endmacro %}",
        ),
    ]);
    let client = carafe_core::testing::TestClient::new(
        App::new("site")
            .routes(routes![index])
            .set("base_url", "https://example.com")
            .templates(folder),
    )
    .await
    .unwrap();
    let site = client.site();
    let mail = site.scope(render("mail.txt", context! { name => "A&B" })).await.unwrap();
    assert_eq!(mail, "Hi A&B <https://example.com/>");
    let field = site.scope(call_macro("forms.html", "field", &["<a>".into()])).await.unwrap();
    assert_eq!(field, "<input name=&lt;a&gt; type=text>");
    let missing = site.scope(call_macro("forms.html", "nope", &[])).await.unwrap_err();
    assert!(missing.to_string().contains("no macro `nope` in `forms.html`"), "{missing}");
    assert!(render("mail.txt", Context::default()).await.is_err());
}

#[tokio::test]
async fn error_handlers_may_answer_with_pages() {
    async fn missing(scope: Scope) -> Page {
        page("404.html", context! { path => scope.uri().map(ToString::to_string) })
            .status(StatusCode::NOT_FOUND)
    }
    let app = app().catch(404, missing);
    let client = client(app, &[("404.html", "nothing at {{ path }}")]).await;
    client.get("/x").await.assert_status(404).assert_text("nothing at /x");
    client.get("/result").await.assert_status(404).assert_text("nothing at /result");
}

#[tokio::test]
async fn an_error_page_that_fails_gives_the_plain_one() {
    async fn broken() -> Page {
        page("500.html", context! {})
    }
    let app = app().catch(500, broken).catch(404, broken);
    let client = client(app, &[("500.html", "{{ 1 / 0 }}{{ nope() }}")]).await;
    client.get("/x").await.assert_status(500).assert_contains("<h1>Internal Server Error</h1>");
}

#[test]
fn contexts() {
    let base = context! { a => 1, b => "x" };
    let kept = String::from("kept");
    let own = context! { kept => &kept, a => 2, list => vec![Some(1), None], map => Post { title: "t".into(), tags: vec![] }, ..base };
    assert_eq!(own.names().collect::<Vec<_>>(), ["kept", "a", "list", "map", "b"]);
    assert_eq!(own.get("a"), Some(&2.into()));
    assert_eq!(own.get("map").unwrap().get_attr("title").unwrap().as_str(), Some("t"));
    assert_eq!(kept, "kept");
    let both = context! { ..own, ..context! { c => true } };
    assert_eq!(both.names().count(), 6);
    assert_eq!(
        Context::of(&Post { title: "t".into(), tags: vec![] }).get("title").unwrap().as_str(),
        Some("t")
    );
    assert_eq!(format!("{:?}", context! { a => 1 }), "{\"a\": 1}");
}
