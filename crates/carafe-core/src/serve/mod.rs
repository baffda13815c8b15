//! The server: an accept loop of our own over hyper, made to stand on the open internet.
//!
//! It knows no app: it serves any tower service, an `axum::Router` for one.
//!
//! Duties:
//! - A listening socket is bound once, without `SO_REUSEPORT`: closing one of two such sockets
//!   resets connections that wait in it.
//! - A slow or silent client MUST NOT hold a connection for longer than its [`Limits`] say.
//! - A connection that was accepted by the kernel before the server stops MUST be served.
//! - When a client leaves, the future of its handler is dropped.
//! - A handler that blocks its thread MUST NOT stop others while a worker is free.

mod accept;
mod answers;
mod body;
mod connection;
mod handler;
#[cfg(feature = "http2")]
mod http2;
#[cfg(not(feature = "http2"))]
#[path = "without_http2.rs"]
mod http2;
mod inherited;
mod limits;
mod listen;
mod lookout;
mod pulse;
mod refusal;
mod socket;
mod stop;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "without_tls.rs"]
mod tls;
mod transport;
mod unix;
mod watch;

pub use answers::{Answers, Connection};
pub use body::BodyTimeout;
pub use limits::Limits;
pub use listen::Listen;
pub use stop::{Stop, Stopped};
#[cfg(feature = "tls")]
pub use tls::Tls;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::settings::TlsSettings;
use crate::{Error, Result};
use connection::Shared;
use listen::Listener;
use lookout::Lookout;
use stop::{Level, Shutdown};

/// A server that is not listening yet.
///
/// ```
/// use std::time::Duration;
/// use axum::{Router, routing::get};
/// use carafe_core::serve::{Limits, Listen, Server, Stop, Stopped};
///
/// # #[tokio::main(flavor = "multi_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// let app = Router::new().route("/", get(|| async { "Hello" }));
/// let server = Server::new(app)
///     .listen(Listen::Tcp(([127, 0, 0, 1], 0).into()))
///     .limits(Limits { shutdown_timeout: Duration::from_secs(5), ..Limits::default() })
///     .bind()
///     .await?;
/// let place = server.places()[0].to_string();
/// # _ = place;
/// # let stop = Stop::when(async {});
/// # _ = Stop::on_signals()?;
/// // let stop = Stop::on_signals()?;
/// assert_eq!(server.serve(stop).await, Stopped::Drained);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Server<S> {
    app: S,
    places: Vec<Listen>,
    backlog: u32,
    limits: Limits,
    tls: Option<tls::Tls>,
}

impl<S> Server<S> {
    /// A server of `app`, which listens nowhere yet.
    pub fn new(app: S) -> Self {
        Self { app, places: Vec::new(), backlog: 1024, limits: Limits::default(), tls: None }
    }

    /// Listens there too.
    pub fn listen(mut self, place: Listen) -> Self {
        self.places.push(place);
        self
    }

    /// How many connections may wait to be accepted, as far as the kernel allows (`somaxconn`);
    /// 1,024 unless said otherwise. Nothing to say about inherited sockets.
    pub fn backlog(mut self, connections: u32) -> Self {
        self.backlog = connections;
        self
    }

    /// How long clients may take, and how much they may send.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Encrypts as the settings say; whether they do.
    pub(crate) fn encrypted(mut self, settings: &TlsSettings) -> Result<(Self, bool)> {
        self.tls = tls::Tls::of(settings)?;
        let encrypted = self.tls.is_some();
        Ok((self, encrypted))
    }

    /// Opens all places. From now on clients can connect, and wait.
    pub async fn bind(self) -> Result<Bound<S>> {
        if self.places.is_empty() {
            return Err(Error::setup("the server listens nowhere")
                .hint("name a place: `.listen(Listen::Tcp(address))`"));
        }
        let mut listeners = Vec::new();
        for place in &self.places {
            listeners.extend(place.open(self.backlog).await?);
        }
        Ok(Bound { app: self.app, listeners, limits: self.limits, tls: self.tls })
    }
}

/// A server whose sockets are open: clients wait in the backlog until it serves.
#[must_use]
pub struct Bound<S> {
    app: S,
    listeners: Vec<Listener>,
    limits: Limits,
    tls: Option<tls::Tls>,
}

impl<S> Bound<S> {
    /// Where it listens, with the port that 0 became.
    pub fn places(&self) -> Vec<Listen> {
        self.listeners.iter().filter_map(Listener::address).collect()
    }
}

impl<S: Answers> Bound<S> {
    /// Serves until `stop`: then takes what waits in the backlog, closes the sockets, ends idle
    /// connections and waits for the answers under way, for [`Limits::shutdown_timeout`] at most.
    ///
    /// A WebSocket or another upgraded connection is not waited for; it ends with the program. If
    /// this future is dropped, all connections are cut.
    pub async fn serve(self, stop: Stop) -> Stopped {
        let shutdown = Arc::new(Shutdown::default());
        let _cut_if_dropped = CutIfDropped(Arc::clone(&shutdown));
        let _lookout = Lookout::start();
        let seats = self.limits.max_connections.clamp(1, Semaphore::MAX_PERMITS);
        let seats = Arc::new(Semaphore::new(seats));
        let patience = self.limits.shutdown_timeout;
        let shared = Arc::new(Shared {
            http1: self.limits.http1(),
            limits: self.limits,
            tls: self.tls.clone(),
            shutdown: Arc::clone(&shutdown),
        });
        let loops: Vec<_> = self
            .listeners
            .into_iter()
            .map(|listener| {
                let (seats, shared) = (Arc::clone(&seats), Arc::clone(&shared));
                tokio::spawn(accept::accept(listener, self.app.clone(), seats, shared))
            })
            .collect();

        let mut reloading = pin!(async {
            match &self.tls {
                Some(tls) => tls.reload_on_hangup().await,
                None => std::future::pending().await,
            }
        });
        let second = tokio::select! {
            second = stop.0 => second.0,
            () = &mut reloading => Box::pin(std::future::pending()),
        };

        shutdown.raise(Level::Draining);
        let drained = async {
            for accepting in loops {
                _ = accepting.await;
            }
            shutdown.emptied().await;
        };
        tokio::select! {
            () = drained => Stopped::Drained,
            () = second => cut(&shutdown).await,
            () = tokio::time::sleep(patience) => cut(&shutdown).await,
        }
    }
}

/// Cuts what is left, and gives it a moment to be dropped.
async fn cut(shutdown: &Shutdown) -> Stopped {
    let left = shutdown.live();
    shutdown.raise(Level::Cut);
    _ = timeout(Duration::from_millis(100), shutdown.emptied()).await;
    Stopped::Cut(left)
}

struct CutIfDropped(Arc<Shutdown>);

impl Drop for CutIfDropped {
    fn drop(&mut self) {
        self.0.raise(Level::Cut);
    }
}
