//! The connected socket under hyper, with an eye on what passes.
//!
//! A client that pipelines gets its small answers in one piece: hyper flushes each, which would be
//! a system call each. They are held back in here until the connection's task is about to sleep
//! (see `watch.rs`), or there are too many.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;

use super::pulse::Pulse;
use super::transport::Transport;

/// A transport whose traffic shows in a [`Pulse`], and whose seat is free again once it is
/// dropped, an upgrade to a WebSocket included.
pub(super) struct Socket {
    transport: Transport,
    pulse: Arc<Pulse>,
    /// What was read already, to be read again.
    replay: Bytes,
    /// Answers held back; else room to put the pieces of a small one together.
    held: Vec<u8>,
    /// The requests that had come when we read last.
    requests: u64,
    /// The client sends several requests at once.
    pipelines: bool,
    _seat: Option<OwnedSemaphorePermit>,
}

impl Socket {
    pub(super) fn new(
        transport: Transport,
        pulse: Arc<Pulse>,
        seat: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            transport,
            pulse,
            replay: Bytes::new(),
            held: Vec::new(),
            requests: 0,
            pipelines: false,
            _seat: seat,
        }
    }

    /// Reads `bytes` first, and then what comes.
    pub(super) fn replaying(mut self, bytes: Bytes) -> Self {
        self.replay = bytes;
        self
    }

    /// Holds back `bufs` if that pays and there is room.
    fn hold(&mut self, bufs: &[IoSlice<'_>]) -> Option<usize> {
        // One request is under way in the ordinary case; the second without a read in between
        // tells a client that pipelines.
        self.pipelines |= self.pulse.requests().wrapping_sub(self.requests) > 1;
        if !self.pipelines || self.pulse.is_direct() {
            return None;
        }
        let size = size_of(bufs);
        if self.held.len() + size > MOST_HELD {
            return None;
        }
        self.gather(bufs);
        self.pulse.hold();
        Some(size)
    }

    fn gather(&mut self, bufs: &[IoSlice<'_>]) {
        for buf in bufs {
            self.held.extend_from_slice(buf);
        }
    }

    /// Sends what was held back.
    fn poll_release(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut sent = 0;
        let outcome = loop {
            if sent == self.held.len() {
                break Poll::Ready(Ok(()));
            }
            match Pin::new(&mut self.transport).poll_write(cx, &self.held[sent..]) {
                Poll::Ready(Ok(0)) => break Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(size)) => sent += size,
                Poll::Ready(Err(error)) => break Poll::Ready(Err(error)),
                Poll::Pending => break Poll::Pending,
            }
        };
        if sent > 0 || outcome.is_pending() {
            self.held.drain(..sent);
            self.pulse.written(outcome.is_ready());
        }
        if outcome.is_ready() {
            self.pulse.flushed();
        }
        outcome
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.replay.is_empty() {
            let size = this.replay.len().min(buf.remaining());
            buf.put_slice(&this.replay[..size]);
            this.replay.advance(size);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.transport).poll_read(cx, buf))?;
        this.pulse.received(buf.filled().len() - before);
        let requests = this.pulse.requests();
        this.pipelines = requests.wrapping_sub(this.requests) > 1;
        this.requests = requests;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(size) = this.hold(bufs) {
            return Poll::Ready(Ok(size));
        }
        ready!(this.poll_release(cx))?;
        let written = match bufs {
            [buf] => Pin::new(&mut this.transport).poll_write(cx, buf),
            bufs if size_of(bufs) <= SMALL => {
                this.gather(bufs);
                let written = Pin::new(&mut this.transport).poll_write(cx, &this.held);
                this.held.clear();
                written
            }
            bufs => Pin::new(&mut this.transport).poll_write_vectored(cx, bufs),
        };
        this.pulse.written(written.is_ready());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.held.is_empty() {
            if !this.pulse.is_due() && !this.pulse.is_direct() {
                return Poll::Ready(Ok(()));
            }
            ready!(this.poll_release(cx))?;
        }
        Pin::new(&mut this.transport).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_release(cx))?;
        Pin::new(&mut this.transport).poll_shutdown(cx)
    }
}

fn size_of(bufs: &[IoSlice<'_>]) -> usize {
    bufs.iter().map(|buf| buf.len()).sum()
}

/// More than this gains nothing over a write of its own.
const MOST_HELD: usize = 16 * 1024;

/// Up to here a copy costs less than the kernel's way of taking pieces.
const SMALL: usize = 4 * 1024;
