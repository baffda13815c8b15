//! Work that may ask a person.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::thread;

use carafe_core::command::Console;
use carafe_core::{Error, Result};
use tokio::sync::oneshot;

/// Does work that may wait for a person, beside the runtime. Ctrl-C ends the wait.
///
/// It is no thread of the runtime's, which would wait at its end for an answer that nobody gives.
pub(super) async fn asking<T: Send + 'static>(
    console: &Console,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, done) = oneshot::channel();
    thread::Builder::new().name("questions".to_owned()).spawn(move || {
        // Who waits may have been stopped meanwhile.
        let _ = sender.send(work());
    })?;
    let mut done = pin!(done);
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    poll_fn(|cx| {
        if let Poll::Ready(answer) = done.as_mut().poll(cx) {
            return Poll::Ready(match answer {
                Ok(answer) => answer,
                Err(_) => Err(Error::internal("the thread that asks has panicked")),
            });
        }
        match interrupt.as_mut().poll(cx) {
            Poll::Ready(Ok(())) => Poll::Ready(Err(stopped(console))),
            _ => Poll::Pending,
        }
    })
    .await
}

/// The person wants no more, in the middle of a line.
pub(super) fn stopped(console: &Console) -> Error {
    console.line("");
    Error::bad_request("stopped; no file was written")
}
