//! Who runs statements.

pub mod events;

use carafe_core::Result;
use carafe_model::Value;

use self::events::Events;
use crate::driver::{Capability, Connection, Cursor};
use crate::held::DatabaseId;
use crate::models::Models;
use crate::on_commit::OnCommit;
use crate::sql::Texts;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// Who runs statements: a [`Db`](crate::Db), or the transaction that is open ([`Tx`](crate::Tx)).
///
/// A function that asks the database takes `&dyn Executor`, so that it works in a transaction and
/// without one, and is compiled once:
///
/// ```
/// use carafe_db::{Db, Executor};
///
/// async fn posts(db: &dyn Executor) -> carafe_core::Result<i64> {
///     db.query_scalar("select count(*) from post", ()).one().await
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// # let db = Db::open("sqlite::memory:").await?;
/// db.execute("create table post (id integer primary key)", ()).await?;
/// assert_eq!(posts(&db).await?, 0);
/// db.atomic(async |tx| {
///     tx.execute("insert into post default values", ()).await?;
///     assert_eq!(posts(tx).await?, 1);
///     Ok(())
/// }).await?;
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run a statement",
    note = "give `&db`, where `db: Db`, or `tx` inside of `db.atomic(async |tx| …)`; `&*db`, where `db: Arc<Db>`"
)]
pub trait Executor: Send + Sync {
    /// Runs one statement; its rows go into the sink, which comes back with them.
    ///
    /// The values are taken, not borrowed: with a dropped future a statement may outlive its caller.
    fn fetch<'e>(
        &'e self,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>>;

    /// Runs one statement on a connection that this has lent already. By itself it needs none.
    #[doc(hidden)]
    fn fetch_on<'e>(
        &'e self,
        connection: &'e dyn Connection,
        statement: &'e Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'e, Result<Fetched>> {
        let _ = connection;
        self.fetch(statement, values, sink)
    }

    /// Opens a query whose rows are then read batch by batch. Most write
    /// [`stream`](crate::Query::stream).
    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>>;

    /// Runs several statements that have no parameters, separated by semicolons.
    fn script<'e>(&'e self, sql: &'e Statement) -> BoxFuture<'e, Result<()>>;

    /// Begins a transaction, or a part of one that can be undone alone, for several statements that belong
    /// together; none where that is what it is.
    #[doc(hidden)]
    fn begin(&self) -> BoxFuture<'_, Result<Option<Box<dyn Begun>>>>;

    /// Has the transaction that is open undone, or the part of it, as something in it was done by half.
    #[doc(hidden)]
    fn spoil(&self);

    /// Whether it is an open transaction, or is bound to one.
    fn is_transaction(&self) -> bool;

    /// The texts of questions that were asked before.
    #[doc(hidden)]
    fn texts(&self) -> &Texts;

    /// Does something once the transaction that is open lasts; at once, where none is. Most write
    /// [`on_commit`](crate::Tx::on_commit).
    fn after_commit(&self, work: OnCommit) -> BoxFuture<'_, Result<()>>;

    /// What the database can do.
    fn capability(&self) -> &'static Capability;

    /// The models whose tables the database has; none where nobody told
    /// ([`Db::with_models`](crate::Db::with_models)).
    fn models(&self) -> &Models;

    /// Who is told of what happens to rows ([`Db::with_events`](crate::Db::with_events)).
    #[doc(hidden)]
    fn events(&self) -> &Events;

    /// Which database it is of.
    #[doc(hidden)]
    fn database(&self) -> DatabaseId;
}

/// A transaction that was begun for several statements, and is undone where it is dropped.
#[doc(hidden)]
pub trait Begun: Send + Sync {
    /// Runs statements in it.
    fn executor(&self) -> &dyn Executor;

    /// Makes it last.
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}
