//! Connections that are lent to one at a time.

use std::sync::Arc;

use carafe_core::Result;

use super::client::Client;
use super::connect::Connector;
use super::lent::Lent;
use super::shared::Shared;
use crate::driver::pool;
use crate::settings::DatabaseSettings;

/// Connections that are lent to one at a time.
pub(super) struct Pool {
    pub(super) connector: Arc<Connector>,
    /// For questions beside those that are asked on what is lent.
    pub(super) shared: Option<Arc<Shared>>,
    clients: Arc<pool::Pool<Client>>,
}

impl Pool {
    pub(super) fn new(
        connector: Arc<Connector>,
        shared: Option<Arc<Shared>>,
        settings: &DatabaseSettings,
    ) -> Arc<Self> {
        Arc::new(Self { connector, shared, clients: pool::Pool::new(settings) })
    }

    /// Lends a connection; a new one is made where none is idle.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Lent> {
        let permit = self.clients.permit().await?;
        // One whose server is gone has noticed.
        let client = match self.clients.take() {
            Some((client, _)) => client,
            None => self.connector.connect().await?,
        };
        Ok(Lent::new(client, self.clone(), permit))
    }

    /// Takes a connection back that is quiet and in no transaction.
    pub(super) fn give_back(&self, client: Client) {
        self.clients.give_back(client);
    }
}
