//! The page of an error in development: what happened, where, why and in which request.
//!
//! It MUST appear only where the site is in debug, and then only to this machine or under a host
//! that the settings allow (`trust`). It MUST escape all that it shows (`markup` takes nothing
//! else), mask what looks like a secret (`masked`), ask nothing of the network, and never fail:
//! whatever goes wrong here ends in the plain page.

mod asked;
mod editor;
mod excerpt;
mod frames;
mod html;
mod markup;
mod masked;
mod project;
mod report;
mod routes;
mod text;
mod trust;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use serde_json::json;

use crate::error::Error;
use crate::extract::accept::Accept;
use crate::pages::usual::Usual;
use crate::scope::Scope;
use report::Report;

/// The page, if this client may see it.
pub(super) fn of(scope: &Scope, error: &Arc<Error>) -> Option<Response> {
    if !trust::allows(scope) {
        return None;
    }
    // The texts of causes are made by code of others, which may panic.
    catch_unwind(AssertUnwindSafe(|| answer(scope, error))).ok().flatten()
}

fn answer(scope: &Scope, error: &Error) -> Option<Response> {
    let report = Report::new(scope, error);
    let mut response = match form(scope) {
        Form::Html => page(&report)?,
        Form::Json => problem(&report)?,
        Form::Text => text::write(&report).into_response(),
    };
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.extend(error.headers().clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(response)
}

enum Form {
    Html,
    Json,
    Text,
}

/// HTML for those who name it, which browsers do; curl and its like take anything, and are read
/// in a terminal, unless JSON is what they get there.
fn form(scope: &Scope) -> Form {
    let accept = scope.head().and_then(|head| head.accept.as_ref());
    let named = accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.to_ascii_lowercase().contains("text/html"));
    let offers = match Usual::of(scope) {
        _ if named => &["text/html", "application/json", "application/problem+json", "text/plain"],
        Usual::Json => &["application/problem+json", "application/json", "text/plain", "text/html"],
        Usual::Page => &["text/plain", "application/json", "application/problem+json", "text/html"],
    };
    match Accept::parse(accept).best(offers).unwrap_or(offers[0]) {
        "text/html" => Form::Html,
        "text/plain" => Form::Text,
        _ => Form::Json,
    }
}

/// Only its own style, which a nonce vouches for, and nothing from elsewhere; in no frame.
fn page(report: &Report) -> Option<Response> {
    let nonce = format!("{:016x}{:016x}", getrandom::u64().ok()?, getrandom::u64().ok()?);
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = axum::response::Html(html::write(report, &nonce)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).ok()?);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"));
    Some(response)
}

/// The problem that a client gets in production, and all the rest in `debug`.
fn problem(report: &Report) -> Option<Response> {
    let body = json!({
        "type": "about:blank",
        "title": report.title,
        "status": report.status,
        "detail": report.shown,
        "debug": report,
    });
    let json = HeaderValue::from_static("application/problem+json");
    let body = serde_json::to_string_pretty(&body).ok()?;
    Some(([(header::CONTENT_TYPE, json)], body + "\n").into_response())
}
