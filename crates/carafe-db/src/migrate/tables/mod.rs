//! Tables as they stand between two operations of a migration, for the functions that it calls.

mod batches;
mod executor;
mod row;
mod schema;
mod table;

pub use batches::Batches;
pub use row::TableRow;
pub use table::Table;

use std::fmt::{self, Display};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use carafe_core::Result;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use self::schema::Schemas;
use super::steps::StepFn;
use crate::ddl::state::State;
use crate::known::Known;
use crate::tx::Tx;

/// The tables as they stand at that point of a migration, in its transaction: what a function gets that a
/// migration calls (Django's historical models).
///
/// ```
/// use carafe::prelude::*;
///
/// async fn split_names(tables: &mut Tables) -> Result<()> {
///     let users = tables.table("user")?;
///     for mut user in users.filter_by("first", "")?.fetch(tables).await? {
///         let name: String = user.get("name")?;
///         let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
///         user.set("first", first)?;
///         user.set("last", last)?;
///         user.save(tables).await?;
///     }
///     Ok(())
/// }
/// ```
///
/// It runs SQL too, as every [`Executor`](crate::Executor) does: `tables.execute("update …", ())`. It knows
/// nothing of today's models: no event is sent, no `on_delete` is done, and defaults that only a model knows
/// are not filled in.
pub struct Tables {
    /// The transaction; it knows no models and no events.
    tx: Tx,
    schemas: Schemas,
    told: UnboundedSender<String>,
}

impl Tables {
    fn new(tx: &Tx, state: Arc<State>) -> (Self, UnboundedReceiver<String>) {
        let tx = Tx {
            shared: tx.shared.clone(),
            database: tx.database,
            known: Known::default(),
            savepoint: tx.savepoint,
            watch: tx.watch.clone(),
            undone: false,
        };
        let (told, tells) = unbounded_channel();
        (Self { tx, schemas: Schemas::new(state), told }, tells)
    }

    /// The table of that name, one between the two sides of a many-to-many too.
    pub fn table(&self, name: &str) -> Result<Table> {
        self.schemas.find(name).map(Table::new)
    }

    /// Says how far it has come, where `migrate` shows it: `12000 of 80000 posts`. Going through
    /// [batches](Table::batches) says so by itself.
    pub fn tell(&self, how_far: impl Display) {
        // Whoever does not listen any more is not to be told.
        let _ = self.told.send(how_far.to_string());
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables").field("tx", &self.tx).finish_non_exhaustive()
    }
}

/// Calls a function in a transaction, and passes on what it tells.
pub(super) async fn call(
    function: StepFn,
    tx: &Tx,
    state: &Arc<State>,
    tell: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let (mut tables, mut tells) = Tables::new(tx, state.clone());
    let mut work = function(&mut tables);
    poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        while let Poll::Ready(Some(text)) = tells.poll_recv(context) {
            tell(&text);
        }
        polled
    })
    .await
}
