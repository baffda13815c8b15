//! Stands where `tls.rs` does when that feature is off: types of which there is no value.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::transport::Transport;
use crate::error::{Error, Kind, Result};
use crate::settings::TlsSettings;

/// No certificate.
#[derive(Clone)]
pub(crate) enum Tls {}

impl Tls {
    /// Settings that ask for HTTPS cannot be kept.
    pub(crate) fn of(settings: &TlsSettings) -> Result<Option<Self>> {
        if settings.certificate.is_none() && !settings.self_signed {
            return Ok(None);
        }
        Err(Error::new(
            Kind::Settings,
            "`[server.tls]` asks for HTTPS, which this program was built without",
        )
        .hint("add the feature `tls` to `carafe` in Cargo.toml"))
    }
    pub(super) async fn accept(&self, _: Transport) -> io::Result<(Stream, bool)> {
        match *self {}
    }
    pub(super) async fn reload_on_hangup(&self) {
        match *self {}
    }
}

/// No encrypted stream.
pub(super) enum Stream {}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match *self {}
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match *self {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}
