//! Work that may block.

use crate::error::{Error, Result};
use crate::scope::Scope;

/// Runs a function that may block (files, heavy computing) on a thread for such work, and waits
/// for it; the running scope comes along. Handlers that are a plain `fn` run this way.
pub async fn blocking<T, F>(work: F) -> Result<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let scope = Scope::current().ok();
    let task = tokio::task::spawn_blocking(move || match scope {
        Some(scope) => scope.run_sync(work),
        None => work(),
    });
    task.await.map_err(|error| match error.try_into_panic() {
        Ok(payload) => std::panic::resume_unwind(payload),
        Err(_) => Error::new(crate::Kind::Unavailable, "the server is shutting down"),
    })
}
