//! What the facade joins.

use carafe::prelude::*;
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
