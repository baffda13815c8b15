//! A pool: a connection belongs to one task until it is given back.

use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod};
use orm_client::{CONNECTIONS, Change, Client, Entry, MANY, Result};
use tokio_postgres::NoTls;

use super::rows;

pub(crate) struct Pool(deadpool_postgres::Pool);

impl Client for Pool {
    async fn open(url: &str) -> Result<Self> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(url.parse()?, NoTls, config);
        Ok(Self(deadpool_postgres::Pool::builder(manager).max_size(CONNECTIONS).build()?))
    }

    async fn row(&self, id: i64) -> Result<i32> {
        let client = self.0.get().await?;
        rows::row(&client, &client.prepare_cached(super::ROW).await?, id).await
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let client = self.0.get().await?;
        rows::queries(&client, &client.prepare_cached(super::ROW).await?, ids).await
    }

    async fn fortunes(&self) -> Result<usize> {
        let client = self.0.get().await?;
        rows::fortunes(&client, &client.prepare_cached(super::FORTUNES).await?).await
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        let client = self.0.get().await?;
        rows::insert(&client, &client.prepare_cached(super::INSERT).await?, entry).await
    }

    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let client = self.0.get().await?;
        rows::bulk(&client, &client.prepare_cached(super::BULK).await?, entries).await
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        let mut client = self.0.get().await?;
        let row = client.prepare_cached(super::ROW).await?;
        let update = client.prepare_cached(super::UPDATE).await?;
        rows::read(&client, &row, &changes).await?;
        let transaction = client.transaction().await?;
        rows::write(transaction.client(), &update, changes).await?;
        Ok(transaction.commit().await?)
    }

    async fn bulk_updates(&self, changes: [Change; MANY]) -> Result<()> {
        let client = self.0.get().await?;
        rows::read(&client, &client.prepare_cached(super::ROW).await?, &changes).await?;
        let update = client.prepare_cached(super::BULK_UPDATE).await?;
        rows::write_at_once(&client, &update, changes).await
    }

    async fn join(&self) -> Result<usize> {
        let client = self.0.get().await?;
        rows::join(&client, &client.prepare_cached(super::JOIN).await?).await
    }

    async fn prefetch(&self) -> Result<usize> {
        let client = self.0.get().await?;
        let authors = client.prepare_cached(super::AUTHORS).await?;
        let posts = client.prepare_cached(super::POSTS).await?;
        rows::prefetch(&client, &authors, &posts).await
    }
}
