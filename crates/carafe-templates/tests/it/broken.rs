//! What an error in a template says.

use carafe_core::error::InSource;
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Kind, routes};
use carafe_macros::get;
use carafe_templates::minijinja;
use carafe_templates::{AppTemplates, Page, TemplateFolder, context, page, page_from_string};

#[get("/show/{name}")]
async fn show(name: String) -> Page {
    page(name, context! { title => "t" })
}

async fn client() -> TestClient {
    let folder = TemplateFolder::texts([
        ("posts/list.html", "x"),
        ("undefined.html", "one\ntwo {{ titel }}\nthree\nfour\nfive"),
        ("outer.html", "\n\n{% include 'undefined.html' %}"),
        ("child.html", "{% extends 'base.html' %}\n{% block b %}{{ 1 / 0 }}{% endblock %}"),
        ("base.html", "{% block b %}{% endblock %}"),
        ("filter.html", "{{ title | uper }}"),
        ("own.html", "{{ deny() }}"),
        ("computed.html", "{% include 'posts/' ~ 'lst.html' %}"),
    ]);
    let deny = || -> Result<String, minijinja::Error> {
        let error = Error::forbidden("not for you").hint("log in").into_std();
        Err(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, "denied")
            .with_source(error))
    };
    let site = App::new("site").routes(routes![show]).templates(folder).function("deny", deny);
    TestClient::new(site).await.unwrap()
}

#[tokio::test]
async fn the_line_is_shown() {
    let client = client().await;
    let response = client.get("/show/outer.html").await;
    response.assert_status(500).assert_lacks("titel");
    let error = response.error().unwrap();
    assert_eq!(error.place(), Some("undefined.html:2"));
    assert_eq!(error.advice(), Some("did you mean `title`?"));
    let cause = error.cause::<InSource>().unwrap();
    assert_eq!((cause.name(), cause.line()), ("undefined.html", 2));
    let lines: Vec<_> =
        cause.excerpt().iter().map(|(number, text)| format!("{number}{text}")).collect();
    assert_eq!(lines, ["1one", "2two {{ titel }}", "3three", "4four"]);
    assert_eq!(cause.files_around(), [("outer.html".to_owned(), 3)]);
    assert!(cause.to_string().contains(">    2 | two {{ titel }}"), "{cause}");
}

#[tokio::test]
async fn each_kind_of_mistake() {
    let client = client().await;
    for (name, expected, place) in [
        ("child.html", "unable to calculate 1 / 0", "child.html:2"),
        ("filter.html", "did you mean `upper`?", "filter.html:1"),
        ("computed.html", "did you mean `posts/list.html`?", "computed.html:1"),
        ("lst.html", "template not found", ""),
    ] {
        let response = client.get(format!("/show/{name}")).await;
        let error = response.assert_status(500).error().unwrap().to_string();
        assert!(error.contains(expected) && error.contains(place), "{name}: {error}");
    }
}

#[tokio::test]
async fn an_error_of_ours_keeps_its_kind() {
    let client = client().await;
    let response = client.get("/show/own.html").await;
    response.assert_status(403).assert_contains("not for you");
    let error = response.error().unwrap();
    assert_eq!((error.kind(), error.advice()), (Kind::Denied, Some("log in")));
    assert!(error.cause::<InSource>().is_some());
}

#[tokio::test]
async fn no_templates_at_all() {
    #[get("/")]
    async fn index() -> Page {
        page("index.html", context! {})
    }
    #[get("/text")]
    async fn text() -> Page {
        page_from_string("fine", context! {})
    }
    let client = TestClient::new(App::new("site").routes(routes![index, text])).await.unwrap();
    let response = client.get("/").await;
    let error = response.assert_status(500).error().unwrap().to_string();
    assert!(error.contains("index.html") && error.contains(".templates(assets!())"), "{error}");
    client.get("/text").await.assert_text("fine");
}
