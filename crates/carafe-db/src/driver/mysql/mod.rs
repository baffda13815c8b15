//! MariaDB and MySQL, by `mysql_async`.
//!
//! - Every statement takes a connection of its own from a pool ([`pool`]): the protocol answers one
//!   statement before it takes the next, so that nothing is won by sharing.
//! - A statement that has begun is finished, whatever becomes of its future: a task goes on with it,
//!   breaks it off at the server, and only then lets the next one in ([`work`]). A half-read answer
//!   would be taken for the next statement's.
//! - `mariadb:` in the URL is the promise that the server is MariaDB, and with it come `RETURNING`
//!   and what else MySQL has not; `mysql:` is what both can.

mod bind;
mod client;
mod columns;
mod connect;
mod cursor;
mod lent;
mod pool;
mod refusal;
mod row;
mod script;
#[cfg(feature = "tls")]
mod tls;
mod url;
#[cfg(not(feature = "tls"))]
mod without_tls;
mod work;

use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Value;

use self::connect::Connector;
use self::pool::Pool;
use super::{Capability, Connection, Cursor, Driver, MigrationLock, Purpose};
use crate::settings::DatabaseSettings;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

const COUNT_TABLES: &str = "select count(*) from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'";

// The lock is the server's, not the database's; it ends with the connection, which is closed after it.
// Whoever does not get it must not go on: a subquery of two rows is an error.
const LOCK_SCHEMA: &str = "select if(get_lock(concat('carafe ', left(sha2(database(), 256), 40)), 25) = 1, 1, (select 1 union select 2))";

const TRY_LOCK: &str = "select get_lock(concat('carafe ', left(sha2(database(), 256), 40)), 0)";

static MARIADB: Capability = Capability {
    name: "MariaDB",
    count_tables: COUNT_TABLES,
    lock_schema: Some(LOCK_SCHEMA),
    migration_lock: Some(MigrationLock::OfConnection(TRY_LOCK)),
    dialect: &crate::sql::MARIADB,
    ddl: &crate::ddl::MARIADB,
    catalog: &crate::catalog::MARIADB,
};

static MYSQL: Capability = Capability {
    name: "MySQL",
    count_tables: COUNT_TABLES,
    lock_schema: Some(LOCK_SCHEMA),
    migration_lock: Some(MigrationLock::OfConnection(TRY_LOCK)),
    dialect: &crate::sql::MYSQL,
    ddl: &crate::ddl::MYSQL,
    catalog: &crate::catalog::MYSQL,
};

/// The driver for what a `mariadb:` or `mysql:` URL names.
pub(super) fn open(settings: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    let connector = Connector::new(settings)?;
    let capability = if connector.is_mariadb { &MARIADB } else { &MYSQL };
    Ok(Arc::new(Mysql { capability, pool: Pool::new(connector, settings) }))
}

struct Mysql {
    capability: &'static Capability,
    pool: Arc<Pool>,
}

impl Driver for Mysql {
    fn capability(&self) -> &'static Capability {
        self.capability
    }

    fn fetch<'d>(
        &'d self,
        statement: &'d Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'d, Result<Fetched>> {
        Box::pin(async move { self.pool.lend().await?.run(statement, values, sink).await })
    }

    fn script<'d>(&'d self, sql: &'d Statement) -> BoxFuture<'d, Result<()>> {
        Box::pin(async move { self.pool.lend().await?.script_alone(sql).await })
    }

    // It needs no transaction here.
    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        Box::pin(async move { Arc::new(self.pool.lend().await?).stream(statement, values).await })
    }

    fn lend(&self, purpose: Purpose) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async move {
            let lent = self.pool.lend().await?;
            if !matches!(purpose, Purpose::Transaction(_)) {
                lent.spend().await;
            }
            let lent: Box<dyn Connection> = Box::new(lent);
            Ok(lent)
        })
    }
}
