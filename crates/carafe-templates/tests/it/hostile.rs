//! Templates and values that mean no good.

use carafe_core::testing::TestClient;
use carafe_core::{App, routes};
use carafe_macros::get;
use carafe_templates::{AppTemplates, Context, Page, TemplateFolder, context, page};

use crate::rendered;

#[get("/show/{*name}")]
async fn show(name: String) -> Page {
    page(name, context! {})
}

#[tokio::test]
async fn recursion_ends() {
    let folder = TemplateFolder::texts([
        ("self.html", "{% include 'self.html' %}"),
        ("a.html", "{% extends 'b.html' %}"),
        ("b.html", "{% extends 'a.html' %}"),
        ("macro.html", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"),
        (
            "deep.html",
            "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% else %}end{% endif %}{% endmacro %}{{ f(10) }}",
        ),
    ]);
    let client =
        TestClient::new(App::new("site").routes(routes![show]).templates(folder)).await.unwrap();
    for name in ["self.html", "a.html", "macro.html"] {
        client.get(format!("/show/{name}")).await.assert_status(500);
    }
    client.get("/show/deep.html").await.assert_text("end");
}

#[tokio::test]
async fn loops_and_widths_have_a_bound() {
    for source in
        ["{% for i in range(1000000000) %}x{% endfor %}", "{{ range(1000000000) | list | length }}"]
    {
        assert!(rendered(source, context! {}).await.is_err(), "{source}");
    }
    let wide = rendered("{{ 'a' | center(1000000000) }}", context! {}).await.unwrap();
    assert!(wide.len() <= 10_000);
}

#[tokio::test]
async fn deep_texts_are_refused() {
    for source in [
        "{{ ".to_owned() + &"(".repeat(10_000) + &")".repeat(10_000) + " }}",
        "{% if true %}".repeat(10_000),
        "{{ ".to_owned() + &"[".repeat(10_000),
    ] {
        assert!(rendered(&source, context! {}).await.is_err());
    }
}

#[tokio::test]
async fn names_stay_in_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("templates");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(folder.path().join("secret.html"), "secret").unwrap();
    std::fs::write(inside.join("a.html"), "a").unwrap();
    let site = App::new("site").routes(routes![show]).templates(inside.as_path());
    let client = TestClient::new(site).await.unwrap();
    client.get("/show/a.html").await.assert_text("a");
    let absolute = format!("/show/{}", folder.path().join("secret.html").display());
    for path in [
        "/show/..%2Fsecret.html",
        "/show/%2e%2e/secret.html",
        "/show/a.html%00",
        "/show/x/..%2F..%2Fsecret.html",
        &absolute,
        "/show/:",
        "/show/site:a.html",
    ] {
        let response = client.get(path).await;
        assert!(
            response.status().is_client_error() || response.status().is_server_error(),
            "{path}"
        );
        response.assert_lacks("secret</");
        assert_ne!(response.text(), "secret");
    }
}

#[tokio::test]
async fn values_are_never_templates() {
    let text = rendered("{{ x }}", context! { x => "{{ 7 * 7 }}{% include 'y' %}" }).await.unwrap();
    assert_eq!(text, "{{ 7 * 7 }}{% include &#39;y&#39; %}");
    for name in ["a b", "a>", "a\"b", "onload=x", "a/b", ""] {
        let context = context! { name => name };
        assert!(rendered("{{ {name: 'x'} | xmlattr }}", context).await.is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn large_and_many() {
    let list: Vec<u32> = (0..100_000).collect();
    let context = context! { list };
    let text = rendered("{% for n in list %}{{ n }}\n{% endfor %}", context.clone()).await.unwrap();
    assert_eq!(text.lines().count(), 100_000);
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            tokio::spawn(async {
                rendered("{{ lipsum() | length > 0 }}", Context::default()).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), "True");
    }
}
