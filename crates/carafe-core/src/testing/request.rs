//! A request of the test client.

use std::fmt;
use std::future::IntoFuture;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_core::Serialize;

use super::{TestClient, TestResponse};
use crate::serve::Connection;
use crate::url::Url;

/// A request that is put together; `.await` sends it.
#[must_use = "a request is sent by `.await`"]
#[derive(Debug)]
pub struct TestRequest {
    client: TestClient,
    method: Method,
    address: Address,
    query: Vec<(String, String)>,
    headers: HeaderMap,
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

/// One part of a multipart body.
#[derive(Debug)]
struct Part {
    name: String,
    file: Option<(String, String)>,
    data: Vec<u8>,
}

const BOUNDARY: &str = "carafe-test-boundary-7f2d";
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

    async fn send(self) -> TestResponse {
        let client = self.client.clone();
        let follows = self.follows;
        let mut method = self.method.clone();
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
                "more than {MOST_REDIRECTS} redirects, the last to {location}"
            );
            if !matches!(
                response.status(),
                StatusCode::PERMANENT_REDIRECT | StatusCode::TEMPORARY_REDIRECT
            ) {
                method = Method::GET;
                sent = None;
            }
            address = next_address(&address, &location);
            let next =
                TestRequest::new(client.clone(), method.clone(), Address::from(address.clone()));
            // 307 and 308 ask for the same once more, elsewhere.
            let next = match &sent {
                Some((kind, body)) => next.body(kind, body.clone()),
                None => next,
            };
            history.push(response);
            (request, address, _) = next.into_request();
        }
    }

    /// The request, its address, and what it sends with its type.
    fn into_request(mut self) -> (Request, String, Option<(String, Vec<u8>)>) {
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
            self.body = multipart(&self.parts);
            self =
                self.header("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"));
        }
        if let Some(cookies) = self.client.with_jar(|jar| jar.header()) {
            self = self.header("cookie", &cookies);
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
        let builder = Request::builder().method(self.method).uri(&path);
        let mut request = builder
            .body(Body::from(self.body))
            .unwrap_or_else(|error| panic!("`{path}` is no address: {error}"));
        *request.headers_mut() = self.headers;
        request.extensions_mut().insert(Connection {
            remote: Some((self.peer, 49152).into()),
            local: None,
            tls: address.starts_with("https://"),
        });
        (request, address, sent)
    }
}

async fn ask(client: &TestClient, request: Request, address: &str) -> TestResponse {
    let shown = format!("{} {address}", request.method());
    let response = client.site().handle(request).await;
    client.with_jar(|jar| jar.update(response.headers()));
    let (parts, body) = response.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| error.to_string());
    TestResponse::new(shown, parts, body)
}

/// The host and the rest of an address; a plain path is on `localhost`.
fn split_origin(address: &str) -> (&str, &str) {
    let Some((_, rest)) = address.split_once("://").filter(|_| !address.starts_with('/')) else {
        return ("localhost", address);
    };
    match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    }
}

/// Where a redirect leads, from where it was.
fn next_address(from: &str, location: &str) -> String {
    if location.contains("://") {
        return location.to_owned();
    }
    let (_, path) = split_origin(from);
    let origin = from.strip_suffix(path).unwrap_or(from);
    if location.starts_with('/') {
        return format!("{origin}{location}");
    }
    // As a browser has it: beside the page that said so.
    let folder = path.split(['?', '#']).next().unwrap_or_default();
    let folder = &folder[..folder.rfind('/').map_or(0, |slash| slash + 1)];
    format!("{origin}{folder}{location}")
}

fn multipart(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for Part { name, file, data } in parts {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").bytes(),
        );
        if let Some((file_name, content_type)) = file {
            body.extend(
                format!("; filename=\"{file_name}\"\r\nContent-Type: {content_type}").bytes(),
            );
        }
        body.extend(b"\r\n\r\n");
        body.extend(data);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
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
