//! SeaORM, on PostgreSQL and on SQLite (where one connection writes).

use std::process::ExitCode;
use std::time::Duration;

use orm_client::{CONNECTIONS, Change, Client, Entry, MANY, PAGE, Result};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    EntityTrait, LoaderTrait, QueryOrder, QuerySelect, TransactionTrait,
};

fn main() -> ExitCode {
    orm_client::run::<SeaOrm>()
}

mod world {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "world")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub random_number: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod fortune {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "fortune")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub message: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "entry")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub body: String,
        pub views: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod author {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::post::Entity")]
        Post,
    }

    impl Related<super::post::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Post.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod post {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "post")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub author_id: i64,
        pub title: String,
        pub body: String,
        pub views: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::AuthorId",
            to = "super::author::Column::Id"
        )]
        Author,
    }

    impl Related<super::author::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Author.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

struct SeaOrm {
    db: DatabaseConnection,
    /// The same where the database has many writers.
    writer: DatabaseConnection,
}

impl From<&Entry> for entry::ActiveModel {
    fn from(entry: &Entry) -> Self {
        Self {
            id: ActiveValue::NotSet,
            title: ActiveValue::Set(entry.title.clone()),
            body: ActiveValue::Set(entry.body.clone()),
            views: ActiveValue::Set(entry.views),
        }
    }
}

impl SeaOrm {
    async fn world(&self, id: i64) -> Result<world::Model> {
        let world = world::Entity::find_by_id(id).one(&self.db).await?;
        Ok(world.ok_or("there is no such world")?)
    }
}

impl Client for SeaOrm {
    async fn open(url: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        // As for SQLx, on which it stands.
        options.test_before_acquire(false).sqlx_logging(false);
        options.acquire_timeout(Duration::from_secs(30));
        if !url.starts_with("sqlite:") {
            let db =
                Database::connect(options.max_connections(u32::try_from(CONNECTIONS)?).clone());
            let db = db.await?;
            return Ok(Self { writer: db.clone(), db });
        }
        let writer = Database::connect(options.max_connections(1).clone()).await?;
        writer.execute_unprepared("pragma journal_mode = wal; pragma synchronous = normal").await?;
        Ok(Self { writer, db: Database::connect(options.max_connections(4).clone()).await? })
    }

    async fn row(&self, id: i64) -> Result<i32> {
        Ok(self.world(id).await?.random_number)
    }

    async fn queries(&self, ids: [i64; MANY]) -> Result<i64> {
        let mut worlds = Vec::with_capacity(MANY);
        for id in ids {
            worlds.push(self.world(id).await?);
        }
        Ok(worlds.iter().map(|world| i64::from(world.random_number)).sum())
    }

    async fn fortunes(&self) -> Result<usize> {
        let fortunes = fortune::Entity::find().all(&self.db).await?;
        Ok(fortunes.iter().map(|fortune| fortune.message.len()).sum())
    }

    async fn insert(&self, entry: Entry) -> Result<i64> {
        Ok(entry::ActiveModel::from(&entry).insert(&self.writer).await?.id)
    }

    /// In pieces, for PostgreSQL takes 65,535 parameters and SQLite 32,766.
    async fn bulk(&self, entries: Vec<Entry>) -> Result<usize> {
        let transaction = self.writer.begin().await?;
        for entries in entries.chunks(5000) {
            let rows = entries.iter().map(entry::ActiveModel::from);
            entry::Entity::insert_many(rows).exec(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(entries.len())
    }

    async fn updates(&self, changes: [Change; MANY]) -> Result<()> {
        let mut worlds = Vec::with_capacity(MANY);
        for (id, _) in changes {
            worlds.push(self.world(id).await?);
        }
        let transaction = self.writer.begin().await?;
        for (world, (_, number)) in worlds.into_iter().zip(changes) {
            let mut world = world::ActiveModel::from(world);
            world.random_number = ActiveValue::Set(number);
            world.update(&transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn join(&self) -> Result<usize> {
        let posts = post::Entity::find().find_also_related(author::Entity);
        let posts = posts.order_by_asc(post::Column::Id).limit(PAGE.cast_unsigned());
        let posts = posts.all(&self.db).await?;
        let bytes = posts.iter().map(|(post, author)| {
            post.title.len() + author.as_ref().map_or(0, |author| author.name.len())
        });
        Ok(bytes.sum())
    }

    async fn prefetch(&self) -> Result<usize> {
        let authors = author::Entity::find().order_by_asc(author::Column::Id);
        let authors = authors.limit(PAGE.cast_unsigned()).all(&self.db).await?;
        let posts = authors.load_many(post::Entity, &self.db).await?;
        let bytes = authors.iter().zip(&posts).map(|(author, posts)| {
            author.name.len() + posts.iter().map(|post| post.title.len()).sum::<usize>()
        });
        Ok(bytes.sum())
    }
}
