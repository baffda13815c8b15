//! One program migrates at a time, and the others wait for it, as long as it takes.

use std::time::Duration;

use carafe_core::{Error, Result};

use super::Event;
use crate::driver::MigrationLock;
use crate::executor::Executor;

/// How long one that waits lets pass before it asks again.
const PAUSE: Duration = Duration::from_millis(200);

/// Waits until nobody else migrates, where the lock is the connection's.
pub(super) async fn on_connection(
    executor: &dyn Executor,
    tell: &mut (dyn FnMut(Event<'_>) + Send),
) -> Result<()> {
    match executor.capability().migration_lock {
        Some(MigrationLock::OfConnection(ask)) => wait(executor, ask, tell).await,
        _ => Ok(()),
    }
}

/// Waits until nobody else migrates, where the lock is the transaction's.
pub(super) async fn in_transaction(
    executor: &dyn Executor,
    tell: &mut (dyn FnMut(Event<'_>) + Send),
) -> Result<()> {
    match executor.capability().migration_lock {
        Some(MigrationLock::OfTransaction(ask)) => wait(executor, ask, tell).await,
        _ => Ok(()),
    }
}

/// An error where connections are lent to others in between, and nothing keeps others away that lasts longer than a
/// transaction.
pub(super) fn must_be_on_connection(executor: &dyn Executor) -> Result<()> {
    match executor.capability().migration_lock {
        Some(MigrationLock::OfTransaction(_)) => {
            Err(Error::setup("a migration that is no transaction needs a connection of its own")
                .hint("run `migrate` with the URL of the server itself, and not that of PgBouncer"))
        }
        _ => Ok(()),
    }
}

// It is asked again and again, rather than waited for in the database: a statement that waits there would be
// waited for itself by an index that is made CONCURRENTLY.
async fn wait(
    executor: &dyn Executor,
    ask: &'static str,
    tell: &mut (dyn FnMut(Event<'_>) + Send),
) -> Result<()> {
    let mut told = false;
    while executor.query_scalar::<Option<i64>>(ask, ()).one().await? != Some(1) {
        if !told {
            tell(Event::Waits);
            told = true;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
