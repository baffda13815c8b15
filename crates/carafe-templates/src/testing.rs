//! What tests read of a page.

use carafe_core::testing::TestResponse;
use minijinja::Value;

use crate::page::Rendered;

/// The template and the values of a page, on a [`TestResponse`].
///
/// ```
/// # extern crate carafe_core as carafe;
/// # use carafe_core::{App, routes, testing::TestClient};
/// # use carafe_macros::get;
/// use carafe_templates::{AppTemplates, Page, PageResponse, TemplateFolder, context, page};
///
/// #[get("/")]
/// async fn index() -> Page { page("index.html", context! { n => 7 }) }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # let folder = TemplateFolder::texts([("index.html", "{{ n }}")]);
/// # let app = App::new("site").templates(folder).routes(routes![index]);
/// let client = TestClient::new(app).await.unwrap();
/// let response = client.get("/").await;
/// assert_eq!(response.template(), Some("index.html"));
/// assert_eq!(response.context("n"), 7.into());
/// # });
/// ```
pub trait PageResponse {
    /// The name of the template.
    fn template(&self) -> Option<&str>;

    /// A value that the handler gave; undefined where it gave none of this name.
    fn context(&self, name: &str) -> Value;
}

impl PageResponse for TestResponse {
    fn template(&self) -> Option<&str> {
        self.extension::<Rendered>().map(|rendered| &*rendered.template)
    }

    fn context(&self, name: &str) -> Value {
        let rendered = self.extension::<Rendered>();
        rendered.and_then(|rendered| rendered.context.get(name)).cloned().unwrap_or_default()
    }
}
