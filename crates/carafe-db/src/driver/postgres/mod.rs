//! PostgreSQL, by tokio-postgres.
//!
//! - Reads of which is known that they take no locks share a few connections: each sends its statement
//!   behind those of others, without waiting for their answers ([`shared`]). That is almost three
//!   times as fast as a connection for each.
//! - All else takes a connection of its own from a pool ([`pool`]): a write that waits for a lock
//!   would hold up those behind it, perhaps the one that holds the lock; and the server, which sees one
//!   of the two wait, would call it no deadlock.
//! - The future of a shared read that is dropped is finished by a task, and nothing is cancelled: a
//!   request to cancel hits whatever runs when it arrives. A connection of one's own is cancelled, and
//!   lent again only after it has been quiet and rolled back.

mod array;
mod bind;
mod cancel;
mod cell;
mod client;
mod columns;
mod connect;
mod cursor;
mod lent;
mod numeric;
mod pool;
mod refusal;
mod row;
mod script;
mod shared;
mod text;
#[cfg(feature = "tls")]
mod tls;
mod url;
#[cfg(not(feature = "tls"))]
mod without_tls;

use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Value;

use self::connect::Connector;
use self::pool::Pool;
use self::shared::Shared;
use super::{Capability, Connection, Driver, MigrationLock, Purpose};
use crate::settings::DatabaseSettings;
use crate::statement::{Access, BoxFuture, Fetched, Sink, Statement};

static CAPABILITY: Capability =
    Capability { migration_lock: Some(MigrationLock::OfConnection(TRY_LOCK)), ..UNPREPARED };

const TRY_LOCK: &str = "select cast(pg_catalog.pg_try_advisory_lock(109266926036581) as integer)";

const TRY_LOCK_IN_TRANSACTION: &str =
    "select cast(pg_catalog.pg_try_advisory_xact_lock(109266926036581) as integer)";

/// Of a server that lends its connections to others in between.
static LENDING: Capability = UNPREPARED;

const UNPREPARED: Capability = Capability {
    name: "PostgreSQL",
    count_tables: "select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname = any (current_schemas(false))",
    // A number that nothing else is likely to lock: `carafe` in ASCII.
    lock_schema: Some("select pg_catalog.pg_advisory_xact_lock(109266926036581)"),
    migration_lock: Some(MigrationLock::OfTransaction(TRY_LOCK_IN_TRANSACTION)),
    dialect: &crate::sql::POSTGRES,
    ddl: &crate::ddl::POSTGRES,
    catalog: &crate::catalog::POSTGRES,
};

/// The driver for what a `postgres:` URL names.
pub(super) fn open(settings: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    let connector = Arc::new(Connector::new(settings)?);
    let shared = settings.prepare.then(|| Arc::new(Shared::new(connector.clone(), settings)));
    Ok(Arc::new(Postgres { pool: Pool::new(connector, shared.clone(), settings), shared }))
}

struct Postgres {
    pool: Arc<Pool>,
    /// `None` where connections are lent to others in between: what is in the pipe would not stay
    /// together, and no time-out could be set.
    shared: Option<Arc<Shared>>,
}

impl Driver for Postgres {
    fn capability(&self) -> &'static Capability {
        if self.shared.is_some() { &CAPABILITY } else { &LENDING }
    }

    fn fetch<'d>(
        &'d self,
        statement: &'d Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'d, Result<Fetched>> {
        let shared = self.shared.as_ref().filter(|_| statement.access() == Access::Read);
        if let Some(line) = shared.and_then(|shared| shared.ready()) {
            return Box::pin(line.fetch(statement.clone(), values, sink));
        }
        Box::pin(async move {
            if let Some(shared) = shared
                && let Some(line) = shared.line().await?
            {
                return line.fetch(statement.clone(), values, sink).await;
            }
            self.pool.lend().await?.alone(statement, values, sink).await
        })
    }

    fn script<'d>(&'d self, sql: &'d Statement) -> BoxFuture<'d, Result<()>> {
        Box::pin(async move { self.pool.lend().await?.script_alone(sql.sql()).await })
    }

    fn lend(&self, purpose: Purpose) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async move {
            let lent = self.pool.lend().await?;
            let lent = match purpose {
                Purpose::Transaction(_) => lent,
                Purpose::Session => lent.for_session(),
                Purpose::Maintenance => lent.for_session().unhurried(),
            };
            let lent: Box<dyn Connection> = Box::new(lent);
            Ok(lent)
        })
    }
}
