//! JSON in and out.

use axum::body::Bytes;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::field::at_fault;
use crate::error::{Error, Kind, Result};

/// JSON in and out: as an argument the body of the request, as an answer its body.
///
/// A body of another type is 415, one that is no JSON 400, one that is no such value 422, each
/// with a sentence that says where.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::Json;
/// use carafe_macros::post;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize)]
/// struct Point { x: f64, y: f64 }
///
/// #[post("/mirror")]
/// async fn mirror(Json(point): Json<Point>) -> Json<Point> {
///     Json(Point { x: -point.x, y: point.y })
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Error::new(
                Kind::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
                "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
            ));
        }
        let bytes = super::body::bytes(request, state).await?;
        read(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = Error;

    /// None where the request has no JSON; JSON that is wrong is an error all the same.
    async fn from_request(request: Request, state: &S) -> Result<Option<Self>> {
        if !is_json(request.headers()) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, json)], Bytes::from(body)).into_response()
            }
            Err(error) => Error::from(error).into_response(),
        }
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| {
        let kind = match error.classify() {
            serde_json::error::Category::Data => Kind::Status(StatusCode::UNPROCESSABLE_ENTITY),
            _ => Kind::Invalid,
        };
        let field = at_fault::<T, _>(&mut serde_json::Deserializer::from_slice(bytes));
        // Where it is no JSON at all, no field is at fault.
        let field = field.filter(|_| kind != Kind::Invalid);
        let whose = field.map(|name| format!("`{name}`: ")).unwrap_or_default();
        Error::new(kind, format!("The JSON of the request makes no sense: {whose}{error}."))
    })
}

/// `application/json`, or a type that ends in `+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
