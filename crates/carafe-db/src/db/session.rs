//! One connection for a while.

use std::fmt;
use std::future::ready;
use std::sync::{Arc, Weak};

use carafe_core::{Error, Result};
use carafe_model::Value;
use tokio::sync::Mutex;

use super::Db;
use super::atomic::within;
use crate::driver::{Begin, Capability, Connection, Cursor, Purpose, Step};
use crate::executor::events::Events;
use crate::executor::{Begun, Executor};
use crate::held::DatabaseId;
use crate::models::Models;
use crate::on_commit::{self, OnCommit};
use crate::sql::Texts;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};
use crate::tx::{Own as OwnTx, Shared, Tx};
use crate::watch::{self, Watched};

/// One connection for a while, inside of [`Db::session`]: what is set on it stays until its end.
///
/// It runs what a [`Db`] runs, each statement in a transaction of its own, and
/// [`atomic`](Session::atomic).
pub struct Session {
    on: On,
    db: Db,
}

enum On {
    Own(Own),
    /// A `Db` that is bound to a transaction has the connection of that.
    Bound,
}

struct Own {
    connection: Arc<dyn Connection>,
    begun: Mutex<Latest>,
}

/// Which transaction was begun.
#[derive(Default)]
enum Latest {
    #[default]
    None,
    /// One that nobody may know of: the future that began it was dropped.
    Perhaps,
    /// One that is open as long as somebody holds it.
    Held(Weak<Shared>),
}

impl Db {
    /// Lends one connection to a closure, for as long as it runs: for `SET`, temporary tables, session
    /// locks, and what else stays with a connection. It is closed afterwards, or set back, so that nobody
    /// else meets what it was set to.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let count: i64 = db.session(async |conn| {
    ///     conn.execute("create temporary table found (id integer)", ()).await?;
    ///     conn.execute("insert into found values (1), (2)", ()).await?;
    ///     conn.query_scalar("select count(*) from found", ()).one().await
    /// }).await?;
    /// assert_eq!(count, 2);
    /// assert!(db.execute("select * from found", ()).await.is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// It is no transaction: what was done stays done where the closure returns an error. `&db` is another
    /// connection than this one. On SQLite a session has the connection that writes, so that others wait
    /// for it to write. On a `Db` that is bound to a transaction it is part of that.
    pub async fn session<T>(&self, work: impl AsyncFnOnce(&mut Session) -> Result<T>) -> Result<T> {
        self.session_for(Purpose::Session, work).await
    }

    /// [`session`](Db::session) for statements that take as long as they take.
    pub(crate) async fn maintenance<T>(
        &self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T>,
    ) -> Result<T> {
        self.session_for(Purpose::Maintenance, work).await
    }

    async fn session_for<T>(
        &self,
        purpose: Purpose,
        work: impl AsyncFnOnce(&mut Session) -> Result<T>,
    ) -> Result<T> {
        self.check_not_held()?;
        let on = if self.bound().is_some() {
            On::Bound
        } else {
            self.ready().await?;
            self.note_write();
            let connection = self.driver.lend(purpose).await?.into();
            On::Own(Own { connection, begun: Mutex::default() })
        };
        work(&mut Session { on, db: self.clone() }).await
    }
}

impl Session {
    /// Runs a closure in a transaction on this connection, as [`Db::atomic`] does.
    pub async fn atomic<T>(&mut self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let On::Own(own) = &self.on else { return self.db.atomic(work).await };
        let shared = own.begin(&self.db).await?;
        let (value, waiting) = within(&self.db, shared, Begin::default(), work).await?;
        on_commit::run_all(waiting).await?;
        Ok(value)
    }
}

impl Own {
    /// The connection, in no transaction.
    async fn ready(&self) -> Result<&dyn Connection> {
        self.settle(&mut *self.begun.lock().await).await?;
        Ok(&*self.connection)
    }

    /// Begins a transaction.
    async fn begin(&self, db: &Db) -> Result<Arc<Shared>> {
        let mut begun = self.begun.lock().await;
        self.settle(&mut begun).await?;
        *begun = Latest::Perhaps;
        let (connection, texts) = (self.connection.clone(), db.texts.clone());
        let capability = db.driver.capability();
        let shared = Shared::begin(connection, capability, texts, Begin::default()).await?;
        *begun = Latest::Held(Arc::downgrade(&shared));
        Ok(shared)
    }

    /// Undoes what was begun and is nobody's any more; an error where it is somebody's.
    async fn settle(&self, begun: &mut Latest) -> Result<()> {
        match begun {
            Latest::None => return Ok(()),
            Latest::Held(shared) if shared.upgrade().is_some_and(|shared| shared.is_open()) => {
                return Err(Error::internal("a transaction of this session is open")
                    .hint("use its `tx`, or wait for its end"));
            }
            Latest::Held(_) | Latest::Perhaps => {}
        }
        // Where nothing was left open it fails, and does no harm.
        let _ = self.connection.step(Step::Rollback).await;
        *begun = Latest::None;
        Ok(())
    }
}

impl Executor for Session {
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        let On::Own(own) = &self.on else { return self.db.fetch(statement, values, sink) };
        if watch::is_on(self.db.watch.as_ref()) {
            let watched = Watched::begin(self.db.watch.as_ref(), statement, &values);
            let run =
                move |sink| async move { own.ready().await?.fetch(statement, values, sink).await };
            return Box::pin(watched.fetch(sink, run));
        }
        Box::pin(async move { own.ready().await?.fetch(statement, values, sink).await })
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        match &self.on {
            On::Bound => self.db.stream(statement, values),
            On::Own(_) => {
                Box::pin(ready(Err(Error::internal("a session streams rows in a transaction")
                    .hint("use `conn.atomic(async |tx| …)`, and stream through `tx`"))))
            }
        }
    }

    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>> {
        let On::Own(own) = &self.on else { return self.db.script(sql) };
        if watch::is_on(self.db.watch.as_ref()) {
            let watched = Watched::begin(self.db.watch.as_ref(), sql, &[]);
            return Box::pin(watched.script(async move { own.ready().await?.script(sql).await }));
        }
        Box::pin(async move { own.ready().await?.script(sql).await })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Option<Box<dyn Begun>>>> {
        let On::Own(own) = &self.on else { return Executor::begin(&self.db) };
        Box::pin(async move {
            let shared = own.begin(&self.db).await?;
            let (known, watch) = (self.db.known.clone(), self.db.watch.clone());
            let tx = Tx::whole(shared, self.db.id(), known, watch);
            Ok(Some(Box::new(OwnTx(tx)) as Box<dyn Begun>))
        })
    }

    fn spoil(&self) {
        self.db.spoil();
    }

    fn is_transaction(&self) -> bool {
        matches!(self.on, On::Bound)
    }

    fn texts(&self) -> &Texts {
        self.db.texts()
    }

    fn models(&self) -> &Models {
        self.db.models()
    }

    fn events(&self) -> &Events {
        self.db.events()
    }

    fn database(&self) -> DatabaseId {
        self.db.database()
    }

    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>> {
        match &self.on {
            On::Bound => self.db.after_commit(work),
            // No transaction is open.
            On::Own(_) => Box::pin(work.run()),
        }
    }

    fn capability(&self) -> &'static Capability {
        self.db.capability()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("db", &self.db).finish_non_exhaustive()
    }
}
