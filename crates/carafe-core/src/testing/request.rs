//! A request of the test client.

use std::fmt;
use std::future::IntoFuture;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::Location;
use std::pin::Pin;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_core::Serialize;

use super::jar::Place;
use super::location::{next_address, split_origin};
use super::multipart::{Part, multipart};
use super::{TestClient, TestResponse, TestStream};
use crate::serve::Connection;
use crate::url::Url;

/// A request that is put together; `.await` sends it.
#[must_use = "a request is sent by `.await`"]
#[derive(Debug)]
pub struct TestRequest {
    pub(super) client: TestClient,
    method: Method,
    address: Address,
    query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    body: Vec<u8>,
    parts: Vec<Part>,
    follows: bool,
    peer: IpAddr,
    without: Vec<String>,
}

/// A path, a whole address, or a link of ours.
#[derive(Debug)]
pub struct Address(Kind);

#[derive(Debug)]
enum Kind {
    Text(String),
    Url(Url),
}

const MOST_REDIRECTS: usize = 20;

impl TestRequest {
    pub(super) fn new(client: TestClient, method: Method, address: Address) -> Self {
        let follows = client.follows();
        let headers = client.headers().clone();
        Self {
            client,
            method,
            address,
            query: Vec::new(),
            headers,
            body: Vec::new(),
            parts: Vec::new(),
            follows,
            peer: Ipv4Addr::LOCALHOST.into(),
            without: Vec::new(),
        }
    }

    /// Adds to the query.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sends a header.
    ///
    /// # Panics
    /// Where name or value can be no header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("`{name}` can be no header"));
        let value = HeaderValue::from_bytes(value.as_bytes())
            .unwrap_or_else(|_| panic!("`{value}` can be no header"));
        self.headers.append(name, value);
        self
    }

    /// Leaves out a header that the client sends by itself.
    pub fn without_header(mut self, name: &str) -> Self {
        self.without.push(name.to_ascii_lowercase());
        self
    }

    /// Sends bytes as they are, with their type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// Sends a value as JSON.
    ///
    /// # Panics
    /// Where the value cannot be written as JSON.
    pub fn json(self, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value)
            .unwrap_or_else(|error| panic!("the value is no JSON: {error}"));
        self.body("application/json", body)
    }

    /// Sends the fields of a form; a name may come several times.
    pub fn form<N: AsRef<str>, V: AsRef<str>>(
        self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(fields);
        let body = text.finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Adds a field to a multipart form.
    pub fn field(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.parts.push(Part { name: name.to_owned(), file: None, data: value.into() });
        self
    }

    /// Adds a file to a multipart form.
    pub fn file(
        mut self,
        name: &str,
        file_name: &str,
        content_type: &str,
        data: impl Into<Vec<u8>>,
    ) -> Self {
        let file = Some((file_name.to_owned(), content_type.to_owned()));
        self.parts.push(Part { name: name.to_owned(), file, data: data.into() });
        self
    }

    /// Comes from another address than `127.0.0.1`.
    ///
    /// # Panics
    /// Where it is no address.
    pub fn peer(mut self, address: &str) -> Self {
        self.peer =
            address.parse().unwrap_or_else(|_| panic!("`{address}` is no address of a client"));
        self
    }

    /// Follows redirects.
    pub fn follow_redirects(mut self) -> Self {
        self.follows = true;
        self
    }

    /// Sends the request, and leaves the body where it is: it is read piece by piece as the test
    /// asks for it.
    ///
    /// ```
    /// # extern crate carafe_core as carafe;
    /// use carafe_core::respond::{Streamed, stream};
    /// use carafe_core::{App, routes, testing::TestClient};
    /// use carafe_macros::get;
    ///
    /// #[get("/lines")]
    /// async fn lines() -> Streamed {
    ///     stream(async |out| {
    ///         for n in 1.. {
    ///             out.send(format!("line {n}\n")).await?;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// let client = TestClient::new(App::new("site").routes(routes![lines])).await?;
    /// let mut response = client.get("/lines").stream().await;
    /// response.assert_status(200);
    /// assert_eq!(response.next_chunk().await.unwrap(), "line 1\n");
    /// assert_eq!(response.next_chunk().await.unwrap(), "line 2\n");
    /// drop(response); // the client leaves, and the endless function ends
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where redirects that are followed never end.
    #[track_caller]
    pub fn stream(self) -> impl Future<Output = TestStream> + Send {
        let place = Location::caller();
        async move {
            let client = self.client.clone();
            let follows = self.follows;
            let mut method = self.method.clone();
            let mut kept = Kept::of(&self);
            let (mut request, mut address, mut sent) = self.into_request();
            let mut history = Vec::new();
            loop {
                let mut response = ask(&client, request, &address).await;
                let location = response
                    .location()
                    .map(str::to_owned)
                    .filter(|_| follows && response.status().is_redirection());
                let Some(location) = location else {
                    response.set_history(history);
                    return response;
                };
                assert!(
                    history.len() < MOST_REDIRECTS,
                    "more than {MOST_REDIRECTS} redirects, the last to {location} (asked at {place})"
                );
                if !matches!(
                    response.status(),
                    StatusCode::PERMANENT_REDIRECT | StatusCode::TEMPORARY_REDIRECT
                ) {
                    method = Method::GET;
                    sent = None;
                }
                if location.contains("://") {
                    kept.headers.remove(header::HOST);
                }
                address = next_address(&address, &location);
                let next = kept.request(&client, method.clone(), &address);
                // 307 and 308 ask for the same once more, elsewhere.
                let next = match &sent {
                    Some((kind, body)) => next.body(kind, body.clone()),
                    None => next,
                };
                history.push(response.rest().await);
                (request, address, _) = next.into_request();
            }
        }
    }

    /// The request, its address, and what it sends with its type.
    pub(super) fn into_request(mut self) -> (Request, String, Option<(String, Vec<u8>)>) {
        let mut address = match &self.address.0 {
            Kind::Text(text) => text.clone(),
            Kind::Url(url) => {
                self.client.site().url_path(url).unwrap_or_else(|error| panic!("{error}"))
            }
        };
        if !self.query.is_empty() {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&self.query);
            let joint = if address.contains('?') { '&' } else { '?' };
            address = format!("{address}{joint}{}", query.finish());
        }
        if !self.parts.is_empty() {
            let (content_type, body) = multipart(&self.parts);
            self = self.body(&content_type, body);
        }
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let sent = kind.map(|kind| (kind.to_owned(), self.body.clone()));
        let whole = split_origin(&address);
        let host = HeaderValue::from_str(whole.0)
            .unwrap_or_else(|_| panic!("`{}` can be no host", whole.0));
        self.headers.entry(header::HOST).or_insert(host);
        // As a browser says of what a page of this very site sends.
        let here = HeaderValue::from_static("same-origin");
        self.headers.entry(HeaderName::from_static("sec-fetch-site")).or_insert(here);
        for name in &self.without {
            self.headers.remove(name.as_str());
        }
        if !self.body.is_empty() {
            self.headers.insert(header::CONTENT_LENGTH, self.body.len().into());
        }
        let path = whole.1.split('#').next().unwrap_or_default().to_owned();
        let mut request = Request::builder()
            .method(self.method)
            .uri(&path)
            .body(Body::from(self.body))
            .unwrap_or_else(|error| panic!("`{path}` is no address: {error}"));
        *request.headers_mut() = self.headers;
        let cookies = self.client.with_jar(|jar| jar.header(Some(&Place::of(&request))));
        if let Some(cookies) = cookies.filter(|_| !self.without.iter().any(|own| own == "cookie")) {
            let cookies = HeaderValue::from_bytes(cookies.as_bytes())
                .unwrap_or_else(|_| panic!("`{cookies}` can be no cookies"));
            request.headers_mut().append(header::COOKIE, cookies);
        }
        let remote = SocketAddr::from((self.peer, 49152));
        let tls = address.starts_with("https://");
        let facts = request.extensions_mut();
        facts.insert(Connection { remote: Some(remote), local: None, tls });
        facts.insert(ConnectInfo(remote));
        (request, address, sent)
    }
}

/// What a redirect takes along, as Flask's client does: all but what belongs to the body.
struct Kept {
    headers: HeaderMap,
    peer: IpAddr,
    without: Vec<String>,
}

impl Kept {
    fn of(request: &TestRequest) -> Self {
        let mut headers = request.headers.clone();
        headers.remove(header::CONTENT_TYPE);
        Self { headers, peer: request.peer, without: request.without.clone() }
    }

    fn request(&self, client: &TestClient, method: Method, address: &str) -> TestRequest {
        TestRequest {
            headers: self.headers.clone(),
            peer: self.peer,
            without: self.without.clone(),
            ..TestRequest::new(client.clone(), method, Address::from(address))
        }
    }
}

async fn ask(client: &TestClient, request: Request, address: &str) -> TestStream {
    let shown = format!("{} {address}", request.method());
    let place = Place::of(&request);
    let response = client.site().handle(request).await;
    TestStream::begin(client, shown, &place, response)
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { self.stream().await.rest().await })
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(Kind::Text(text))
    }
}

impl From<Url> for Address {
    fn from(url: Url) -> Self {
        Self(Kind::Url(url))
    }
}
