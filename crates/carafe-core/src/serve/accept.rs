//! The accept loop: takes connections while there are seats, and all that wait when it stops.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answers::Answers;
use super::connection::{self, Shared};
use super::listen::Listener;
use super::stop::Level;
use super::transport::Transport;

/// Accepts on `listener` until the server stops.
pub(super) async fn accept<S: Answers>(
    listener: Listener,
    app: S,
    seats: Arc<Semaphore>,
    shared: Arc<Shared>,
) {
    let shutdown = Arc::clone(&shared.shutdown);
    let mut house = House { app, shared };
    tokio::select! {
        () = house.fill(&listener, &seats) => {}
        () = shutdown.reached(Level::Draining) => {}
    }
    if listener.outlives_us || shutdown.level() == Level::Cut {
        return;
    }
    match listener.into_waiting() {
        Ok(waiting) => waiting.into_iter().for_each(|transport| house.serve(transport, None)),
        Err(error) => tracing::error!(%error, "can't accept the connections that wait"),
    }
}

struct House<S> {
    app: S,
    shared: Arc<Shared>,
}

// By `&mut` throughout, since an app need not be `Sync`.
impl<S: Answers> House<S> {
    async fn fill(&mut self, listener: &Listener, seats: &Arc<Semaphore>) {
        // The seat first: without one the client waits in the backlog, not in here.
        while let Ok(seat) = Arc::clone(seats).acquire_owned().await {
            match listener.accept().await {
                Ok(transport) => self.serve(transport, Some(seat)),
                Err(error) if is_the_clients(&error) => {}
                Err(error) => {
                    // Out of descriptors or memory: it gets better when connections end.
                    tracing::error!(%error, "can't accept connections at the moment");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    fn serve(&mut self, transport: Transport, seat: Option<OwnedSemaphorePermit>) {
        let live = self.shared.shutdown.enter();
        let shared = Arc::clone(&self.shared);
        let connection = connection::serve(transport, seat, self.app.clone(), shared);
        tokio::spawn(async move {
            connection.await;
            drop(live);
        });
    }
}

/// The client left between its connection and our accepting it.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

const PAUSE: Duration = Duration::from_millis(100);
