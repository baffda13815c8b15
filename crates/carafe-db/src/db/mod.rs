//! The handle on a database.

mod atomic;
mod bound;
mod schema;
mod tables;
mod transaction;

pub use bound::Open;
pub use transaction::Transaction;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use carafe_core::Result;
use carafe_core::settings::Secret;
use carafe_model::Value;

use self::bound::Bound;
use self::schema::Schema;
use crate::driver::{self, Begin, Capability, Cursor, Driver, Purpose};
use crate::executor::Executor;
use crate::held::{self, DatabaseId};
use crate::models::{Known, Models};
use crate::on_commit::OnCommit;
use crate::replicas::Replicas;
use crate::settings::DatabaseSettings;
use crate::sql::Texts;
use crate::statement::{Access, BoxFuture, Fetched, Sink, Statement};
use crate::tx::{Shared, Tx};

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
    /// Used on purpose beside a transaction of the same task.
    outside: bool,
}

impl Db {
    /// Opens the database at a URL, and sees that it is there.
    ///
    /// `sqlite:app.sqlite3` is a file below the working directory, which is made if it is not there;
    /// `sqlite::memory:` a database that ends with its last handle.
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
        Ok(Self::with_driver(driver::open(settings)?).beside(copies, settings.lag))
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
            known: Known::default(),
            outside: false,
        }
    }

    /// The same database, which knows these models: what asks for related rows, deletes them or makes
    /// tables finds them here. An app tells its database by itself.
    pub fn with_models(&self, models: Models) -> Self {
        self.knowing(Known::of(models))
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
    pub fn primary(&self) -> Self {
        Self { fresh: true, ..self.clone() }
    }

    /// The driver, and which database it is of.
    fn origin(&self) -> (&dyn Driver, DatabaseId) {
        (&*self.driver, self.id())
    }

    /// The copies that there are.
    fn copies(&self) -> Option<&Replicas> {
        self.replicas.as_deref()
    }

    /// Runs a statement that stands alone.
    fn fetch_alone<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        match self.copies() {
            Some(copies) if !(self.fresh && statement.access() == Access::Read) => {
                Box::pin(copies.fetch(self.origin(), statement, values, sink))
            }
            _ => self.driver.fetch(statement, values, sink),
        }
    }

    fn bound(&self) -> Option<&Bound> {
        self.bound.as_deref()
    }

    /// The same database, bound to an open transaction.
    fn bound_to(&self, bound: Arc<Bound>) -> Self {
        Self { bound: Some(bound), ..self.clone() }
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
        Shared::begin(connection, self.driver.capability(), self.texts.clone(), how).await
    }
}

impl Executor for Db {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        if let Err(error) = self.check_not_held() {
            return Box::pin(std::future::ready(Err(error)));
        }
        match &self.bound {
            Some(bound) => Box::pin(bound.fetch(statement, values, sink)),
            None if self.is_ready() => self.fetch_alone(statement, values, sink),
            None => Box::pin(async move {
                self.ready().await?;
                self.fetch_alone(statement, values, sink).await
            }),
        }
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        Box::pin(async move {
            self.check_not_held()?;
            if let Some(bound) = &self.bound {
                return bound.stream(statement, values).await;
            }
            self.ready().await?;
            match self.copies() {
                Some(copies) if !(self.fresh && statement.access() == Access::Read) => {
                    copies.stream(self.origin(), statement, values).await
                }
                _ => self.driver.stream(statement, values).await,
            }
        })
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        if let Err(error) = self.check_not_held() {
            return Box::pin(std::future::ready(Err(error)));
        }
        match &self.bound {
            Some(bound) => Box::pin(bound.script(sql)),
            None => Box::pin(async move {
                self.ready().await?;
                self.note_write();
                let done = self.driver.script(sql).await;
                self.note_write();
                done
            }),
        }
    }

    fn begin(&self) -> BoxFuture<'_, Result<Option<Tx>>> {
        Box::pin(async move {
            if self.bound.is_some() {
                return Ok(None);
            }
            let shared = self.begin_transaction(Begin::default()).await?;
            Ok(Some(Tx::whole(shared, self.id(), self.known.clone())))
        })
    }

    fn is_transaction(&self) -> bool {
        self.bound.is_some()
    }

    fn texts(&self) -> &Texts {
        &self.texts
    }

    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check_not_held()?;
            match &self.bound {
                Some(bound) => bound.after_commit(work),
                None => work.run().await,
            }
        })
    }

    fn capability(&self) -> &'static Capability {
        self.driver.capability()
    }

    fn models(&self) -> &Models {
        self.known.get()
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
