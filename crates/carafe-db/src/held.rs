//! Which transactions the running task holds, so that the wrong handle is noticed.

use std::future::Future;
use std::sync::Arc;

use carafe_core::{Error, Result};

tokio::task_local! {
    static HELD: Arc<Held>;
}

/// A transaction that the running task holds, and those around it.
struct Held {
    database: DatabaseId,
    outer: Option<Arc<Held>>,
}

/// Tells databases apart; every handle of one database has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseId(pub(crate) usize);

/// Runs a future that holds a transaction of the database.
pub(crate) async fn hold<F: Future>(database: DatabaseId, future: F) -> F::Output {
    let held = Held { database, outer: HELD.try_with(Arc::clone).ok() };
    HELD.scope(Arc::new(held), future).await
}

/// Whether the running task holds a transaction of the database.
pub(crate) fn holds(database: DatabaseId) -> bool {
    HELD.try_with(|held| held.has(database)) == Ok(true)
}

/// An error where the running task holds a transaction of the database.
pub(crate) fn refuse(database: DatabaseId) -> Result<()> {
    if !holds(database) {
        return Ok(());
    }
    Err(Error::internal("`&db` is used while this task holds a transaction of the same database")
        .hint("use `tx`, the argument of `atomic`; if the statement is meant to stand outside of the transaction, `db.outside()`"))
}

impl Held {
    fn has(&self, database: DatabaseId) -> bool {
        let mut held = Some(self);
        while let Some(one) = held {
            if one.database == database {
                return true;
            }
            held = one.outer.as_deref();
        }
        false
    }
}
