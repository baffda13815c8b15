//! Which extractors need nothing from a request's extensions.

use axum::body::Bytes;
use http::{HeaderMap, Method, Uri, Version};

use super::probe::Probe;
use super::{
    Accept, AcceptEncoding, AcceptLanguage, Authorization, Basic, Bearer, CacheControl, Captured,
    Form, Json, LastEventId, Query, Service,
};
use crate::cookies::Cookies;
use crate::locals::Locals;
use crate::scope::Scope;

/// An extractor that reads nothing from the request's extensions.
///
/// What the server and axum's router put there is left out for a handler that asks for nothing
/// else, which saves a third of the framework's work for its request. Of an extractor that does
/// not implement this, no such thing is assumed. `#[extractor]` sees to it by itself.
pub trait Plain {
    /// What an extractor that is made of others says of these.
    #[doc(hidden)]
    fn reads_facts() -> bool {
        false
    }
}

macro_rules! plain {
    ($($extractor:ty)*) => {$( impl Plain for $extractor {} )*};
}
plain!(Accept AcceptEncoding AcceptLanguage Authorization Basic Bearer Bytes CacheControl Cookies);
plain!(HeaderMap LastEventId Locals Method Scope String Uri Version);

impl<T> Plain for Captured<T> {}
impl<T> Plain for Form<T> {}
impl<T> Plain for Json<T> {}
impl<T> Plain for Query<T> {}
impl<T> Plain for Service<T> {}
impl<T: Plain> Plain for Option<T> {
    fn reads_facts() -> bool {
        T::reads_facts()
    }
}

impl<T: Plain, E> Plain for Result<T, E> {
    fn reads_facts() -> bool {
        T::reads_facts()
    }
}

#[doc(hidden)]
pub trait IsPlain {
    fn reads_facts(&self) -> bool;
}

impl<T: Plain> IsPlain for Probe<T> {
    fn reads_facts(&self) -> bool {
        T::reads_facts()
    }
}

#[doc(hidden)]
pub trait IsUnknown {
    fn reads_facts(&self) -> bool {
        true
    }
}

impl<T> IsUnknown for &Probe<T> {}
