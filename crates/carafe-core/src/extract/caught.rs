//! What went wrong, for those who answer or watch.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::error::{Error, Raised, Result};

/// The error that an error handler answers, or that a teardown hook is told of (as
/// `Option<Caught>`).
#[derive(Clone, Debug)]
pub struct Caught(pub Arc<Error>);

impl std::ops::Deref for Caught {
    type Target = Error;

    fn deref(&self) -> &Error {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caught {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let raised = parts.extensions.get::<Raised>().map(|raised| Self(raised.0.clone()));
        raised.ok_or_else(|| {
            Error::internal("`Caught` is asked for where no error is").hint("take `Option<Caught>`")
        })
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caught {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>> {
        Ok(parts.extensions.get::<Raised>().map(|raised| Self(raised.0.clone())))
    }
}
