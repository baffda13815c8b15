//! How the database joins an app: the only room that knows of apps and requests.

use std::any::TypeId;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use carafe_core::extract::{Need, NotProvided, Plain, Provided};
use carafe_core::plugin::{Plugin, Setup};
use carafe_core::{App, Result, Scope};

use crate::db::Db;
use crate::executor::events::Events;
use crate::learn::learn_models;
use crate::migrate::Steps;
use crate::models::Models;
use crate::settings::DatabaseSettings;
use crate::{inspect, migrate, per_request, prompt};

/// Gives an app its database: handlers take it as an argument, `db: Db`.
///
/// ```
/// use carafe_core::App;
/// use carafe_db::Database;
///
/// let app = App::new("blog").plugin(
///     Database::at("sqlite::memory:").schema("create table post (id integer primary key, title text)"),
/// );
/// ```
///
/// Nothing is opened before the first statement. It brings the command `sql`, a prompt on the database.
#[derive(Debug, PartialEq)]
pub struct Database {
    source: Source,
    schema: Option<&'static str>,
    tables: bool,
    atomic_requests: bool,
}

#[derive(Debug, PartialEq)]
enum Source {
    Section,
    Settings(DatabaseSettings),
    Open(Db),
}

impl Database {
    /// The database that the section `[database]` of the settings names; a file `app.sqlite3` where
    /// it names none.
    pub fn from_settings() -> Self {
        Self::new(Source::Section)
    }

    fn new(source: Source) -> Self {
        Self { source, schema: None, tables: false, atomic_requests: false }
    }

    /// The database at a URL: `sqlite:app.sqlite3`.
    pub fn at(url: impl Into<String>) -> Self {
        Self::with(DatabaseSettings::new(url))
    }

    /// The database that settings name.
    pub fn with(settings: DatabaseSettings) -> Self {
        Self::new(Source::Settings(settings))
    }

    /// A database that is open already. A test gives one that is bound to a transaction, and so
    /// leaves nothing behind:
    ///
    /// ```
    /// # use carafe_core::App;
    /// # use carafe_db::{Database, Db};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = Db::open("sqlite::memory:").await?;
    /// let open = db.begin().await?;
    /// let app = App::new("blog").plugin(Database::of(open.db().clone()));
    /// // … requests to the app …
    /// open.rollback().await?;
    /// # let _ = app;
    /// # Ok(()) }
    /// ```
    pub fn of(db: Db) -> Self {
        Self::new(Source::Open(db))
    }

    /// Runs a script of several statements before the first use, if the database has no table yet
    /// ([`Db::create_schema`]): `.schema(include_str!("schema.sql"))`.
    pub fn schema(mut self, script: &'static str) -> Self {
        self.schema = Some(script);
        self
    }

    /// Makes the tables of the site's models that are missing, before the first use
    /// ([`Db::create_tables`]).
    ///
    /// ```
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post { id: i64, title: String }
    ///
    /// let app = App::new("blog")
    ///     .plugin(Database::from_settings().create_tables())
    ///     .models(models![Post]);
    /// ```
    pub fn create_tables(mut self) -> Self {
        self.tables = true;
        self
    }

    /// Makes each request one transaction (Django's `ATOMIC_REQUESTS`): it begins when a handler or a
    /// hook asks for a `Db`, is committed when the answer is there, and undone where that is an
    /// error (`Err`, a panic, a status from 500 on), or where the client leaves before it.
    ///
    /// ```
    /// # use carafe_core::App;
    /// # use carafe_db::Database;
    /// let app = App::new("shop").plugin(Database::from_settings().atomic_requests());
    /// ```
    ///
    /// `db.atomic(…)` is a part of it then, which can be undone alone; what is to happen once it lasts goes
    /// into `db.on_commit(…)`. A handler that takes [`NonAtomic`](crate::NonAtomic) is left out. The body
    /// of an answer that is sent bit by bit, and a WebSocket, come after the commit.
    pub fn atomic_requests(mut self) -> Self {
        self.atomic_requests = true;
        self
    }
}

impl Plugin for Database {
    const NAME: &'static str = "database";

    fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
        let db = match self.source {
            Source::Section => open(&*setup.settings::<DatabaseSettings>()?, setup)?,
            Source::Settings(settings) => open(&settings, setup)?,
            Source::Open(db) => db,
        };
        let mut databases = [db];
        learn_models(&mut databases, setup);
        let [db] = databases;
        setup.commands(prompt::command());
        migrate::join(setup);
        setup.commands(inspect::command());
        let db = if self.atomic_requests { db.per_request() } else { db };
        if self.atomic_requests {
            setup.layer(axum::middleware::from_fn(per_request::atomic));
        }
        let db = match self.schema {
            Some(script) => db.with_schema(script),
            None => db,
        };
        setup.service(if self.tables { db.with_tables() } else { db });
        Ok(())
    }
}

/// What an app says of its models.
pub trait AppModels: Sized {
    /// Lists models of the app, for its database: `models![Post, Tag]`.
    ///
    /// ```
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post { id: i64, title: String }
    ///
    /// let app = App::new("blog").plugin(Database::from_settings()).models(models![Post]);
    /// ```
    #[must_use]
    fn models(self, models: Models) -> Self;

    /// Lists the functions that migrations of the app call: `steps![fill_slugs]`.
    ///
    /// ```
    /// use carafe::prelude::*;
    ///
    /// async fn trim_titles(tables: &mut Tables) -> Result<()> {
    ///     tables.execute("update post set title = trim(title)", ()).await?;
    ///     Ok(())
    /// }
    ///
    /// let app = App::new("blog").plugin(Database::from_settings()).steps(steps![trim_titles]);
    /// ```
    #[must_use]
    fn steps(self, steps: Steps) -> Self;

    /// Says who is told of what happens to rows, of these models and of others.
    ///
    /// ```
    /// use carafe::db::events::{Events, Saved};
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post { id: i64, title: String }
    ///
    /// async fn announce(post: &Post, saved: Saved<'_>) -> Result<()> {
    ///     if saved.created() {
    ///         println!("{} is new", post.title);
    ///     }
    ///     Ok(())
    /// }
    ///
    /// let app = App::new("blog")
    ///     .plugin(Database::from_settings())
    ///     .models(models![Post])
    ///     .events(Events::new().after_save(announce));
    /// ```
    #[must_use]
    fn events(self, events: Events) -> Self;
}

impl AppModels for App {
    fn models(self, models: Models) -> Self {
        self.deposit(models)
    }

    fn steps(self, steps: Steps) -> Self {
        self.deposit(steps)
    }

    fn events(self, events: Events) -> Self {
        self.deposit(events)
    }
}

/// How often a statement may run in one request before development tells of it.
const REPEATS: usize = 10;

fn open(settings: &DatabaseSettings, setup: &Setup<'_>) -> Result<Db> {
    let db = Db::from_settings(settings)?;
    let tells = setup.environment().is_development() && settings.repeats.is_none();
    Ok(if tells { db.telling(Some(REPEATS)) } else { db })
}

/// The database of the app that answers, or of one that it is mounted in. A `Db` among the request's
/// [`Locals`](carafe_core::Locals) comes first: one that is bound to a transaction makes the whole
/// request atomic.
impl<S: Send + Sync> FromRequestParts<S> for Db {
    type Rejection = NotProvided;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, NotProvided> {
        let scope = Scope::current()?;
        if let Some(db) = scope.local::<Self>() {
            return Ok((*db).clone());
        }
        match scope.service::<Self>() {
            Some(db) if db.is_per_request() => Ok(per_request::for_request(&scope, &db).await?),
            Some(db) => Ok((*db).clone()),
            None => Err(Self::need().into()),
        }
    }
}

impl Plain for Db {}

impl Provided for Db {
    fn need() -> Need {
        Need { service: TypeId::of::<Self>(), name: "Db", hint: HINT }
    }
}

const HINT: &str = "add `.plugin(Database::from_settings())` to your App";
