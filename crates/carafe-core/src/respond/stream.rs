//! Answers that are written while they are sent.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, header};

use super::produced::{Out, Produced, Scoped};
use crate::error::{Error, Result};

/// An answer that is written while it is sent: what Flask makes of a generator.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::respond::{Streamed, stream};
/// use carafe_macros::get;
///
/// #[get("/numbers.csv")]
/// async fn numbers() -> Streamed {
///     stream(async |out| {
///         out.send("n,square\n").await?;
///         for n in 1..=1000 {
///             out.send(format!("{n},{}\n", n * n)).await?;
///         }
///         Ok(())
///     })
///     .content_type("text/csv; charset=utf-8")
/// }
/// ```
///
/// Each piece is sent as soon as it is there, without `Content-Length`; the next one waits until
/// the client took it. Links, services and [`Locals`](crate::Locals) work in it as they do in the handler
/// (Flask's `stream_with_context`). An error is logged and breaks the answer off, so that the
/// client sees that it is not whole: its status was sent long before. Where the client leaves,
/// the function is dropped at its next `.await`. `HEAD` never starts it.
pub fn stream<F, Fut>(write: F) -> Streamed
where
    F: FnOnce(Out<Bytes>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    Streamed::of(Produced::by(write))
}

/// An answer that is written while it is sent; see [`stream`].
#[must_use = "a stream is sent by being the answer"]
pub struct Streamed {
    body: Body,
    content_type: Cow<'static, str>,
}

impl Streamed {
    /// An answer of a [`Stream`] of text or bytes, which is polled in the scope of the request.
    pub fn of<S, T, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<T, E>> + Send + 'static,
        T: Into<Bytes> + 'static,
        E: Into<Error> + 'static,
    {
        Self {
            body: body_of(Scoped::here(stream)),
            content_type: Cow::Borrowed("text/plain; charset=utf-8"),
        }
    }

    /// Sets the type; `text/plain` without it.
    pub fn content_type(mut self, content_type: impl Into<Cow<'static, str>>) -> Self {
        self.content_type = content_type.into();
        self
    }
}

impl IntoResponse for Streamed {
    fn into_response(self) -> Response {
        match HeaderValue::try_from(&*self.content_type) {
            Ok(kind) => ([(header::CONTENT_TYPE, kind)], self.body).into_response(),
            Err(_) => Error::internal(format!(
                "`{}` can be no content type",
                self.content_type.escape_debug()
            ))
            .into_response(),
        }
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streamed").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}

/// A body of a stream whose errors were told already.
pub(super) fn body_of<T: Into<Bytes> + 'static>(
    stream: impl Stream<Item = Result<T>> + Send + Unpin + 'static,
) -> Body {
    Body::from_stream(Told(stream))
}

/// The stream with its errors as standard ones.
struct Told<S>(S);

impl<S: Stream<Item = Result<T>> + Unpin, T> Stream for Told<S> {
    type Item = Result<T, crate::error::AsStdError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.0).poll_next(cx);
        next.map(|item| item.map(|piece| piece.map_err(Error::into_std)))
    }
}
