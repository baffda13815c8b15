//! The handle on a database.

mod atomic;
mod bound;
mod run;
mod schema;
mod session;
mod tables;
mod transaction;

pub use bound::Open;
pub use session::Session;
pub(crate) use tables::{lock_tables, run_as_is, table_names};
pub use transaction::Transaction;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use carafe_core::Result;
use carafe_core::settings::Secret;

use self::bound::Bound;
use self::schema::Schema;
use crate::driver::{self, Begin, Driver, Purpose};
use crate::executor::events::Events;
use crate::held::{self, DatabaseId};
use crate::known::{Known, Program};
use crate::models::Models;
use crate::replicas::Replicas;
use crate::settings::{DatabaseSettings, MigrateSettings};
use crate::sql::Texts;
use crate::tx::Shared;
use crate::watch::{Ran, Watch};

/// A handle on a database: cheap to clone, and shared by all requests.
///
/// It runs single statements, each in a transaction of its own ([`execute`](Db::execute),
/// [`query_as`](Db::query_as), [`query_scalar`](Db::query_scalar)), and transactions
/// ([`atomic`](Db::atomic)). It may itself be bound to one open transaction ([`begin`](Db::begin)):
/// then all that it runs is part of that one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// use carafe_db::Db;
///
/// let db = Db::open("sqlite::memory:").await?;
/// db.execute("create table post (title text)", ()).await?;
/// db.execute("insert into post values (?)", ("Hello",)).await?;
/// let titles: Vec<String> = db.query_scalar("select title from post", ()).all().await?;
/// assert_eq!(titles, ["Hello"]);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Db {
    driver: Arc<dyn Driver>,
    bound: Option<Arc<Bound>>,
    /// The SQL of what models ask, by its shape.
    texts: Arc<Texts>,
    /// Copies that only read.
    replicas: Option<Arc<Replicas>>,
    /// No copy is asked.
    fresh: bool,
    /// A script to run before the first statement.
    schema: Option<Arc<Schema>>,
    known: Known,
    /// Who sees its statements.
    watch: Option<Arc<Watch>>,
    /// A request that asks for it gets one that is bound to a transaction of its own.
    per_request: bool,
    /// Used on purpose beside a transaction of the same task.
    outside: bool,
    /// How migrations meet it.
    migrate: MigrateSettings,
}

impl Db {
    /// Opens the database at a URL, and sees that it is there.
    ///
    /// `sqlite:app.sqlite3` is a file below the working directory, which is made if it is not there;
    /// `sqlite::memory:` a database that ends with its last handle.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// use carafe_db::Db;
    ///
    /// let db = Db::open("sqlite::memory:").await?;
    /// db.execute("create table post (title text)", ()).await?;
    /// # Ok(()) }
    /// ```
    pub async fn open(url: impl Into<String>) -> Result<Self> {
        let db = Self::from_settings(&DatabaseSettings::new(url))?;
        db.query_scalar::<i64>("select 1", ()).one().await?;
        Ok(db)
    }

    /// The database that the settings name. It connects when it is first used.
    pub fn from_settings(settings: &DatabaseSettings) -> Result<Self> {
        let copy = |url: &Secret| {
            let settings = DatabaseSettings { url: url.clone(), ..settings.clone() };
            driver::open(&settings).map_err(|error| error.at("database.replicas"))
        };
        let copies = settings.replicas.iter().map(copy).collect::<Result<Vec<_>>>()?;
        let slow = Some(settings.slow).filter(|slow| !slow.is_zero());
        let repeats = settings.repeats.filter(|repeats| *repeats > 0);
        let watch = Watch::default().slow(slow).repeats(repeats).shared();
        let db = Self::with_driver(driver::open(settings)?).beside(copies, settings.lag);
        Ok(Self { watch, migrate: settings.migrate, ..db })
    }

    /// A database of a driver of your own.
    pub fn with_driver(driver: Arc<dyn Driver>) -> Self {
        Self {
            driver,
            bound: None,
            replicas: None,
            fresh: false,
            texts: Arc::default(),
            schema: None,
            watch: None,
            known: Known::default(),
            per_request: false,
            outside: false,
            migrate: MigrateSettings::default(),
        }
    }

    /// The same database, which knows these models: what asks for related rows, deletes them or makes
    /// tables finds them here. An app tells its database by itself.
    ///
    /// ```
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post { id: i64, title: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// let db = Db::open("sqlite::memory:").await?.with_models(models![Post]);
    /// db.create_tables().await?;
    /// Post { title: "Hi".into(), ..Post::blank() }.create(&db).await?;
    /// assert_eq!(Post::all().count(&db).await?, 1);
    /// # Ok(()) }
    /// ```
    pub fn with_models(&self, models: Models) -> Self {
        let Program { models: _, events } = self.known.get().clone();
        self.knowing(Known::of(Program { models, events }))
    }

    /// The same database, whose rows these functions are told of, behind those that are told already. An
    /// app tells its database by itself ([`AppModels::events`](crate::AppModels::events)).
    pub fn with_events(&self, events: Events) -> Self {
        let Program { models, events: known } = self.known.get().clone();
        self.knowing(Known::of(Program { models, events: known.and(events) }))
    }

    /// The same database, which knows those models as soon as they are known.
    pub(crate) fn knowing(&self, known: Known) -> Self {
        Self { known, ..self.clone() }
    }

    /// A handle that may be used in a task that holds a transaction of the same database, for what
    /// is meant to stand outside of it: a line in a log that outlives a rollback.
    ///
    /// It waits for a connection of its own. On SQLite, which has one writer, a write through it
    /// would wait for its own transaction; it ends with an error of kind `Timeout`. Read through it there.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// db.atomic(async |tx| {
    ///     tx.execute("create table post (title text)", ()).await?;
    ///     assert!(db.query_scalar::<i64>("select 1", ()).one().await.is_err()); // it says: use `tx`
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    pub fn outside(&self) -> Self {
        Self { outside: true, ..self.clone() }
    }

    /// The same handle with copies that only read ([`DatabaseSettings::replicas`]), which may be
    /// `lag` behind: as it is by settings, for databases that are open already.
    pub fn with_replicas(&self, copies: impl IntoIterator<Item = Self>, lag: Duration) -> Self {
        self.clone().beside(copies.into_iter().map(|copy| copy.driver).collect(), lag)
    }

    fn beside(self, copies: Vec<Arc<dyn Driver>>, lag: Duration) -> Self {
        let replicas = (!copies.is_empty()).then(|| Replicas::new(copies, lag));
        Self { replicas, ..self }
    }

    /// The same handle, which asks no copy that may be behind ([`DatabaseSettings::replicas`]): for
    /// reads that must be fresh.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let stock: i64 = db.primary().query_scalar("select 1", ()).one().await?;
    /// # let _ = stock;
    /// # Ok(()) }
    /// ```
    pub fn primary(&self) -> Self {
        Self { fresh: true, ..self.clone() }
    }

    /// The same handle, whose statements somebody sees when they have run, and those of its clones and
    /// transactions (Django's `execute_wrapper`): their text, how long they took, who asked; never
    /// their values.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let db = db.watch(|ran| {
    ///     if ran.took().as_millis() > 100 {
    ///         println!("slow: {ran}");
    ///     }
    /// });
    /// db.execute("create table post (title text)", ()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// The function runs where the statement ran, so that it should be quick.
    pub fn watch(&self, watcher: impl Fn(&Ran<'_>) + Send + Sync + 'static) -> Self {
        let watch = self.watch.as_deref().cloned().unwrap_or_default().with(watcher);
        Self { watch: watch.shared(), ..self.clone() }
    }

    /// The same handle, which tells in the log what `repeats` says.
    pub(crate) fn telling(&self, repeats: Option<usize>) -> Self {
        let watch = self.watch.as_deref().cloned().unwrap_or_default().repeats(repeats);
        Self { watch: watch.shared(), ..self.clone() }
    }

    /// The same handle, for requests that are atomic as a whole. One that is bound already, by a test, is
    /// part of that.
    pub(crate) fn per_request(self) -> Self {
        Self { per_request: self.bound.is_none(), ..self }
    }

    pub(crate) fn is_per_request(&self) -> bool {
        self.per_request
    }

    /// The same handle, whose statements are committed each by itself.
    pub(crate) fn per_statement(&self) -> Self {
        Self { per_request: false, ..self.clone() }
    }

    /// The driver, and which database it is of.
    fn origin(&self) -> (&dyn Driver, DatabaseId) {
        (&*self.driver, self.id())
    }

    /// The copies that there are.
    fn copies(&self) -> Option<&Replicas> {
        self.replicas.as_deref()
    }

    /// How migrations meet it.
    pub(crate) fn migrate_settings(&self) -> MigrateSettings {
        self.migrate
    }

    fn bound(&self) -> Option<&Bound> {
        self.bound.as_deref()
    }

    /// The same database, bound to an open transaction.
    fn bound_to(&self, bound: Arc<Bound>) -> Self {
        Self { bound: Some(bound), per_request: false, ..self.clone() }
    }

    fn id(&self) -> DatabaseId {
        DatabaseId(Arc::as_ptr(&self.driver).cast::<()>().addr())
    }

    /// The same handle with a script to run first, or none.
    fn with(&self, schema: Option<Arc<Schema>>) -> Self {
        Self { schema, ..self.clone() }
    }

    fn note_write(&self) {
        if let Some(replicas) = &self.replicas {
            replicas.note_write(self.id());
        }
    }

    /// An error where the running task holds a transaction of this database and does not mean to
    /// step out of it.
    fn check_not_held(&self) -> Result<()> {
        if self.outside { Ok(()) } else { held::refuse(self.id()) }
    }

    /// A new transaction on a connection of its own.
    async fn begin_transaction(&self, how: Begin) -> Result<Arc<Shared>> {
        self.check_not_held()?;
        self.ready().await?;
        if !how.read_only {
            self.note_write();
        }
        let connection = self.driver.lend(Purpose::Transaction(how)).await?;
        Shared::begin(connection.into(), self.driver.capability(), self.texts.clone(), how).await
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("database", &self.driver.capability().name)
            .field("bound", &self.bound.is_some())
            .finish_non_exhaustive()
    }
}

/// Two handles are equal if what is done through one is done through the other.
impl PartialEq for Db {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
            && self.bound.as_ref().map(Arc::as_ptr) == other.bound.as_ref().map(Arc::as_ptr)
    }
}
