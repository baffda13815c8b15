//! A client in the same process.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::TestRequest;
use super::jar::Jar;
use super::request::Address;
use crate::app::{App, Site};
use crate::command::Console;
use crate::error::Result;
use crate::settings::{Environment, SettingsLoader};

/// A client that asks an app without a socket (Flask's `test_client`).
///
/// It keeps cookies like a browser, each for its host and path. Its methods panic where a test should fail.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::{App, routes, testing::TestClient};
/// use carafe_macros::get;
///
/// #[get("/")]
/// async fn hello() -> &'static str { "Hello, World!" }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// let client = TestClient::new(App::new("hello").routes(routes![hello])).await?;
/// client.get("/").await.assert_status(200).assert_text("Hello, World!");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TestClient {
    site: Arc<Site>,
    jar: Arc<Mutex<Jar>>,
    headers: HeaderMap,
    follows: bool,
    patience: Duration,
}

/// How long a test waits for the next piece of a stream or the next message of a WebSocket before
/// it fails; so that a handler that says nothing fails its test, and does not hang it.
const PATIENCE: Duration = Duration::from_secs(10);

impl TestClient {
    /// Puts the app together and stands ready to ask it. The environment is `test`, and of the
    /// settings only `carafe.toml` is read: neither `.env` nor the variables of the process.
    pub async fn new(app: App) -> Result<Self> {
        let settings = SettingsLoader::new(Environment::TEST).dir(".").dot_env("");
        let site = app.build_with(settings)?;
        site.start().await?;
        Ok(Self::of(site))
    }

    /// Runs a command by its words, as `cargo run -- init-db` does (Flask's `test_cli_runner`).
    pub async fn command<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Ran {
        let console = Console::captured();
        let code = self.site.command(words, &console).await;
        Ran { code, output: console.text() }
    }

    /// A service of the outermost app: its database, its settings.
    ///
    /// ```
    /// # use carafe_core::{App, testing::TestClient};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// let client = TestClient::new(App::new("site").service(7_u32)).await?;
    /// assert_eq!(*client.service::<u32>(), 7);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where nothing provides one.
    pub fn service<T: Send + Sync + 'static>(&self) -> Arc<T> {
        let service = self.site.frame.service(0);
        service.unwrap_or_else(|| panic!("nothing provides a `{}`", std::any::type_name::<T>()))
    }

    /// A client of a site that is put together already.
    pub fn of(site: Arc<Site>) -> Self {
        Self {
            site,
            jar: Arc::default(),
            headers: HeaderMap::new(),
            follows: false,
            patience: PATIENCE,
        }
    }

    /// Another visitor of the same site, without cookies.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { jar: Arc::default(), ..self.clone() }
    }

    /// Follows redirects; the responses on the way are the last one's history.
    #[must_use]
    pub fn follow_redirects(mut self) -> Self {
        self.follows = true;
        self
    }

    /// Waits so long for the next piece of a stream, or the next message of a WebSocket, before the
    /// test fails; 10 seconds without it.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sends a header with every request.
    ///
    /// # Panics
    /// Where name or value can be no header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("`{name}` can be no header"));
        let value =
            HeaderValue::from_str(value).unwrap_or_else(|_| panic!("`{value}` can be no header"));
        self.headers.insert(name, value);
        self
    }

    /// The site that is asked.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// A `GET` of a path or of a link (`show::url(7)`).
    pub fn get(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::GET, address)
    }

    /// A `POST`.
    pub fn post(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::POST, address)
    }

    /// A `PUT`.
    pub fn put(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::PUT, address)
    }

    /// A `PATCH`.
    pub fn patch(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::PATCH, address)
    }

    /// A `DELETE`.
    pub fn delete(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::DELETE, address)
    }

    /// A `HEAD`.
    pub fn head(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::HEAD, address)
    }

    /// An `OPTIONS`.
    pub fn options(&self, address: impl Into<Address>) -> TestRequest {
        self.request(Method::OPTIONS, address)
    }

    /// A request of any method.
    pub fn request(&self, method: Method, address: impl Into<Address>) -> TestRequest {
        TestRequest::new(self.clone(), method, address.into())
    }

    /// The value of a cookie that the site set, the last of this name; whichever host and path it
    /// is for.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.with_jar(|jar| jar.get(name).map(str::to_owned))
    }

    /// Sets a cookie for every page, in place of all of this name.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.with_jar(|jar| jar.set(name, value));
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&self) {
        self.with_jar(|jar| *jar = Jar::default());
    }

    pub(super) fn with_jar<T>(&self, f: impl FnOnce(&mut Jar) -> T) -> T {
        f(&mut self.jar.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(super) fn waits(&self) -> Duration {
        self.patience
    }

    pub(super) fn follows(&self) -> bool {
        self.follows
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient").field("site", &self.site).finish_non_exhaustive()
    }
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code.
    pub code: u8,
    /// What it wrote.
    pub output: String,
}

/// Events that were recorded while a test ran: `let log = Watched::default();`, then
/// `app.on(log.listener())`.
#[derive(Clone, Debug)]
pub struct Watched<E>(Arc<Mutex<Vec<E>>>);

impl<E> Default for Watched<E> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<E: Clone + Send + 'static> Watched<E> {
    /// What to give to [`App::on`].
    pub fn listener(&self) -> impl Fn(&E) + Send + Sync + 'static {
        let log = self.0.clone();
        move |event| log.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone())
    }

    /// What was recorded so far.
    pub fn events(&self) -> Vec<E> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
