//! Services as arguments, and the check at start that each is there.

use std::any::TypeId;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use super::probe::Probe;
use crate::error::{Error, Result};
use crate::locals::Locals;
pub use crate::routing::Need;
use crate::scope::Scope;

/// A value that an app provides: `async fn list(clock: Service<Clock>)`.
///
/// It is looked up from the route's app outwards. A handler or a hook that asks for what nothing
/// provides is found at start.
#[derive(Debug)]
pub struct Service<T> {
    value: Arc<T>,
}

impl<T> Service<T> {
    /// The value itself, to be kept.
    pub fn into_inner(self) -> Arc<T> {
        self.value
    }
}

impl<T> Clone for Service<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone() }
    }
}

impl<T> Deref for Service<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Send + Sync + 'static, S: Send + Sync> FromRequestParts<S> for Service<T> {
    type Rejection = NotProvided;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, NotProvided> {
        let value = Scope::current()?.service();
        value.map(|value| Self { value }).ok_or_else(|| Self::need().into())
    }
}

/// Refuses an argument that nothing provides: the `Rejection` of extractors that look for a service.
///
/// An extractor with this rejection gives its word that it looks for what an app provides, in the
/// [`Scope`], and does nothing else: that is done at start too, without a request, for hooks.
#[derive(Debug)]
pub struct NotProvided(Error);

impl From<Error> for NotProvided {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Need> for NotProvided {
    fn from(need: Need) -> Self {
        Self(Error::missing_service(need.name).hint(need.hint))
    }
}

impl From<NotProvided> for Error {
    fn from(refused: NotProvided) -> Self {
        refused.0
    }
}

impl IntoResponse for NotProvided {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locals {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        Ok(Scope::current()?.locals().clone())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Scope {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        Self::current()
    }
}

/// An extractor that takes a service: it tells which, so that start-up can see that it is there.
pub trait Provided {
    /// What is needed.
    fn need() -> Need;
}

impl<T: Send + Sync + 'static> Provided for Service<T> {
    fn need() -> Need {
        Need {
            service: TypeId::of::<T>(),
            name: std::any::type_name::<T>(),
            hint: "add `.service(…)` with such a value to your App",
        }
    }
}

#[doc(hidden)]
pub trait Tells {
    fn need(&self) -> Option<Need>;
}

impl<T: Provided> Tells for Probe<T> {
    fn need(&self) -> Option<Need> {
        Some(T::need())
    }
}

#[doc(hidden)]
pub trait TellsNothing {
    fn need(&self) -> Option<Need> {
        None
    }
}

impl<T> TellsNothing for &Probe<T> {}
