//! Rows as values, and what is done with a connection and its prepared statements.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use orm_client::{Change, Entry, MANY, Result};
use tokio_postgres::{Client, Row, Statement};

#[expect(dead_code, reason = "a handler would use all columns")]
struct World {
    id: i64,
    random_number: i32,
}

#[expect(dead_code, reason = "a handler would use all columns")]
struct Fortune {
    id: i64,
    message: String,
}

struct Author {
    id: i64,
    name: String,
}

#[expect(dead_code, reason = "a handler would use all columns")]
struct Post {
    id: i64,
    author_id: i64,
    title: String,
    body: String,
    views: i32,
}

impl World {
    fn read(row: &Row) -> Self {
        Self { id: row.get(0), random_number: row.get(1) }
    }
}

impl Post {
    fn read(row: &Row) -> Self {
        Self {
            id: row.get(0),
            author_id: row.get(1),
            title: row.get(2),
            body: row.get(3),
            views: row.get(4),
        }
    }
}

pub(crate) async fn row(client: &Client, row: &Statement, id: i64) -> Result<i32> {
    Ok(World::read(&client.query_one(row, &[&id]).await?).random_number)
}

/// All are sent before the first answer is there.
pub(crate) async fn queries(client: &Client, row: &Statement, ids: [i64; MANY]) -> Result<i64> {
    let worlds = try_join_all(ids.iter().map(async |id| {
        Ok::<World, tokio_postgres::Error>(World::read(&client.query_one(row, &[id]).await?))
    }));
    Ok(worlds.await?.iter().map(|world| i64::from(world.random_number)).sum())
}

pub(crate) async fn fortunes(client: &Client, fortunes: &Statement) -> Result<usize> {
    let rows = client.query(fortunes, &[]).await?;
    let fortunes: Vec<Fortune> =
        rows.iter().map(|row| Fortune { id: row.get(0), message: row.get(1) }).collect();
    Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
}

pub(crate) async fn insert(client: &Client, insert: &Statement, entry: Entry) -> Result<i64> {
    Ok(client.query_one(insert, &[&entry.title, &entry.body, &entry.views]).await?.get(0))
}

pub(crate) async fn bulk(client: &Client, bulk: &Statement, entries: Vec<Entry>) -> Result<usize> {
    let titles: Vec<&str> = entries.iter().map(|entry| &*entry.title).collect();
    let bodies: Vec<&str> = entries.iter().map(|entry| &*entry.body).collect();
    let views: Vec<i32> = entries.iter().map(|entry| entry.views).collect();
    Ok(usize::try_from(client.execute(bulk, &[&titles, &bodies, &views]).await?)?)
}

pub(crate) async fn read(client: &Client, row: &Statement, changes: &[Change; MANY]) -> Result<()> {
    queries(client, row, changes.map(|(id, _)| id)).await.map(drop)
}

pub(crate) async fn write(
    client: &Client,
    update: &Statement,
    changes: [Change; MANY],
) -> Result<()> {
    let written =
        changes.iter().map(async |(id, number)| client.execute(update, &[id, number]).await);
    try_join_all(written).await?;
    Ok(())
}

pub(crate) async fn write_at_once(
    client: &Client,
    update: &Statement,
    changes: [Change; MANY],
) -> Result<()> {
    let (ids, numbers): (Vec<i64>, Vec<i32>) = changes.into_iter().unzip();
    client.execute(update, &[&ids, &numbers]).await?;
    Ok(())
}

pub(crate) async fn join(client: &Client, join: &Statement) -> Result<usize> {
    let rows = client.query(join, &[]).await?;
    let posts: Vec<(Post, Author)> = rows
        .iter()
        .map(|row| (Post::read(row), Author { id: row.get(5), name: row.get(6) }))
        .collect();
    Ok(posts.iter().map(|(post, author)| post.title.len() + author.name.len()).sum())
}

pub(crate) async fn prefetch(
    client: &Client,
    authors: &Statement,
    posts: &Statement,
) -> Result<usize> {
    let rows = client.query(authors, &[]).await?;
    let authors: Vec<Author> =
        rows.iter().map(|row| Author { id: row.get(0), name: row.get(1) }).collect();
    let ids: Vec<i64> = authors.iter().map(|author| author.id).collect();
    let mut of: HashMap<i64, Vec<Post>> = HashMap::with_capacity(ids.len());
    for row in client.query(posts, &[&ids]).await? {
        let post = Post::read(&row);
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
