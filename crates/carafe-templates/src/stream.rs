//! A page that is sent while it is rendered.

use std::borrow::Cow;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use carafe_core::values::Streamed;
use carafe_core::{Error, Result, Scope};
use http_body::Frame;
use tokio::sync::mpsc;

use crate::context::Context;
use crate::engine::Engine;
use crate::render::{Wanted, prepare};
use crate::root::TEXT;

/// As much as is gathered before it is sent.
const CHUNK: usize = 16 * 1024;

/// How many chunks may wait for a slow client.
const WAITING: usize = 4;

type Piece = Result<Bytes, Error>;

/// Starts to render; an error before the first chunk is an error of the page.
pub(crate) async fn start(
    scope: &Scope,
    wanted: &Wanted,
    context: &Context,
) -> Result<(Cow<'static, str>, Body)> {
    let engine = Engine::of(scope)?;
    let name = wanted.name(&engine)?.clone();
    scope.locals().set(Streamed);
    let root = prepare(&engine, scope, wanted, &name, context).await?;
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let (scope, wanted, context, file) =
        (scope.clone(), wanted.clone(), context.clone(), name.clone());
    tokio::task::spawn_blocking(move || {
        let mut out = Chunks { sender: sender.clone(), buffer: BytesMut::with_capacity(CHUNK) };
        let environment = engine.environment();
        let rendered = scope.run_sync(|| match &wanted {
            Wanted::Text(text) => environment
                .template_from_named_str(TEXT, text)?
                .render_captured_to(root, &mut out)
                .map(drop),
            _ => environment.get_template(&file)?.render_captured_to(root, &mut out).map(drop),
        });
        match rendered {
            Ok(()) => drop(out.flush()),
            // A client that left is no error of the page.
            Err(_) if sender.is_closed() => {}
            Err(error) => drop(sender.blocking_send(Err(engine.explain(error, &context)))),
        }
    });
    let first = match receiver.recv().await {
        None => Bytes::new(),
        Some(piece) => piece?,
    };
    Ok((name, Body::new(Stream { first: Some(first), receiver })))
}

/// What the template writes to, from its thread.
struct Chunks {
    sender: mpsc::Sender<Piece>,
    buffer: BytesMut,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = Ok(self.buffer.split().freeze());
        self.sender.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The body: what the thread sends.
struct Stream {
    first: Option<Bytes>,
    receiver: mpsc::Receiver<Piece>,
}

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        self.receiver.poll_recv(task).map(|piece| {
            Some(match piece? {
                Ok(bytes) => Ok(Frame::data(bytes)),
                Err(error) => {
                    tracing::error!(error = ?error, "a streamed page broke off");
                    Err(BrokenOff(error))
                }
            })
        })
    }
}

/// Why a streamed page ended before its end.
#[derive(Debug)]
struct BrokenOff(Error);

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the page broke off: {}", self.0)
    }
}

impl std::error::Error for BrokenOff {}
