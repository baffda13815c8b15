//! What a command's function is called with, and what it returns.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::IntoResponse;
use clap::ArgMatches;

use super::Console;
use crate::error::{Error, Kind, Raised, Result};
use crate::scope;

tokio::task_local! {
    /// Where the running command writes to.
    static CONSOLE: Console;
}

/// Runs a future with a console.
pub(crate) async fn with_console<F: Future>(console: Console, future: F) -> F::Output {
    CONSOLE.scope(console, future).await
}

/// What a command may return.
#[diagnostic::on_unimplemented(
    message = "a command cannot return `{Self}`",
    note = "it returns `()` or `Result<()>`"
)]
pub trait CommandOutcome {
    /// The outcome as a result.
    fn into_result(self) -> Result<()>;
}

impl CommandOutcome for () {
    fn into_result(self) -> Result<()> {
        Ok(())
    }
}

impl<E: Into<Error>> CommandOutcome for Result<(), E> {
    fn into_result(self) -> Result<()> {
        self.map_err(Into::into)
    }
}

#[doc(hidden)]
pub fn outcome(value: impl CommandOutcome) -> Result<()> {
    value.into_result()
}

/// Fetches an extractor outside of a request: services, settings, the console.
#[doc(hidden)]
pub async fn extracted<T: FromRequestParts<()>>(name: &'static str) -> Result<T> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    if let Ok(console) = CONSOLE.try_with(Clone::clone) {
        parts.extensions.insert(console);
    }
    scope::set_argument(name);
    T::from_request_parts(&mut parts, &())
        .await
        .map_err(|refused| refusal(refused).at(format!("the argument `{name}`")))
}

/// The error in an extractor's refusal.
pub(crate) fn refusal(refused: impl IntoResponse) -> Error {
    let mut response = refused.into_response();
    match response
        .extensions_mut()
        .remove::<Raised>()
        .and_then(|Raised(error)| Arc::into_inner(error))
    {
        Some(error) => error,
        None => Error::internal("an argument cannot be had outside of a request"),
    }
}

#[doc(hidden)]
pub fn required<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Result<T> {
    maybe(matches, name)?
        .ok_or_else(|| Error::new(Kind::Usage, format!("the argument `{name}` is missing")))
}

#[doc(hidden)]
pub fn maybe<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    name: &str,
) -> Result<Option<T>> {
    Ok(matches.try_get_one::<T>(name)?.cloned())
}

#[doc(hidden)]
pub fn many<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Result<Vec<T>> {
    Ok(matches.try_get_many::<T>(name)?.into_iter().flatten().cloned().collect())
}

#[doc(hidden)]
pub fn flag(matches: &ArgMatches, name: &str) -> Result<bool> {
    Ok(matches.try_get_one::<bool>(name)?.copied().unwrap_or_default())
}
