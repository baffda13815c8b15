//! WebSockets (RFC 6455).

use std::borrow::Cow;
use std::fmt;
use std::future::Future;

use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
pub use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket as Socket, close_code};
use axum::response::{IntoResponse, Response};
use http::header::ORIGIN;
use http::request::Parts;

use crate::error::{Error, Result};
use crate::origin::Origin;
use crate::scope::Scope;

/// The most bytes of one message until [`WebSocket::max_message`] says otherwise: axum's own
/// 64 MiB is what one client could have us hold for each of its connections.
const MAX_MESSAGE: usize = 2 << 20;

/// A request that would go on as a WebSocket.
///
/// ```
/// # extern crate carafe_core as carafe;
/// use axum::response::Response;
/// use carafe_core::extract::web_socket::{Message, WebSocket};
/// use carafe_macros::get;
///
/// #[get("/echo")]
/// async fn echo(ws: WebSocket) -> Response {
///     ws.run(async |mut socket| {
///         while let Some(Ok(Message::Text(text))) = socket.recv().await {
///             socket.send(Message::Text(text)).await?;
///         }
///         Ok(())
///     })
/// }
/// ```
///
/// Links, services and [`Locals`](crate::Locals) work in the task of the socket as they do in the
/// handler. An error at its end is logged.
///
/// A browser lets any page of the web open a WebSocket to any site, with that site's cookies. So
/// a page of another origin gets a 403, unless [`allow_origin`](Self::allow_origin) names it. A
/// request that asks for no WebSocket gets a 400 or 426.
#[must_use = "a WebSocket is opened by returning what `run` makes"]
pub struct WebSocket {
    upgrade: WebSocketUpgrade,
    scope: Scope,
    /// The page that asks, where it is one of another site.
    stranger: Option<String>,
}

impl WebSocket {
    /// Lets pages of another origin connect, as `https://app.example.com`; `*` is all of them.
    pub fn allow_origin(mut self, origin: &str) -> Self {
        self.stranger.take_if(|stranger| origin == "*" || stranger.eq_ignore_ascii_case(origin));
        self
    }

    /// The subprotocols that are spoken here, the preferred first; the first that the client
    /// speaks too is chosen ([`Socket::protocol`]).
    pub fn protocols<P: Into<Cow<'static, str>>>(
        mut self,
        protocols: impl IntoIterator<Item = P>,
    ) -> Self {
        self.upgrade = self.upgrade.protocols(protocols);
        self
    }

    /// The most bytes that a message may have; 2 MiB without it. A longer one ends the connection.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.upgrade = self.upgrade.max_message_size(bytes).max_frame_size(bytes);
        self
    }

    /// Opens the socket, and runs `talk` in a task of its own.
    pub fn run<F, Fut>(self, talk: F) -> Response
    where
        F: FnOnce(Socket) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        if let Some(stranger) = self.stranger {
            let message = "A page of another site may not connect.";
            return Error::forbidden(message)
                .at(stranger)
                .hint("let it by `ws.allow_origin(\"https://…\")`")
                .into_response();
        }
        let scope = self.scope;
        self.upgrade.on_upgrade(move |socket| {
            let path = scope.uri().map(|uri| uri.path().to_owned()).unwrap_or_default();
            let talk = async move { talk(socket).await };
            scope.run(async move {
                if let Err(error) = talk.await {
                    tracing::error!(?error, "Exception in the WebSocket {path}");
                }
            })
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WebSocket {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let scope = Scope::current()?;
        let stranger = stranger(parts, scope.origin().ok());
        let upgrade =
            WebSocketUpgrade::from_request_parts(parts, state).await.map_err(|rejection| {
                Error::bad_request(format!("Only a WebSocket can be opened here: {rejection}."))
                    .with_status(rejection.status())
            })?;
        let upgrade = upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
        Ok(Self { upgrade, scope, stranger })
    }
}

/// The origin of the page that asks, unless it is one of this host. Programs send none.
///
/// The scheme is not compared: behind a proxy that is not listed as trusted `https` looks like
/// `http`, and the two cannot be had by different people without breaking the wire anyway.
fn stranger(parts: &Parts, own: Option<Origin>) -> Option<String> {
    let origin = parts.headers.get(ORIGIN)?;
    let text = origin.to_str().unwrap_or("null");
    let host = text.split_once("://").map(|(scheme, host)| Origin::new(scheme, host).usual());
    let own = own.map(Origin::usual);
    let same = matches!((&host, &own), (Some(host), Some(own)) if host.host().eq_ignore_ascii_case(own.host()));
    (!same).then(|| text.to_owned())
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("stranger", &self.stranger).finish_non_exhaustive()
    }
}
