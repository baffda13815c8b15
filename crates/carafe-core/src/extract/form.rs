//! The fields of a posted form, typed.

use axum::extract::{FromRequest, Request};
use http::{Method, StatusCode, header};
use serde_core::de::DeserializeOwned;

use super::field::at_fault;
use crate::error::{Error, Kind, Result};

/// The fields of a form, as a struct whose lists take repeated names: the body of a `POST`
/// (`application/x-www-form-urlencoded`), the query of a `GET`.
///
/// A body of another type is 415; a field that is missing or of the wrong type is a 400 that
/// names it. Forms with files are read by `Multipart`.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::extract::Form;
/// use carafe_macros::post;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Login { username: String, password: String }
///
/// #[post("/login")]
/// async fn login(Form(login): Form<Login>) -> String {
///     format!("Hello, {}!", login.username)
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return read(request.uri().query().unwrap_or_default().as_bytes(), "form").map(Self);
        }
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            return Err(Error::new(
                Kind::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
                "Did not attempt to load form data because the request Content-Type was not 'application/x-www-form-urlencoded'.",
            ));
        }
        read(&super::body::bytes(request, state).await?, "form").map(Self)
    }
}

/// The fields of a form or a query, which the sentence about what is wrong names.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    serde_html_form::from_bytes(bytes).map_err(|error| {
        let field = at_fault::<T, _>(serde_html_form::Deserializer::from_bytes(bytes));
        let whose = field.map(|name| format!("`{name}`: ")).unwrap_or_default();
        Error::bad_request(format!("The {what} makes no sense: {whose}{error}."))
    })
}

impl<T> std::ops::Deref for Form<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
