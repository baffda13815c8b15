//! Carafe, on PostgreSQL and on SQLite.

use std::process::ExitCode;

use carafe::prelude::*;
use futures_util::future::try_join_all;
use orm_client::{Change, Client, MANY};

fn main() -> ExitCode {
    orm_client::run::<Carafe>()
}

#[derive(Model)]
struct World {
    id: i64,
    random_number: i32,
}

#[derive(Model)]
struct Fortune {
    id: i64,
    message: String,
}

#[derive(Model)]
struct Entry {
    id: i64,
    title: String,
    body: String,
    views: i32,
}

#[derive(Model)]
struct Author {
    id: i64,
    name: String,
    #[model(by = Post::AUTHOR)]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    id: i64,
    author: ForeignKey<Author>,
    title: String,
    body: String,
    views: i32,
}

struct Carafe {
    db: Db,
}

impl Carafe {
    /// Many rows by many queries, of one handler.
    async fn worlds(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<World>> {
        try_join_all(ids.map(|id| World::all().filter(World::ID.eq(id)).get(&self.db))).await
    }

    async fn changed(&self, changes: [Change; MANY]) -> Result<Vec<World>> {
        let mut worlds = self.worlds(changes.iter().map(|(id, _)| *id)).await?;
        for (world, (_, number)) in worlds.iter_mut().zip(changes) {
            world.random_number = number;
        }
        Ok(worlds)
    }
}

impl From<orm_client::Entry> for Entry {
    fn from(entry: orm_client::Entry) -> Self {
        let orm_client::Entry { title, body, views } = entry;
        Self { title, body, views, ..Self::blank() }
    }
}

impl Client for Carafe {
    async fn open(url: &str) -> orm_client::Result<Self> {
        Ok(Self { db: Db::open(url).await? })
    }

    async fn row(&self, id: i64) -> orm_client::Result<i32> {
        Ok(World::all().filter(World::ID.eq(id)).get(&self.db).await?.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> orm_client::Result<i64> {
        let worlds = self.worlds(ids.into_iter()).await?;
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> orm_client::Result<usize> {
        let fortunes = Fortune::all().fetch(&self.db).await?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: orm_client::Entry) -> orm_client::Result<i64> {
        Ok(Entry::from(entry).create(&self.db).await?.id)
    }

    async fn bulk(&self, entries: Vec<orm_client::Entry>) -> orm_client::Result<usize> {
        let entries = entries.into_iter().map(Entry::from);
        Ok(Entry::bulk_create(entries).run(&self.db).await?.len())
    }

    async fn updates(&self, changes: [Change; MANY]) -> orm_client::Result<()> {
        let mut worlds = self.changed(changes).await?;
        let saved = self.db.atomic(async |tx| {
            let tx = &*tx;
            try_join_all(worlds.iter_mut().map(|world| world.save(tx))).await
        });
        saved.await?;
        Ok(())
    }

    async fn bulk_updates(&self, changes: [Change; MANY]) -> orm_client::Result<()> {
        let mut worlds = self.changed(changes).await?;
        World::bulk_update(&mut worlds, &["random_number"]).run(&self.db).await?;
        Ok(())
    }

    async fn join(&self) -> orm_client::Result<usize> {
        let posts = Post::all().select_related(Post::AUTHOR).order_by(Post::ID).limit(100);
        let mut bytes = 0;
        for post in posts.fetch(&self.db).await? {
            bytes += post.title.len() + post.author.get()?.name.len();
        }
        Ok(bytes)
    }

    async fn prefetch(&self) -> orm_client::Result<usize> {
        let authors = Author::all().order_by(Author::ID).limit(100).prefetch_related(Author::POSTS);
        let mut bytes = 0;
        for author in authors.fetch(&self.db).await? {
            let posts = author.posts.get()?.iter().map(|post| post.title.len());
            bytes += author.name.len() + posts.sum::<usize>();
        }
        Ok(bytes)
    }
}
