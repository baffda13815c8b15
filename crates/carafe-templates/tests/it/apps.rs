//! Templates of several apps: lookup, overriding, filters and context functions (FL-67, FL-68).

use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Locals, Scope, routes};
use carafe_macros::get;
use carafe_templates::minijinja;
use carafe_templates::{AppTemplates, Context, Page, TemplateFolder, context, page};

#[get("/show/{*name}")]
async fn show(name: String) -> Page {
    page(name, context! {})
}

fn texts(texts: &[(&str, &str)]) -> TemplateFolder {
    TemplateFolder::texts(texts.iter().copied())
}

fn blog() -> App {
    App::new("blog").routes(routes![show]).templates(texts(&[
        ("post.html", "blog's post {% block body %}of blog{% endblock %}"),
        ("only.html", "blog's only"),
    ]))
}

fn shop() -> App {
    App::new("shop")
        .routes(routes![show])
        .templates(texts(&[("post.html", "shop's post"), ("only.html", "shop's only")]))
}

#[tokio::test]
async fn outer_apps_override_inner_ones() {
    let own = texts(&[(
        "post.html",
        "{% extends 'blog:post.html' %}{% block body %}of site{% endblock %}",
    )]);
    let site = App::new("site").mount("/blog", blog()).mount("/shop", shop()).templates(own);
    let client = TestClient::new(site).await.unwrap();
    for (path, expected) in [
        ("/blog/show/post.html", "blog's post of site"),
        ("/shop/show/post.html", "blog's post of site"),
        ("/shop/show/only.html", "blog's only"),
        ("/shop/show/shop:only.html", "shop's only"),
        ("/shop/show/shop:post.html", "shop's post"),
    ] {
        client.get(path).await.assert_text(expected);
    }
    client.get("/shop/show/nope:post.html").await.assert_status(500);
}

#[tokio::test]
async fn filters_tests_functions_and_globals() {
    let templates = texts(&[(
        "a.html",
        "{{ 'a' | shout }}{{ 'a' | shout(times=2) }} {{ 7 is prime }} {{ add(1, 2) }} {{ name }} {{ 'x' | which }}",
    )]);
    let shout = |text: &str, named: minijinja::value::Kwargs| -> Result<String, minijinja::Error> {
        Ok(text.to_uppercase() + &"!".repeat(named.get::<Option<usize>>("times")?.unwrap_or(1)))
    };
    let site = App::new("site")
        .routes(routes![show])
        .templates(templates)
        .filter("shout", shout)
        .test("prime", |n: u64| n > 1 && (2..n).all(|d| !n.is_multiple_of(d)))
        .function("add", |a: i64, b: i64| a + b)
        .global("name", "Site")
        .filter("which", |_: &str| "outer")
        .mount("/blog", blog().filter("which", |_: &str| "inner"));
    let client = TestClient::new(site).await.unwrap();
    client.get("/show/a.html").await.assert_text("A!A!! True 3 Site outer");
    client.get("/blog/show/a.html").await.assert_text("A!A!! True 3 Site outer");
}

struct User(&'static str);

async fn outer(scope: Scope, g: Locals) -> Context {
    context! { who => "outer", path => scope.uri().map(|uri| uri.path().to_owned()), user => g.get::<User>().map_or("", |user| user.0) }
}

async fn inner() -> carafe_core::Result<Context> {
    Ok(context! { who => "inner" })
}

async fn failing() -> Result<Context, Error> {
    Err(Error::forbidden("not you"))
}

#[tokio::test]
async fn context_functions() {
    async fn log_in(g: Locals) {
        g.set(User("Ann"));
    }
    let templates = texts(&[
        ("a.html", "{{ who }} {{ path }} {{ user }}"),
        ("own.html", "{% set who = 'own' %}{{ who }}"),
    ]);
    let site = App::new("site")
        .before(log_in)
        .routes(routes![show])
        .templates(templates)
        .template_context(outer)
        .mount("/blog", blog().template_context(inner))
        .mount("/shop", shop().template_context(failing));
    let client = TestClient::new(site).await.unwrap();
    client.get("/show/a.html").await.assert_text("outer /show/a.html Ann");
    client.get("/blog/show/a.html").await.assert_text("inner /blog/show/a.html Ann");
    client.get("/blog/show/own.html").await.assert_text("own");
    client.get("/shop/show/a.html").await.assert_status(403).assert_contains("not you");
}

#[tokio::test]
async fn the_handlers_own_values_win() {
    #[get("/")]
    async fn index() -> Page {
        page("a.html", context! { who => "handler" })
    }
    let site = App::new("site")
        .routes(routes![index])
        .templates(texts(&[("a.html", "{{ who }}")]))
        .template_context(inner);
    TestClient::new(site).await.unwrap().get("/").await.assert_text("handler");
}

#[tokio::test]
async fn two_sites_in_one_process_are_two() {
    let site = |text: &'static str| {
        App::new("site").routes(routes![show]).templates(texts(&[("a.html", text)]))
    };
    let one = TestClient::new(site("one")).await.unwrap();
    let two = TestClient::new(site("two")).await.unwrap();
    one.get("/show/a.html").await.assert_text("one");
    two.get("/show/a.html").await.assert_text("two");
}
