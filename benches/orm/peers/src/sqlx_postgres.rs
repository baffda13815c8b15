//! SQLx on PostgreSQL.

use std::collections::HashMap;

use orm_client::{CONNECTIONS, Change, Client, Entry, MANY, Result};
use sqlx::postgres::{PgPool, PgPoolOptions};

use super::{
    AUTHORS, Author, FORTUNES, Fortune, INSERT, JOIN, Post, PostWithAuthor, UPDATE, WORLD, World,
};

pub(crate) struct Postgres {
    pool: PgPool,
}

impl Postgres {
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

impl Client for Postgres {
    async fn open(url: &str) -> Result<Self> {
        let options = PgPoolOptions::new().max_connections(u32::try_from(CONNECTIONS)?);
        // As it is by default it asks each connection whether it lives before it is lent, which
        // doubles the round trips; deadpool and diesel-async do not.
        Ok(Self { pool: options.test_before_acquire(false).connect(url).await? })
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
        Ok(insert.bind(entry.views).fetch_one(&self.pool).await?)
    }

    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let mut columns: (Vec<String>, Vec<String>, Vec<i32>) = Default::default();
        for Entry { title, body, views } in entries {
            columns.0.push(title);
            columns.1.push(body);
            columns.2.push(views);
        }
        let insert = "insert into entry (title, body, views) \
                      select * from unnest($1::text[], $2::text[], $3::integer[])";
        let insert = sqlx::query(insert).bind(columns.0).bind(columns.1).bind(columns.2);
        Ok(usize::try_from(insert.execute(&self.pool).await?.rows_affected())?)
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        self.worlds(changes.iter().map(|(id, _)| *id)).await?;
        let mut transaction = self.pool.begin().await?;
        for (id, number) in changes {
            sqlx::query(UPDATE).bind(id).bind(number).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn bulk_updates(&self, changes: [Change; MANY]) -> Result<()> {
        self.worlds(changes.iter().map(|(id, _)| *id)).await?;
        let (ids, numbers): (Vec<i64>, Vec<i32>) = changes.into_iter().unzip();
        let update = "update world set random_number = change.number \
                      from unnest($1::bigint[], $2::integer[]) as change (id, number) \
                      where world.id = change.id";
        sqlx::query(update).bind(ids).bind(numbers).execute(&self.pool).await?;
        Ok(())
    }

    async fn join(&self) -> Result<usize> {
        let posts: Vec<PostWithAuthor> = sqlx::query_as(JOIN).fetch_all(&self.pool).await?;
        Ok(posts.iter().map(|row| row.post.title.len() + row.name.len()).sum())
    }

    async fn prefetch(&self) -> Result<usize> {
        let authors: Vec<Author> = sqlx::query_as(AUTHORS).fetch_all(&self.pool).await?;
        let ids: Vec<i64> = authors.iter().map(|author| author.id).collect();
        let sql = "select id, author_id, title, body, views from post where author_id = any ($1)";
        let posts: Vec<Post> = sqlx::query_as(sql).bind(ids).fetch_all(&self.pool).await?;
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
