//! Assertions on a response; each returns the response, so that they can be chained.

use http::StatusCode;
use serde_core::Serialize;
use serde_json::Value;

use super::TestResponse;
use super::diff::diff;

#[expect(clippy::missing_panics_doc, reason = "assertions panic where a test should fail")]
impl TestResponse {
    /// The status is this one.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert!(
            self.status().as_u16() == status,
            "expected status {status}, got {}\n{}",
            self.status(),
            self.summary()
        );
        self
    }

    /// It is a redirect to this place.
    #[track_caller]
    pub fn assert_redirects(&self, to: &str) -> &Self {
        assert!(
            self.status().is_redirection(),
            "expected a redirect to {to}, got {}\n{}",
            self.status(),
            self.summary()
        );
        assert!(
            self.location() == Some(to),
            "expected a redirect to {to}, got one to {}\n{}",
            self.location().unwrap_or("nowhere"),
            self.summary()
        );
        self
    }

    /// The text stands somewhere in the body.
    #[track_caller]
    pub fn assert_contains(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "expected {text:?} in the body\n{}", self.summary());
        self
    }

    /// The text stands nowhere in the body.
    #[track_caller]
    pub fn assert_lacks(&self, text: &str) -> &Self {
        assert!(
            !self.text().contains(text),
            "did not expect {text:?} in the body\n{}",
            self.summary()
        );
        self
    }

    /// The body is this text.
    #[track_caller]
    pub fn assert_text(&self, text: &str) -> &Self {
        assert!(self.text() == text, "expected the body {text:?}\n{}", self.summary());
        self
    }

    /// The body is this JSON; the order of keys does not matter.
    ///
    /// ```
    /// # extern crate carafe_core as carafe;
    /// # use carafe_core::{App, Json, routes, testing::TestClient};
    /// # use carafe_macros::get;
    /// # #[get("/")]
    /// # async fn index() -> Json<Vec<u8>> { Json(vec![1, 2]) }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let client = TestClient::new(App::new("site").routes(routes![index])).await?;
    /// client.get("/").await.assert_json(&[1, 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn assert_json(&self, expected: &(impl Serialize + ?Sized)) -> &Self {
        let expected = serde_json::to_value(expected)
            .unwrap_or_else(|error| panic!("the value is no JSON: {error}"));
        let found: Value = self.json();
        assert!(
            found == expected,
            "the JSON is another one:\n{}\n{}",
            diff(&format!("{expected:#}\n"), &format!("{found:#}\n")),
            self.summary()
        );
        self
    }

    /// A header has this value.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        assert!(
            self.header(name) == Some(value),
            "expected `{name}: {value}`, got {:?}\n{}",
            self.header(name),
            self.summary()
        );
        self
    }

    /// A header is not there.
    #[track_caller]
    pub fn assert_no_header(&self, name: &str) -> &Self {
        assert!(
            self.header(name).is_none(),
            "did not expect `{name}: {}`\n{}",
            self.header(name).unwrap_or_default(),
            self.summary()
        );
        self
    }

    /// The request, the answer's head, the error behind it and the beginning of the body.
    pub(super) fn summary(&self) -> String {
        const SHOWN: usize = 2_000;
        let headers = self.headers().iter().fold(String::new(), |text, (name, value)| {
            text + &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
        });
        let error = self
            .error()
            .filter(|_| self.status() >= StatusCode::BAD_REQUEST)
            .map(|error| format!("\nthe error: {error:?}\n"));
        let body = String::from_utf8_lossy(self.bytes());
        let shown: String = body.chars().take(SHOWN).collect();
        format!(
            "{}\n{}\n{headers}{}\n{shown}",
            self.request(),
            self.status(),
            error.unwrap_or_default()
        )
    }
}
