//! Errors that programs read (RFC 9457).

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_core::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;

/// What went wrong, as JSON with agreed names: `application/problem+json` (RFC 9457).
///
/// ```
/// use carafe_core::respond::Problem;
/// use http::StatusCode;
///
/// let problem = Problem::new(StatusCode::FORBIDDEN)
///     .kind("https://example.com/problems/out-of-credit")
///     .title("You do not have enough credit.")
///     .detail("Your current balance is 30, but that costs 50.")
///     .instance("/account/12345/messages/abc")
///     .with("balance", 30);
/// assert_eq!(problem.to_json()["balance"], 30);
/// ```
///
/// It is an answer, and may be what a handler fails with: `Result<Json<Post>, Problem>`. An
/// [`Error`] turns into one by `?`; of a fault of the server it tells the status alone.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    headers: HeaderMap,
    members: Map<String, Value>,
}

impl Problem {
    /// A problem of a status, with the status's own title.
    pub fn new(status: StatusCode) -> Self {
        let problem = Self { status, headers: HeaderMap::new(), members: Map::new() };
        problem
            .with("type", "about:blank")
            .with("title", status.canonical_reason().unwrap_or("Error"))
            .with("status", status.as_u16())
    }

    /// The address that names this kind of problem, and should explain it (`type`).
    #[must_use]
    pub fn kind(self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.with("type", uri.into())
    }

    /// What this kind of problem is called, the same each time.
    #[must_use]
    pub fn title(self, title: impl Into<Cow<'static, str>>) -> Self {
        self.with("title", title.into())
    }

    /// What happened this time.
    #[must_use]
    pub fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.with("detail", detail.into())
    }

    /// The address that names this occurrence.
    #[must_use]
    pub fn instance(self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.with("instance", uri.into())
    }

    /// A member of your own. A value that cannot be written as JSON is `null`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.members.insert(name.into(), serde_json::to_value(value).unwrap_or_default());
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The JSON that is sent.
    pub fn to_json(&self) -> Value {
        Value::Object(self.members.clone())
    }
}

/// What a visitor may know of an error: all of its sentence, unless the server is at fault.
impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let mut problem = Self::new(error.status());
        problem.headers = error.headers().clone();
        match error.message() {
            message if message.is_empty() || error.is_server_fault() => problem,
            message => problem.detail(message.to_owned()),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if error.is_server_fault() {
            // Nobody sees it after this.
            tracing::error!(?error, "Exception told as a problem");
        }
        Self::from(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Value::Object(self.members).to_string();
        let mut response = (self.status, self.headers, body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
