//! diesel-async: a pool whose connections each send all that their task has for them.

use diesel::prelude::*;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use orm_client::{CONNECTIONS, Change, Client, Entry, MANY, PAGE, Result};

use super::diesel_tables::{
    Author, Fortune, NewEntry, Post, World, author, entry, fortune, grouped, joined, post, world,
};

pub(crate) struct Postgres(Pool<AsyncPgConnection>);

async fn worlds(
    connection: &AsyncPgConnection,
    ids: impl Iterator<Item = i64>,
) -> QueryResult<Vec<World>> {
    try_join_all(ids.map(|id| {
        let mut connection = connection;
        async move { world::table.find(id).first(&mut connection).await }
    }))
    .await
}

impl Client for Postgres {
    async fn open(url: &str) -> Result<Self> {
        let mut config = diesel_async::pooled_connection::ManagerConfig::default();
        // As deadpool does it for tokio-postgres; by default it asks the server each time.
        config.recycling_method = diesel_async::pooled_connection::RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        Ok(Self(Pool::builder(manager).max_size(CONNECTIONS).build()?))
    }

    async fn row(&self, id: i64) -> Result<i32> {
        let mut connection = self.0.get().await?;
        let world: World = world::table.find(id).first(&mut connection).await?;
        Ok(world.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let connection = self.0.get().await?;
        let worlds = worlds(&connection, ids.into_iter()).await?;
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> Result<usize> {
        let mut connection = self.0.get().await?;
        let fortunes: Vec<Fortune> = fortune::table.load(&mut connection).await?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        let mut connection = self.0.get().await?;
        let insert = diesel::insert_into(entry::table).values(NewEntry::from(entry));
        Ok(insert.returning(entry::id).get_result(&mut connection).await?)
    }

    /// In pieces, for PostgreSQL takes 65,535 parameters.
    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let entries: Vec<NewEntry> = entries.into_iter().map(NewEntry::from).collect();
        let mut connection = self.0.get().await?;
        let rows = connection.transaction(async |connection| {
            let mut rows = 0;
            for entries in entries.chunks(5000) {
                let insert = diesel::insert_into(entry::table).values(entries);
                rows += insert.execute(connection).await?;
            }
            QueryResult::Ok(rows)
        });
        Ok(rows.await?)
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        let mut connection = self.0.get().await?;
        worlds(&connection, changes.iter().map(|(id, _)| *id)).await?;
        let written = connection.transaction(async |connection| {
            let connection: &AsyncPgConnection = connection;
            try_join_all(changes.iter().map(|(id, number)| {
                let mut connection = connection;
                let update = diesel::update(world::table.find(*id));
                let update = update.set(world::random_number.eq(*number));
                async move { update.execute(&mut connection).await }
            }))
            .await
        });
        written.await?;
        Ok(())
    }

    async fn join(&self) -> Result<usize> {
        let mut connection = self.0.get().await?;
        let posts = post::table.inner_join(author::table).order(post::id).limit(PAGE);
        Ok(joined(&posts.load::<(Post, Author)>(&mut connection).await?))
    }

    async fn prefetch(&self) -> Result<usize> {
        let mut connection = self.0.get().await?;
        let authors = author::table.order(author::id).limit(PAGE);
        let authors: Vec<Author> = authors.load(&mut connection).await?;
        let posts: Vec<Post> = Post::belonging_to(&authors).load(&mut connection).await?;
        Ok(grouped(&authors, posts))
    }
}
