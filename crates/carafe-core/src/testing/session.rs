//! The session of a test client's visitor.

use http::{HeaderMap, HeaderValue, header};

use super::TestClient;
use crate::error::Error;
use crate::scope::Scope;
use crate::session::{Session, Sessions};

impl TestClient {
    /// Reads and writes the visitor's session between requests (Flask's `session_transaction`);
    /// what was written is kept when the closure is done.
    ///
    /// ```
    /// # extern crate carafe_core as carafe;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let client = carafe_core::testing::TestClient::new(carafe_core::App::new("site")).await?;
    /// client.session(|session| session.insert("user_id", 7)).await?;
    /// assert_eq!(client.session(|session| session.get("user_id")).await, Some(7));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where the session cannot be loaded or saved.
    pub async fn session<T>(&self, f: impl FnOnce(&Session) -> T) -> T {
        let scope = Scope::of_site(self.site().frame.clone());
        let mut request = HeaderMap::new();
        let cookies = self.with_jar(|jar| jar.header(None));
        if let Some(value) = cookies.and_then(|text| HeaderValue::from_str(&text).ok()) {
            request.insert(header::COOKIE, value);
        }
        let mut answer = HeaderMap::new();
        let work = async {
            let sessions = Sessions::of(&scope)?;
            let session = sessions.begin(&request).await?;
            let value = f(&session);
            sessions.finish(&session, &mut answer, false).await?;
            Ok(value)
        };
        let value = work.await.unwrap_or_else(|error: Error| panic!("the session: {error}"));
        self.with_jar(|jar| jar.update(&answer, None));
        value
    }
}
