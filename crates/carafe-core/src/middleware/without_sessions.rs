//! Stands where `sessions.rs` does when that feature is off: nothing is kept and nothing is
//! guarded.

use std::any::TypeId;

use axum::extract::Request;
use axum::response::Response;

use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::settings::KnownSection;
use crate::values::PageValue;

pub(crate) fn known() -> Vec<KnownSection> {
    Vec::new()
}

#[expect(clippy::unnecessary_wraps, reason = "its twin may fail")]
pub(crate) fn prepare(_: &Scope, _: impl Fn(TypeId) -> bool) -> Result<()> {
    Ok(())
}

pub(crate) fn guards(_: &Scope, _: bool, _: &Request) -> bool {
    false
}
pub(crate) async fn guard(_: &Scope, request: Request) -> Result<Request, Box<(Error, Request)>> {
    Ok(request)
}

pub(crate) fn is_asked_for(_: &Scope) -> bool {
    false
}
pub(crate) async fn save(_: &Scope, _: &mut Response) -> Result<()> {
    Ok(())
}

pub(crate) fn page_values() -> Vec<PageValue> {
    Vec::new()
}
