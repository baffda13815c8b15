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

    #[expect(clippy::unused_self, reason = "its twin knows the port of `carafe dev`")]
    pub(super) fn is_wanted(&self, _: &Request) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "its twin knows the port of `carafe dev`")]
    pub(super) fn inject(&self, response: Response) -> Response {
        response
    }
}
