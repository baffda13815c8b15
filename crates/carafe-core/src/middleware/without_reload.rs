//! Without the feature `dev` no page reloads by itself.

use axum::extract::Request;
use axum::response::Response;

use crate::settings::Environment;

#[derive(Debug)]
pub(super) struct Reload;

impl Reload {
    pub(super) fn of(_: &Environment) -> Self {
        Self
    }

    pub(super) fn is_wanted(&self, _: &Request) -> bool {
        false
    }

    pub(super) fn inject(&self, response: Response) -> Response {
        response
    }
}
