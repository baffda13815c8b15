//! Connections that are lent to one at a time.

use std::sync::Arc;
use std::time::Duration;

use carafe_core::Result;

use super::client::Client;
use super::connect::Connector;
use super::lent::Lent;
use crate::driver::pool;
use crate::settings::DatabaseSettings;

/// After so long a connection is asked whether its server is there before it is lent.
const UNHEARD: Duration = Duration::from_secs(1);

/// Connections that are lent to one at a time.
pub(super) struct Pool {
    pub(super) connector: Connector,
    clients: Arc<pool::Pool<Client>>,
}

impl Pool {
    pub(super) fn new(connector: Connector, settings: &DatabaseSettings) -> Arc<Self> {
        Arc::new(Self { connector, clients: pool::Pool::new(settings) })
    }

    /// Lends a connection; a new one is made where none is idle.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Lent> {
        let permit = self.clients.permit().await?;
        while let Some((mut client, idle)) = self.clients.take() {
            // A server that is gone has told nobody; one that was heard of just now is there.
            let heard = idle < UNHEARD
                || tokio::time::timeout(self.connector.limit, client.answers())
                    .await
                    .unwrap_or(false);
            if heard {
                return Ok(Lent::new(client, self.clone(), permit));
            }
        }
        let client = self.connector.connect().await?;
        Ok(Lent::new(client, self.clone(), permit))
    }

    /// Takes a connection back that is quiet and in no transaction.
    pub(super) fn give_back(&self, client: Client) {
        self.clients.give_back(client);
    }

    /// Closes all that are idle, as one of their kind has lost its server.
    pub(super) fn forget(&self) {
        self.clients.forget();
    }
}
