//! Plain text of anything that can be shown.

use std::fmt;

use axum::response::{IntoResponse, Response};

/// Plain text of anything that can be shown: `text(42)`, `text(url)`. A `String` or `&str` is one
/// by itself.
///
/// ```
/// use carafe_core::respond::text;
///
/// let answer = text(6 * 7);
/// ```
pub fn text(value: impl fmt::Display) -> Response {
    value.to_string().into_response()
}
