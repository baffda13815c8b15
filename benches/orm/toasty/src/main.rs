//! Toasty, on PostgreSQL and on SQLite.

use std::process::ExitCode;

use orm_client::{CONNECTIONS, Change, Client, MANY, Result};
use toasty::Deferred;

fn main() -> ExitCode {
    orm_client::run::<Toasty>()
}

#[derive(Debug, toasty::Model)]
#[table = "world"]
struct World {
    #[key]
    #[auto]
    id: i64,
    random_number: i32,
}

#[derive(Debug, toasty::Model)]
#[table = "fortune"]
struct Fortune {
    #[key]
    #[auto]
    id: i64,
    message: String,
}

#[derive(Debug, toasty::Model)]
#[table = "entry"]
struct Entry {
    #[key]
    #[auto]
    id: i64,
    title: String,
    body: String,
    views: i32,
}

#[derive(Debug, toasty::Model)]
#[table = "author"]
struct Author {
    #[key]
    #[auto]
    id: i64,
    name: String,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "post"]
struct Post {
    #[key]
    #[auto]
    id: i64,
    #[index]
    author_id: i64,
    #[belongs_to(key = author_id, references = id)]
    author: Deferred<Author>,
    title: String,
    body: String,
    views: i32,
}

/// It is cloned for each operation, since what asks it borrows it alone.
struct Toasty(toasty::Db);

impl Toasty {
    /// All in one: its batch, in one round trip where the database can.
    async fn worlds(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<World>> {
        let worlds = toasty::batch(ids.map(World::filter_by_id).collect::<Vec<_>>());
        Ok(worlds.exec(&mut self.0.clone()).await?.into_iter().flatten().collect())
    }
}

impl Client for Toasty {
    async fn open(url: &str) -> Result<Self> {
        let mut builder = toasty::Db::builder();
        builder.models(toasty::models!(World, Fortune, Entry, Author, Post));
        if !url.starts_with("sqlite:") {
            builder.max_pool_size(CONNECTIONS);
            let url = url.replacen("postgres:", "postgresql:", 1);
            return Ok(Self(builder.connect(&url).await?));
        }
        Ok(Self(builder.connect(url).await?))
    }

    async fn row(&self, id: i64) -> Result<i32> {
        Ok(World::get_by_id(&mut self.0.clone(), id).await?.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let worlds = self.worlds(ids.into_iter()).await?;
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> Result<usize> {
        let fortunes = Fortune::all().exec(&mut self.0.clone()).await?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: orm_client::Entry) -> Result<i64> {
        let orm_client::Entry { title, body, views } = entry;
        Ok(toasty::create!(Entry { title, body, views }).exec(&mut self.0.clone()).await?.id)
    }

    /// In pieces, for PostgreSQL takes 65,535 parameters and SQLite 32,766.
    async fn bulk(&self, entries: Vec<orm_client::Entry>) -> Result<usize> {
        let mut db = self.0.clone();
        let mut transaction = db.transaction().await?;
        let mut rows = 0;
        for entries in entries.chunks(5000) {
            let mut many = Entry::create_many();
            for entry in entries {
                let (title, body, views) = (&*entry.title, &*entry.body, entry.views);
                many = many.item(toasty::create!(Entry { title, body, views }));
            }
            rows += many.exec(&mut transaction).await?.len();
        }
        transaction.commit().await?;
        Ok(rows)
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        let mut worlds = self.worlds(changes.iter().map(|(id, _)| *id)).await?;
        let mut db = self.0.clone();
        let mut transaction = db.transaction().await?;
        for (world, (_, number)) in worlds.iter_mut().zip(changes) {
            world.update().random_number(number).exec(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn join(&self) -> Result<usize> {
        let posts = Post::all().include(Post::fields().author());
        let posts = posts.order_by(Post::fields().id().asc()).limit(100);
        let posts = posts.exec(&mut self.0.clone()).await?;
        Ok(posts.iter().map(|post| post.title.len() + post.author.get().name.len()).sum())
    }

    async fn prefetch(&self) -> Result<usize> {
        let authors = Author::all().include(Author::fields().posts());
        let authors = authors.order_by(Author::fields().id().asc()).limit(100);
        let authors = authors.exec(&mut self.0.clone()).await?;
        let bytes = authors.iter().map(|author| {
            author.name.len()
                + author.posts.get().iter().map(|post| post.title.len()).sum::<usize>()
        });
        Ok(bytes.sum())
    }
}
