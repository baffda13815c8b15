//! SQLx on SQLite: a pool that reads, and one connection that writes.

use std::collections::HashMap;

use orm_client::{Change, Client, Entry, MANY, Result};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{
    AUTHORS, Author, FORTUNES, Fortune, INSERT, JOIN, Post, PostWithAuthor, UPDATE, WORLD, World,
};

pub(crate) struct Sqlite {
    pool: SqlitePool,
    writer: SqlitePool,
}

impl Sqlite {
    /// A connection takes one query at a time, and each query of a pool finds one for itself; all
    /// of them on one connection is what costs least.
    async fn worlds(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<World>> {
        let mut connection = self.pool.acquire().await?;
        let mut worlds = Vec::with_capacity(MANY);
        for id in ids {
            worlds.push(sqlx::query_as(WORLD).bind(id).fetch_one(&mut *connection).await?);
        }
        Ok(worlds)
    }
}

impl Client for Sqlite {
    async fn open(url: &str) -> Result<Self> {
        let options: SqliteConnectOptions = url.parse()?;
        let options =
            options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
        let pool = SqlitePoolOptions::new().test_before_acquire(false);
        let writer = pool.clone().max_connections(1).connect_with(options.clone()).await?;
        Ok(Self { pool: pool.max_connections(4).connect_with(options).await?, writer })
    }

    async fn row(&self, id: i64) -> Result<i32> {
        let world: World = sqlx::query_as(WORLD).bind(id).fetch_one(&self.pool).await?;
        Ok(world.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let worlds = self.worlds(ids.into_iter()).await?;
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> Result<usize> {
        let fortunes: Vec<Fortune> = sqlx::query_as(FORTUNES).fetch_all(&self.pool).await?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        let insert = sqlx::query_scalar(INSERT).bind(entry.title).bind(entry.body);
        Ok(insert.bind(entry.views).fetch_one(&self.writer).await?)
    }

    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let mut transaction = self.writer.begin().await?;
        let mut rows = 0;
        for entries in entries.chunks(500) {
            let mut insert =
                sqlx::QueryBuilder::<sqlx::Sqlite>::new("insert into entry (title, body, views) ");
            insert.push_values(entries, |mut row, entry| {
                row.push_bind(entry.title.clone()).push_bind(entry.body.clone());
                row.push_bind(entry.views);
            });
            rows += insert.build().execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(usize::try_from(rows)?)
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        self.worlds(changes.iter().map(|(id, _)| *id)).await?;
        let mut transaction = self.writer.begin().await?;
        for (id, number) in changes {
            sqlx::query(UPDATE).bind(id).bind(number).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn join(&self) -> Result<usize> {
        let posts: Vec<PostWithAuthor> = sqlx::query_as(JOIN).fetch_all(&self.pool).await?;
        Ok(posts.iter().map(|row| row.post.title.len() + row.name.len()).sum())
    }

    async fn prefetch(&self) -> Result<usize> {
        let authors: Vec<Author> = sqlx::query_as(AUTHORS).fetch_all(&self.pool).await?;
        let mut sql = sqlx::QueryBuilder::<sqlx::Sqlite>::new(
            "select id, author_id, title, body, views from post where author_id in (",
        );
        let mut ids = sql.separated(", ");
        for author in &authors {
            ids.push_bind(author.id);
        }
        sql.push(")");
        let posts: Vec<Post> = sql.build_query_as().fetch_all(&self.pool).await?;
        let mut of: HashMap<i64, Vec<Post>> = HashMap::with_capacity(authors.len());
        for post in posts {
            of.entry(post.author_id).or_default().push(post);
        }
        let authors = authors.into_iter().map(|author| {
            let posts = of.remove(&author.id).unwrap_or_default();
            (author, posts)
        });
        let bytes = authors.map(|(author, posts)| {
            author.name.len() + posts.iter().map(|post| post.title.len()).sum::<usize>()
        });
        Ok(bytes.sum())
    }
}
