//! What an async function writes piece by piece, as a stream.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use crate::error::{Error, Kind, Result};
use crate::scope::Scope;

/// Where an answer is written, piece by piece.
///
/// Each piece waits until the one before it is taken, so that a slow client slows its writer down
/// instead of filling the memory.
#[derive(Clone)]
pub struct Out<T>(mpsc::Sender<T>);

impl<T> Out<T> {
    /// Sends a piece. It fails where the client has left, which only a task beside the answer
    /// sees: the function that writes is dropped with the answer.
    pub async fn send(&self, piece: impl Into<T>) -> Result<()> {
        let sent = self.0.send(piece.into()).await;
        sent.map_err(|_| Error::new(Kind::Unavailable, "nobody reads the answer any more"))?;
        // The function that writes runs where the answer is read, and only while it waits can the
        // piece be taken: what it does next, for however long, comes after that.
        tokio::task::yield_now().await;
        Ok(())
    }
}

impl<T> fmt::Debug for Out<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Out")
    }
}

/// The function that writes, and what it wrote and nobody took yet. It runs where the stream is
/// polled, and so ends with it.
pub(super) struct Produced<T> {
    writing: Option<Pin<Box<dyn Future<Output = Result<()>> + Send>>>,
    failed: Option<Error>,
    written: mpsc::Receiver<T>,
}

impl<T: Send + 'static> Produced<T> {
    pub(super) fn by<F, Fut>(write: F) -> Self
    where
        F: FnOnce(Out<T>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let (out, written) = mpsc::channel(1);
        let writing = async move { write(Out(out)).await };
        Self { writing: Some(Box::pin(writing)), failed: None, written }
    }
}

impl<T> Stream for Produced<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            match self.written.poll_recv(cx) {
                Poll::Ready(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                // What was written comes first, the failure after it.
                Poll::Ready(None) if self.writing.is_none() => {
                    return Poll::Ready(self.failed.take().map(Err));
                }
                _ => {}
            }
            let Some(writing) = &mut self.writing else { return Poll::Pending };
            match writing.as_mut().poll(cx) {
                Poll::Ready(outcome) => {
                    self.writing = None;
                    self.failed = outcome.err();
                }
                // It may have written before it began to wait.
                Poll::Pending => match self.written.poll_recv(cx) {
                    Poll::Ready(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                    _ => return Poll::Pending,
                },
            }
        }
    }
}

/// A stream that is polled in the scope in which it was made; its errors, and its panics, are
/// logged and end it.
pub(super) struct Scoped<S> {
    /// None after the end.
    stream: Option<Pin<Box<S>>>,
    scope: Option<Scope>,
}

impl<S> Scoped<S> {
    pub(super) fn here(stream: S) -> Self {
        Self { stream: Some(Box::pin(stream)), scope: Scope::current().ok() }
    }
}

impl<S, T, E> Stream for Scoped<S>
where
    S: Stream<Item = Result<T, E>>,
    E: Into<Error>,
{
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else { return Poll::Ready(None) };
        let mut poll = || catch_unwind(AssertUnwindSafe(|| stream.as_mut().poll_next(cx)));
        let polled = match &this.scope {
            Some(scope) => scope.clone().run_sync(poll),
            None => poll(),
        };
        let failed = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(Ok(piece)))) => return Poll::Ready(Some(Ok(piece))),
            Ok(Poll::Ready(None)) => None,
            Ok(Poll::Ready(Some(Err(error)))) => Some(error.into()),
            Err(panic) => Some(panicked(&*panic)),
        };
        this.end();
        Poll::Ready(failed.map(|error| {
            let path = this.scope.as_ref().and_then(Scope::uri).map(http::Uri::path);
            tracing::error!(?error, "Exception in the answer to {}", path.unwrap_or_default());
            Err(error)
        }))
    }
}

impl<S> Scoped<S> {
    /// Drops the stream where it lived, since what it holds may look at the scope then.
    fn end(&mut self) {
        let stream = self.stream.take();
        match &self.scope {
            Some(scope) => scope.clone().run_sync(|| drop(stream)),
            None => drop(stream),
        }
    }
}

impl<S> Drop for Scoped<S> {
    fn drop(&mut self) {
        self.end();
    }
}

fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("with a value that is no text");
    Error::internal(format!("what writes the answer panicked: {text}"))
}
