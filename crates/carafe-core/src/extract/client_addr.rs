//! Who is on the other end.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;

use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use http::Extensions;
use http::request::Parts;

use crate::error::{Error, Result};
use crate::serve::Connection;

/// The address of the client (Flask's `request.remote_addr`).
///
/// It is the other end of the socket; where that is a proxy that `[security] trusted_proxies`
/// lists, it is whom the proxies speak of. What a client itself writes into `X-Forwarded-For` is
/// never believed.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_core::extract::ClientAddr;
/// use carafe_macros::get;
///
/// #[get("/whoami")]
/// async fn who(client: ClientAddr) -> String { format!("you are {client}") }
/// ```
///
/// Over a Unix socket whose proxy is not trusted nobody knows it, which is an error;
/// `Option<ClientAddr>` is `None` there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientAddr(pub IpAddr);

/// What trusted proxies said of the client, in the extensions of a request: nothing, where they
/// do not know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forwarded(pub(crate) Option<ClientAddr>);

impl ClientAddr {
    /// The client of a request, by its extensions.
    pub fn of(facts: &Extensions) -> Option<Self> {
        match facts.get() {
            Some(Forwarded(client)) => *client,
            None => peer(facts).map(Self),
        }
    }
}

/// The other end of the socket. An IPv4 address that came to an IPv6 socket is one of IPv4.
pub(crate) fn peer(facts: &Extensions) -> Option<IpAddr> {
    let ours = facts.get::<Connection>().and_then(|connection| connection.remote);
    // Inside somebody's axum server.
    let theirs = || facts.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    ours.or_else(theirs).map(|address| address.ip().to_canonical())
}

impl Deref for ClientAddr {
    type Target = IpAddr;

    fn deref(&self) -> &IpAddr {
        &self.0
    }
}

impl fmt::Display for ClientAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddr {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Self::of(&parts.extensions).ok_or_else(|| {
            Error::internal("the address of the client is not known").hint(
                "behind a proxy on a Unix socket set `[security] trusted_proxies = [\"unix\"]`; where it may be unknown take `Option<ClientAddr>`",
            )
        })
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for ClientAddr {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>> {
        Ok(Self::of(&parts.extensions))
    }
}
