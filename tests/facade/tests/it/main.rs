//! What the facade joins.

use carafe::prelude::*;
use carafe::settings::{Environment, SettingsLoader};
use carafe::templates::TemplateFolder;
use carafe::testing::TestClient;

/// No page is asked for: the folder alone has its templates looked at.
#[tokio::test]
async fn assets_alone_have_their_templates_checked_at_start() {
    let inside = || App::new("outer").mount("/in", facade_tests::site());
    for app in [facade_tests::site(), inside()] {
        let told = TestClient::new(app).await.err().unwrap().to_string();
        assert!(told.starts_with("templates.E002: there is no template `lst.html`"), "{told}");
        assert!(
            told.contains("list.html:2") && told.ends_with("did you mean `list.html`?"),
            "{told}"
        );
    }
}

#[get("/")]
async fn misspelt() -> Page {
    page("post/shwo.html", context! {})
}

#[tokio::test]
async fn a_template_that_is_missing_is_told_once_and_where_it_was_asked_for() {
    let folder = TemplateFolder::texts([("post/show.html", "")]);
    let app = App::new("site").routes(routes![misspelt]).templates(folder);
    let site = app.build_with(SettingsLoader::new(Environment::DEVELOPMENT)).unwrap();
    let page = TestClient::of(site).get("/").await;
    page.assert_status(500).assert_contains("did you mean `post/show.html`?");
    page.assert_contains("|     page(\"post/shwo.html\", context! {})");
    let text = page.text();
    assert_eq!(text.matches("does not exist").count(), 1, "{text}");
    assert!(!text.contains("because") && !text.contains("TemplateError"), "{text}");
}
