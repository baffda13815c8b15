//! "Go there instead."

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::error::{Error, Result};
use crate::url::Url;

/// A redirect; see [`redirect`].
#[derive(Clone, Debug)]
pub struct Redirect {
    status: StatusCode,
    target: Target,
}

/// Where to: a link of ours, or any address.
#[derive(Clone, Debug)]
pub struct Target(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Url(Url),
    Text(String),
}

/// Sends the browser elsewhere with `303 See Other`: it fetches the new address with `GET`, so
/// that a form that was posted is not posted again (Flask's `redirect`).
///
/// ```
/// use carafe_core::respond::redirect;
///
/// let answer = redirect("https://example.com/");
/// let moved = redirect("/new").permanent();
/// ```
pub fn redirect(to: impl Into<Target>) -> Redirect {
    Redirect { status: StatusCode::SEE_OTHER, target: to.into() }
}

impl Redirect {
    /// `308`: for good, and with the method kept.
    #[must_use]
    pub fn permanent(self) -> Self {
        Self { status: StatusCode::PERMANENT_REDIRECT, ..self }
    }

    /// `307`: for now, and with the method kept.
    #[must_use]
    pub fn temporary(self) -> Self {
        Self { status: StatusCode::TEMPORARY_REDIRECT, ..self }
    }

    /// `302`: what older clients know.
    #[must_use]
    pub fn found(self) -> Self {
        Self { status: StatusCode::FOUND, ..self }
    }

    fn answer(self) -> Result<Response> {
        let text = match self.target.0 {
            Kind::Url(url) => url.to_text()?,
            Kind::Text(text) => text,
        };
        let location = encode(&text);
        let value = HeaderValue::from_str(&location).map_err(|_| {
            Error::internal("the target of a redirect holds what no header can hold")
        })?;
        let shown = crate::html::escape(&location);
        let body = Html(format!(
            "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: <a href=\"{shown}\">{shown}</a>. If not, click the link.\n"
        ));
        Ok((self.status, [(header::LOCATION, value)], body).into_response())
    }
}

/// An address may be written with letters that a header cannot hold; what is encoded stays so.
fn encode(text: &str) -> String {
    const AS_IS: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'\\')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    percent_encoding::utf8_percent_encode(text, AS_IS).to_string()
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        self.answer().unwrap_or_else(IntoResponse::into_response)
    }
}

impl From<Url> for Target {
    fn from(url: Url) -> Self {
        Self(Kind::Url(url))
    }
}

impl From<&str> for Target {
    fn from(text: &str) -> Self {
        Self(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Target {
    fn from(text: String) -> Self {
        Self(Kind::Text(text))
    }
}
