//! rusqlite, called on the thread that runs the tasks: no task can do anything meanwhile, which is
//! what a driver for async programs has to be compared with, not how one would be written.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use orm_client::{Change, Client, Entry, MANY, Result};
use rusqlite::{Connection, Row, params};

const ROW: &str = "select id, random_number from world where id = ?";
const INSERT: &str = "insert into entry (title, body, views) values (?, ?, ?)";
const UPDATE: &str = "update world set random_number = ?2 where id = ?1";
const JOIN: &str = "select post.id, post.author_id, post.title, post.body, post.views, author.id, \
    author.name from post join author on author.id = post.author_id order by post.id limit 100";

fn main() -> ExitCode {
    orm_client::run::<Sqlite>()
}

/// All tasks run on one thread, so that nobody ever waits for it.
struct Sqlite(Mutex<Connection>);

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

impl Post {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            author_id: row.get(1)?,
            title: row.get(2)?,
            body: row.get(3)?,
            views: row.get(4)?,
        })
    }
}

impl Sqlite {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn world(connection: &Connection, id: i64) -> rusqlite::Result<World> {
    connection
        .prepare_cached(ROW)?
        .query_row([id], |row| Ok(World { id: row.get(0)?, random_number: row.get(1)? }))
}

fn write(connection: &Connection, changes: [Change; MANY]) -> rusqlite::Result<()> {
    connection.prepare_cached("begin immediate")?.execute([])?;
    {
        let mut update = connection.prepare_cached(UPDATE)?;
        for (id, number) in changes {
            update.execute(params![id, number])?;
        }
    }
    connection.prepare_cached("commit")?.execute([]).map(drop)
}

impl Client for Sqlite {
    async fn open(url: &str) -> Result<Self> {
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let connection = Connection::open(path)?;
        connection.execute_batch("pragma journal_mode = wal; pragma synchronous = normal")?;
        Ok(Self(Mutex::new(connection)))
    }

    async fn row(&self, id: i64) -> Result<i32> {
        Ok(world(&self.connection(), id)?.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let connection = self.connection();
        let worlds: Vec<World> =
            ids.into_iter().map(|id| world(&connection, id)).collect::<rusqlite::Result<_>>()?;
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> Result<usize> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("select id, message from fortune")?;
        let fortunes = statement
            .query_map([], |row| Ok(Fortune { id: row.get(0)?, message: row.get(1)? }))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        let connection = self.connection();
        let mut insert = connection.prepare_cached(INSERT)?;
        Ok(insert.insert(params![entry.title, entry.body, entry.views])?)
    }

    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let mut rows = 0;
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            for entry in &entries {
                rows += insert.execute(params![entry.title, entry.body, entry.views])?;
            }
        }
        transaction.commit()?;
        Ok(rows)
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        let connection = self.connection();
        for (id, _) in changes {
            world(&connection, id)?;
        }
        Ok(write(&connection, changes)?)
    }

    async fn join(&self) -> Result<usize> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(JOIN)?;
        let read =
            |row: &Row| Ok((Post::read(row)?, Author { id: row.get(5)?, name: row.get(6)? }));
        let posts = statement.query_map([], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(posts.iter().map(|(post, author)| post.title.len() + author.name.len()).sum())
    }

    async fn prefetch(&self) -> Result<usize> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("select id, name from author order by id limit 100")?;
        let authors = statement
            .query_map([], |row| Ok(Author { id: row.get(0)?, name: row.get(1)? }))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let marks = vec!["?"; authors.len()].join(", ");
        let sql = format!(
            "select id, author_id, title, body, views from post where author_id in ({marks})"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let ids = rusqlite::params_from_iter(authors.iter().map(|author| author.id));
        let mut of: HashMap<i64, Vec<Post>> = HashMap::with_capacity(authors.len());
        for post in statement.query_map(ids, Post::read)? {
            let post = post?;
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
