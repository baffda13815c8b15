//! SQLite: one connection that writes, several that read, each on a thread of its own.
//!
//! - A thread a connection, since SQLite blocks: a slow query, a lock of another program or a slow
//!   disk hold up that thread and no task of the runtime. Quick reads are spared the way to the
//!   thread and back ([`quick`]).
//! - One writer, since SQLite has one: writers queue for it in the order in which they came, instead
//!   of asking again and again and failing with "busy" when they are unlucky. In WAL mode, readers
//!   and the writer do not wait for each other.
//! - A database in memory has one connection for all.

mod access;
mod cursor;
mod functions;
mod lane;
mod queue;
mod quick;
mod refusal;
mod row;
mod run;
mod session;
mod worker;

use std::sync::Arc;

use carafe_core::{Error, Kind, Result};
use carafe_model::Value;

use self::cursor::Reading;
use self::lane::{Lane, Lent};
use self::quick::Quick;
use self::session::Session;
use self::worker::Place;
use super::{Begin, Capability, Connection, Cursor, Driver, Purpose, Step};
use crate::settings::DatabaseSettings;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

static CAPABILITY: Capability = Capability {
    name: "SQLite",
    count_tables: "select count(*) from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    lock_schema: None,
    migration_lock: None,
    dialect: &crate::sql::SQLITE,
    ddl: &crate::ddl::SQLITE,
    catalog: &crate::catalog::SQLITE,
};

/// The driver for what stands behind `sqlite:`.
pub(super) fn open(rest: &str, settings: &DatabaseSettings) -> Result<Arc<dyn Driver>> {
    let place = place(rest)?;
    let memory = place.is_memory();
    let place = Arc::new(place);
    let wait = settings.wait;
    let writer = Lane::new(place.clone(), 1, wait);
    let readers = if memory { None } else { Some(Lane::new(place, settings.readers(), wait)) };
    Ok(Arc::new(Sqlite { writer, readers, quick: Quick::default() }))
}

/// `app.sqlite3`, `/var/lib/app.sqlite3`, `///var/lib/app.sqlite3` (as other tools write it),
/// `:memory:`.
fn place(rest: &str) -> Result<Place> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    match path {
        ":memory:" => Ok(Place::memory()),
        "" => Err(Error::new(Kind::Settings, "`sqlite:` names no file")
            .at("database.url")
            .hint("write `sqlite:app.sqlite3` or `sqlite::memory:`")),
        path if path.contains(['?', '\0']) => {
            Err(Error::new(Kind::Settings, "a `sqlite:` URL has no options after a `?`")
                .at("database.url")
                .hint("leave them out: WAL, foreign keys and time-outs are set"))
        }
        path => Ok(Place::file(path)),
    }
}

struct Sqlite {
    writer: Arc<Lane>,
    /// `None` for a database in memory, where the writer reads too.
    readers: Option<Arc<Lane>>,
    quick: Quick,
}

impl Driver for Sqlite {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    fn fetch<'d>(
        &'d self,
        statement: &'d Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'d, Result<Fetched>> {
        match &self.readers {
            Some(readers) if access::only_reads(statement) => Box::pin(async move {
                let reader = readers.lend().await?;
                self.quick.fetch(&reader, statement, values, sink).await
            }),
            _ => Box::pin(
                async move { self.writer.lend().await?.alone(statement, values, sink).await },
            ),
        }
    }

    fn script<'d>(&'d self, sql: &'d Statement) -> BoxFuture<'d, Result<()>> {
        Box::pin(async move { self.writer.lend().await?.script_alone(sql).await })
    }

    fn stream(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'_, Result<Box<dyn Cursor>>> {
        let lane = match &self.readers {
            Some(readers) if access::only_reads(&statement) => readers,
            _ => &self.writer,
        };
        Box::pin(async move {
            Reading::open(Arc::new(lane.lend().await?), statement, values, false).await
        })
    }

    fn lend(&self, purpose: Purpose) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        let lane = match (purpose, &self.readers) {
            (Purpose::Transaction(Begin { read_only: true, .. }), Some(readers)) => readers,
            _ => &self.writer,
        };
        Box::pin(async move {
            let lent = lane.lend().await?;
            let connection: Box<dyn Connection> = match purpose {
                Purpose::Transaction(_) => Box::new(lent.for_transaction()),
                Purpose::Session | Purpose::Maintenance => Box::new(Session::new(lent)),
            };
            Ok(connection)
        })
    }
}

// What is given is sent to the thread at once, not when the future is first polled: that is the order
// that the trait asks for.
impl Connection for Lent {
    fn fetch<'c>(
        &'c self,
        statement: &'c Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'c, Result<Fetched>> {
        if self.is_for_stream() {
            return Box::pin(self.alone(statement, values, sink));
        }
        Box::pin(self.send(statement, values, sink))
    }

    fn script<'c>(&'c self, sql: &'c Statement) -> BoxFuture<'c, Result<()>> {
        Box::pin(self.send_script(sql))
    }

    fn stream(
        self: Arc<Self>,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxFuture<'static, Result<Box<dyn Cursor>>> {
        Box::pin(Reading::open(self, statement, values, true))
    }

    fn step(&self, step: Step) -> BoxFuture<'_, Result<()>> {
        let sql = match step {
            Step::Begin(begin) => return Box::pin(self.begin(begin)),
            Step::Commit => self.ending("COMMIT"),
            Step::Rollback => self.ending("ROLLBACK"),
            Step::Savepoint(number) => Statement::raw(format!("SAVEPOINT s{number}")),
            Step::RollbackTo(number) => Statement::raw(format!("ROLLBACK TO s{number}")),
            Step::Release(number) => Statement::raw(format!("RELEASE s{number}")),
        };
        Box::pin(self.send_script(&sql))
    }
}
