//! Diesel on SQLite, called on the thread that runs the tasks, as rusqlite is.

use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use orm_client::{Change, Client, Entry, MANY, PAGE, Result};

use super::diesel_tables::{
    Author, Fortune, NewEntry, Post, World, author, entry, fortune, grouped, joined, post, world,
};

pub(crate) struct Sqlite(Mutex<SqliteConnection>);

impl Sqlite {
    fn connection(&self) -> MutexGuard<'_, SqliteConnection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client for Sqlite {
    async fn open(url: &str) -> Result<Self> {
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let mut connection = SqliteConnection::establish(path)?;
        connection.batch_execute("pragma journal_mode = wal; pragma synchronous = normal")?;
        Ok(Self(Mutex::new(connection)))
    }

    async fn row(&self, id: i64) -> Result<i32> {
        let world: World = world::table.find(id).first(&mut *self.connection())?;
        Ok(world.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let mut connection = self.connection();
        let mut worlds: Vec<World> = Vec::with_capacity(MANY);
        for id in ids {
            worlds.push(world::table.find(id).first(&mut *connection)?);
        }
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> Result<usize> {
        let fortunes: Vec<Fortune> = fortune::table.load(&mut *self.connection())?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        let insert = diesel::insert_into(entry::table).values(NewEntry::from(entry));
        Ok(insert.returning(entry::id).get_result(&mut *self.connection())?)
    }

    /// In pieces, for SQLite takes 32,766 parameters.
    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let entries: Vec<NewEntry> = entries.into_iter().map(NewEntry::from).collect();
        let rows = self.connection().immediate_transaction(|connection| {
            let mut rows = 0;
            for entries in entries.chunks(5000) {
                rows += diesel::insert_into(entry::table).values(entries).execute(connection)?;
            }
            QueryResult::Ok(rows)
        });
        Ok(rows?)
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        let mut connection = self.connection();
        for (id, _) in changes {
            world::table.find(id).first::<World>(&mut *connection)?;
        }
        let written = connection.immediate_transaction(|connection| {
            for (id, number) in changes {
                let update = diesel::update(world::table.find(id));
                update.set(world::random_number.eq(number)).execute(connection)?;
            }
            QueryResult::Ok(())
        });
        Ok(written?)
    }

    async fn join(&self) -> Result<usize> {
        let posts = post::table.inner_join(author::table).order(post::id).limit(PAGE);
        Ok(joined(&posts.load::<(Post, Author)>(&mut *self.connection())?))
    }

    async fn prefetch(&self) -> Result<usize> {
        let mut connection = self.connection();
        let authors = author::table.order(author::id).limit(PAGE);
        let authors: Vec<Author> = authors.load(&mut *connection)?;
        let posts: Vec<Post> = Post::belonging_to(&authors).load(&mut *connection)?;
        Ok(grouped(&authors, posts))
    }
}
