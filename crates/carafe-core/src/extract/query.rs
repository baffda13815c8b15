//! The query of a request, typed.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_core::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The query (`?q=rust&tag=a&tag=b`), as a struct whose lists take repeated names.
///
/// A value that is missing or of the wrong type is a 400 that names it.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::extract::Query;
/// use carafe_macros::get;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Search {
///     q: String,
///     #[serde(default)]
///     tag: Vec<String>,
///     page: Option<u32>,
/// }
///
/// #[get("/search")]
/// async fn search(Query(search): Query<Search>) -> String {
///     format!("{} in {} tags", search.q, search.tag.len())
/// }
/// ```
///
/// `Query<Vec<(String, String)>>` has all pairs in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        super::form::read(query.as_bytes(), "query").map(Self)
    }
}

impl<T> std::ops::Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
