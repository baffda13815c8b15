//! Values that are loaded only for templates that name them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use carafe_core::testing::TestClient;
use carafe_core::values::{Given, PageValue};
use carafe_core::{App, Error, routes};
use carafe_macros::get;
use carafe_templates::{
    AppTemplates, Page, TemplateFolder, Templates, context, page, page_from_string,
};
use serde_json::json;

#[get("/show/{name}")]
async fn show(name: String) -> Page {
    page(name, context! { computed => "names.html" })
}

#[get("/text")]
async fn text() -> Page {
    page_from_string("{% include 'names.html' %}", context! {})
}

#[get("/own")]
async fn own() -> Page {
    page("names.html", context! { user => json!({ "name": "Own" }) })
}

/// A site whose `user` counts how often it is loaded.
async fn site(count: Arc<AtomicUsize>, options: Templates) -> TestClient {
    let folder = TemplateFolder::texts([
        ("names.html", "{{ user.name }}"),
        ("plain.html", "plain"),
        ("child.html", "{% extends 'base.html' %}"),
        ("base.html", "{% include 'names.html' %}"),
        ("macros.html", "{% macro hello() %}{{ user.name }}{% endmacro %}"),
        ("imports.html", "{% from 'macros.html' import hello %}{{ hello() }}"),
        ("computed.html", "{% include computed %}"),
        ("computed_named.html", "{% set _ = user %}{% include computed %}"),
        ("shadow.html", "{% set user = {'name': 'Shadow'} %}{{ user.name }}"),
        ("ring.html", "{% if false %}{% include 'ring.html' %}{% endif %}{{ user.name }}"),
        (
            "calls.html",
            "{% for c, m in get_flashed_messages(true, category_filter=['e']) %}{{ c }}:{{ m }}{% endfor %}{{ csrf_field }}",
        ),
        ("fails.html", "{{ broken }}"),
    ]);
    let user = PageValue::new("user", move |_| {
        let count = count.clone();
        async move {
            tokio::task::yield_now().await;
            count.fetch_add(1, Ordering::Relaxed);
            Ok(Given::Data(json!({ "name": "<Ann>" })))
        }
    });
    let messages = PageValue::new("get_flashed_messages", |_| async {
        Ok(Given::function(|arguments| {
            let with = arguments.get(0, "with_categories") == Some(&json!(true));
            let only = arguments.get(1, "category_filter").cloned().unwrap_or_default();
            Ok(Given::Data(if with { json!([[only[0], "<m>"]]) } else { json!(["m"]) }))
        }))
    });
    let field = PageValue::new("csrf_field", |_| async { Ok(Given::Html("<input>".into())) });
    let broken = PageValue::new("broken", |_| async { Err(Error::forbidden("no session here")) });
    let other = PageValue::new("user", |_| async { Ok(Given::Data(json!("an inner app's"))) });
    let app = App::new("site")
        .plugin(options)
        .routes(routes![show, text, own])
        .templates(folder)
        .deposit(user)
        .deposit(messages)
        .deposit(field)
        .deposit(broken)
        .mount("/inner", App::new("inner").deposit(other));
    TestClient::new(app).await.unwrap()
}

#[tokio::test]
async fn loaded_where_named() {
    for options in [Templates::new().reload(), Templates::new().without_reload()] {
        let count = Arc::new(AtomicUsize::new(0));
        let client = site(count.clone(), options).await;
        for (path, text, loads) in [
            ("/show/plain.html", "plain", 0),
            ("/show/names.html", "&lt;Ann&gt;", 1),
            ("/show/child.html", "&lt;Ann&gt;", 1),
            ("/show/imports.html", "&lt;Ann&gt;", 1),
            ("/show/computed_named.html", "&lt;Ann&gt;", 1),
            ("/show/shadow.html", "Shadow", 0),
            ("/show/ring.html", "&lt;Ann&gt;", 1),
            ("/text", "&lt;Ann&gt;", 1),
            ("/own", "Own", 0),
        ] {
            for _ in 0..2 {
                let before = count.load(Ordering::Relaxed);
                client.get(path).await.assert_text(text);
                assert_eq!(count.load(Ordering::Relaxed) - before, loads, "{path}");
            }
        }
        client.get("/show/calls.html").await.assert_text("e:&lt;m&gt;<input>");
        client.get("/show/computed.html").await.assert_status(500);
        client.get("/show/fails.html").await.assert_status(403).assert_contains("no session here");
    }
}
