//! Stands where `http2.rs` does when that feature is off: nothing here is ever spoken.

use std::sync::Arc;

use super::connection::Shared;
use super::handler::Handler;
use super::pulse::Pulse;
use super::socket::Socket;

/// The protocols offered in a TLS handshake.
#[allow(dead_code, reason = "only TLS offers protocols")]
pub(super) const ALPN: &[&[u8]] = &[b"http/1.1"];

pub(super) fn is_preface(_: &[u8]) -> bool {
    false
}

/// Closes the connection: a client speaks HTTP/2 only where it was offered.
pub(super) async fn serve<S>(_: Socket, _: Handler<S>, _: &Arc<Pulse>, _: &Shared) {}
