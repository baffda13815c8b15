//! Work that may block.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::{Error, Result, panic};
use crate::scope::Scope;

/// Runs a function that may block (files, heavy computing) on a thread for such work, and waits
/// for it; the running scope comes along. Handlers that are a plain `fn` run this way.
pub async fn blocking<T, F>(work: F) -> Result<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let scope = Scope::current().ok();
    let task = tokio::task::spawn_blocking(move || {
        let work = || match scope {
            Some(scope) => scope.run_sync(work),
            None => work(),
        };
        // Where it panicked is noted on its thread, and wanted on the one that waits.
        catch_unwind(AssertUnwindSafe(work)).map_err(|payload| (payload, panic::take()))
    });
    match task.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err((payload, noted))) => {
            panic::keep(noted);
            resume_unwind(payload)
        }
        Err(_) => Err(Error::new(crate::Kind::Unavailable, "the server is shutting down")),
    }
}
