//! What stands in for the development page where the feature `dev` is off.

use std::sync::Arc;

use axum::response::Response;

use crate::error::Error;
use crate::scope::Scope;

/// No page: the plain one is shown.
pub(super) fn of(_: &Scope, _: &Arc<Error>) -> Option<Response> {
    None
}
