//! `url_for`, `static` and `request` in templates (FL-13, FL-62).

use carafe_core::static_files::StaticUrls;
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, routes};
use carafe_macros::get;
use carafe_templates::{AppTemplates, Page, context, page_from_string};

mod blog {
    use super::*;

    #[get("/{id}")]
    pub(super) async fn show(id: i64) -> String {
        id.to_string()
    }

    #[get("/try")]
    pub(super) async fn attempt(query: carafe_core::extract::Query<Attempt>) -> Page {
        page_from_string(query.0.t, context! { q => "a b" })
    }

    #[derive(serde::Deserialize)]
    pub(super) struct Attempt {
        pub(super) t: String,
    }

    pub(super) fn app() -> App {
        App::new("blog").routes(routes![show, attempt])
    }
}

async fn client() -> TestClient {
    let urls = StaticUrls::new(|_, name| match name {
        "style.css" => Ok("/static/style.1234.css".to_owned()),
        _ => Err(Error::internal(format!("there is no static file `{name}`"))
            .hint("did you mean `style.css`?")),
    });
    let app = App::new("site").service(urls).mount("/blog", blog::app()).template_context(nothing);
    TestClient::new(app).await.unwrap()
}

async fn nothing() -> carafe_templates::Context {
    context! {}
}

#[tokio::test]
async fn links() {
    let client = client().await;
    for (template, expected) in [
        ("url_for('blog.show', id=7)", "/blog/7"),
        ("url_for('.show', id=7)", "/blog/7"),
        ("url_for('.show', id=7, q=q, _anchor='x')", "/blog/7?q=a+b#x"),
        ("url_for('.show', id=7, x=[1, 2])", "/blog/7?x=1&amp;x=2"),
        ("url_for('.show', id=7, x=none)", "/blog/7"),
        ("url_for('.show', id=7, _external=true)", "http://localhost/blog/7"),
        ("url_for('.show', id=7, _scheme='https')", "https://localhost/blog/7"),
        ("static('style.css')", "/static/style.1234.css"),
        ("url_for('static', filename='style.css')", "/static/style.1234.css"),
        ("url_for('blog.static', path='style.css')", "/static/style.1234.css"),
    ] {
        client
            .get("/blog/try")
            .query("t", format!("{{{{ {template} }}}}"))
            .await
            .assert_text(expected);
    }
}

#[tokio::test]
async fn wrong_links_say_what_was_meant() {
    let client = client().await;
    for (template, expected) in [
        ("url_for('blog.shw', id=7)", "did you mean `blog.show`?"),
        ("url_for('.show')", "id"),
        ("static('stile.css')", "did you mean `style.css`?"),
    ] {
        let response = client.get("/blog/try").query("t", format!("{{{{ {template} }}}}")).await;
        let error = response.assert_status(500).error().unwrap().to_string();
        assert!(error.contains(expected) && error.contains("<string>:1"), "{error}");
    }
}

#[tokio::test]
async fn the_request() {
    let client = client().await;
    let template = "{{ request.path }} {{ request.method }} {{ request.endpoint }} {{ request.host }} \
        {{ request.scheme }} {{ request.is_secure }} {{ request.args.q }} {{ request.args.getlist('q') | join('+') }} \
        {{ request.args.get('z', 'none') }} {{ request.full_path[:12] }} {{ request.url[:21] }} {{ request.headers['X-Test'] }}";
    let response = client
        .get("/blog/try")
        .query("t", template)
        .query("q", "1")
        .query("q", "2")
        .header("x-test", "yes")
        .await;
    response.assert_text("/blog/try GET blog.attempt localhost http False 1 1+2 none /blog/try?t= http://localhost/blog yes");
}

#[tokio::test]
async fn without_a_request() {
    let site = App::new("site").mount("/blog", blog::app()).build().unwrap();
    let render =
        |text: &'static str| site.scope(carafe_templates::render_string(text, context! {}));
    assert_eq!(render("{{ request.path is defined }}").await.unwrap(), "False");
    let error = render("{{ url_for('blog.show', id=1) }}").await.unwrap_err();
    assert!(error.to_string().contains("base_url"), "{error}");
    let error = render("{{ static('a') }}").await.unwrap_err();
    assert!(error.to_string().contains("static files"), "{error}");
}
