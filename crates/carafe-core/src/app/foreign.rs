//! Routers that are not ours.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use tower::ServiceExt;

use crate::error::{Error, Kind, Result};
use crate::routing::{Host, Pattern};

/// A router that is not ours, and where it stands.
pub(crate) struct Foreign {
    pub(super) app: usize,
    pub(super) host: Option<Host>,
    pub(super) router: Router,
    prefix: Pattern,
    below: Pattern,
}

impl Foreign {
    /// Puts a router below a prefix, which is taken off the paths that it sees.
    pub(super) fn new(
        app: usize,
        host: Option<Host>,
        prefix: &Pattern,
        router: Router,
    ) -> Result<Self> {
        let router = router.fallback(unmatched);
        let router = match prefix.as_str().trim_end_matches('/') {
            "" => router,
            prefix => Router::new().nest(prefix, router).fallback(unmatched),
        };
        let below = prefix.join(&Pattern::parse("/{*rest}")?)?;
        Ok(Self { app, host, router, prefix: prefix.clone(), below })
    }

    /// How many parts its prefix has.
    pub(super) fn depth(&self) -> usize {
        self.below.rank().len()
    }

    /// Whether a path is below the prefix.
    pub(super) fn stands_above(&self, path: &str) -> bool {
        self.below.matches(path).is_some()
            || self.prefix.matches(path).is_some()
            || self.prefix.matches(path.trim_end_matches('/')).is_some()
    }
}

/// The mark of a router that knows no such path; it hands the body back.
#[derive(Clone)]
struct Unmatched(Arc<Mutex<Option<Body>>>);

impl Unmatched {
    fn into_body(self) -> Body {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

async fn unmatched(request: Request) -> axum::Extension<Unmatched> {
    axum::Extension(Unmatched(Arc::new(Mutex::new(Some(request.into_body())))))
}

/// Asks one router after the other; what none of them knows is not found.
pub(super) async fn ask(routers: Vec<Router>, request: Request) -> Result<Response> {
    let (parts, mut body) = request.into_parts();
    for router in routers {
        let mut response = match router.oneshot(Request::from_parts(parts.clone(), body)).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        match response.extensions_mut().remove::<Unmatched>() {
            Some(unmatched) => body = unmatched.into_body(),
            None => return Ok(response),
        }
    }
    Err(Error::new(Kind::NotFound, ""))
}
