//! The pages of errors: the only place that turns an error into something to read.

#[cfg(feature = "dev")]
mod dev;
#[cfg(not(feature = "dev"))]
#[path = "without_dev.rs"]
mod dev;
mod plain;
mod usual;

use std::sync::Arc;

use axum::response::Response;

use crate::error::Error;
use crate::scope::Scope;

/// The answer to an error that no handler of the app answers: what developers need where the site
/// is in development, the plain page everywhere else.
pub(crate) fn of(scope: &Scope, error: &Arc<Error>) -> Response {
    let page = if scope.frame().debug { dev::of(scope, error) } else { None };
    page.unwrap_or_else(|| plain::of(scope, error))
}
