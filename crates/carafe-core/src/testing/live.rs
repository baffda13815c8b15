//! A real server for a test: for browsers, WebSockets and other clients that want a socket.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{App, Serving, Site};
use crate::error::{Error, Result};
use crate::serve::{Listen, Server, Stop, Stopped};
use crate::settings::{Environment, SettingsLoader};

/// A server on a free port of this machine, as long as the value lives (Django's
/// `LiveServerTestCase`).
///
/// ```
/// # extern crate carafe_core as carafe;
/// # #[tokio::main]
/// # async fn main() -> carafe_core::Result<()> {
/// use carafe_core::{App, testing::LiveServer};
///
/// let server = LiveServer::start(App::new("site")).await?;
/// assert!(server.url("/").starts_with("http://127.0.0.1:"));
/// server.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct LiveServer {
    site: Arc<Site>,
    address: String,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Stopped>,
}

impl LiveServer {
    /// Puts the app together as [`TestClient`](super::TestClient) does, and serves it.
    pub async fn start(app: App) -> Result<Self> {
        let settings = SettingsLoader::new(Environment::TEST).dir(".").dot_env("");
        let site = app.build_with(settings)?;
        site.start().await?;
        let server = Server::new(Serving(site.clone()));
        let bound = server.listen(Listen::Tcp(([127, 0, 0, 1], 0).into())).bind().await?;
        let address = bound.places().first().map(ToString::to_string);
        let address = address.ok_or_else(|| Error::internal("the server has no address"))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = bound.serve(Stop::when(async {
            // Sent, or dropped with the server's value: either way it is over.
            let _ = stopped.await;
        }));
        Ok(Self { site, address, stop: Some(stop), serving: tokio::spawn(serving) })
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The whole address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The site that is served.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Stops, and waits for the answers under way.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let _ = self.serving.await;
    }
}
