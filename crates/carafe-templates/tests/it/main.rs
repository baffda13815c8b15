//! What a user of templates would notice.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![expect(clippy::unused_async, reason = "a handler may have nothing to wait for")]

extern crate carafe_core as carafe;

mod apps;
mod broken;
mod changes;
mod hostile;
mod language;
mod links;
mod loaded;
mod pages;
mod sessions;
mod starts;
mod streams;

use carafe_core::App;
use carafe_core::testing::TestClient;
use carafe_templates::{AppTemplates, Context, TemplateFolder, render_string};

/// A client of an app with these templates.
async fn client(app: App, templates: &[(&str, &str)]) -> TestClient {
    let folder = TemplateFolder::texts(templates.iter().copied());
    TestClient::new(app.templates(folder)).await.unwrap()
}

/// What a text renders to.
async fn rendered(source: &str, context: Context) -> carafe_core::Result<String> {
    let site = App::new("site").build()?;
    site.scope(render_string(source, context)).await
}
