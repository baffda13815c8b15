//! One connection for all: what they send stands in one queue.

use std::collections::HashMap;

use orm_client::{Change, Client, Entry, MANY, Result};
use tokio_postgres::{NoTls, Statement};

use super::rows;

pub(crate) struct Shared {
    client: tokio_postgres::Client,
    statements: HashMap<&'static str, Statement>,
}

impl Shared {
    fn statement(&self, sql: &str) -> Result<&Statement> {
        self.statements.get(sql).ok_or_else(|| format!("not prepared: {sql}").into())
    }
}

impl Client for Shared {
    async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let mut statements = HashMap::new();
        for sql in super::ALL {
            statements.insert(sql, client.prepare(sql).await?);
        }
        Ok(Self { client, statements })
    }

    async fn row(&self, id: i64) -> Result<i32> {
        rows::row(&self.client, self.statement(super::ROW)?, id).await
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        rows::queries(&self.client, self.statement(super::ROW)?, ids).await
    }

    async fn fortunes(&self) -> Result<usize> {
        rows::fortunes(&self.client, self.statement(super::FORTUNES)?).await
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        rows::insert(&self.client, self.statement(super::INSERT)?, entry).await
    }

    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        rows::bulk(&self.client, self.statement(super::BULK)?, entries).await
    }

    /// Each write is a transaction of its own: one of all of them would hold up all other tasks.
    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        rows::read(&self.client, self.statement(super::ROW)?, &changes).await?;
        rows::write(&self.client, self.statement(super::UPDATE)?, changes).await
    }

    async fn bulk_updates(&self, changes: [Change; MANY]) -> Result<()> {
        rows::read(&self.client, self.statement(super::ROW)?, &changes).await?;
        rows::write_at_once(&self.client, self.statement(super::BULK_UPDATE)?, changes).await
    }

    async fn join(&self) -> Result<usize> {
        rows::join(&self.client, self.statement(super::JOIN)?).await
    }

    async fn prefetch(&self) -> Result<usize> {
        let (authors, posts) = (self.statement(super::AUTHORS)?, self.statement(super::POSTS)?);
        rows::prefetch(&self.client, authors, posts).await
    }
}
