//! What tables a database has, and the models that say so.
//!
//! [`Inspect`] asks a database for its tables. What it says is told as it stands there
//! ([`Described`]), as models have it ([`Found`]), and as the source of those models
//! ([`Found::source`]), which is what the command `inspectdb` prints.
//!
//! ```
//! use carafe_db::Db;
//! use carafe_db::inspect::Inspect;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> carafe_core::Result<()> {
//! let db = Db::open("sqlite::memory:").await?;
//! db.execute("create table post (id integer primary key, title varchar(50) not null)", ()).await?;
//!
//! let found = Inspect::of(&db).find().await?;
//! let title = found.tables[0].state.field("title").unwrap();
//! assert_eq!((title.kind.to_string(), title.max_length), ("text".to_owned(), Some(50)));
//! assert!(found.source().contains("pub title: String,"));
//! # Ok(()) }
//! ```
//!
//! How each database is asked is its [`Catalog`](crate::catalog::Catalog). A model never says what its table
//! does not: what cannot be said is a note, which becomes a comment.

mod command;
mod found;
mod names;
mod source;

pub(crate) use command::command;
pub use found::{Found, FoundTable};

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};
use carafe_model::Value;

use self::found::Place;
use crate::catalog::{Asked, Described, Shape};
use crate::executor::Executor;
use crate::migrate::RECORD;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// A question to a database: what tables it has.
///
/// Without more it asks for all of its tables, without views and partitions, and what it finds is left
/// alone by migrations.
#[derive(Clone)]
#[must_use = "it asks when it is told to: `.find().await`"]
pub struct Inspect<'e> {
    executor: &'e dyn Executor,
    tables: Vec<String>,
    views: bool,
    partitions: bool,
    managed: bool,
}

impl<'e> Inspect<'e> {
    /// Asks that database.
    pub fn of(executor: &'e dyn Executor) -> Self {
        Self { executor, tables: Vec::new(), views: false, partitions: false, managed: false }
    }

    /// Asks for these tables only.
    pub fn tables(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tables.extend(names.into_iter().map(Into::into));
        self
    }

    /// Views are found too.
    pub fn with_views(mut self) -> Self {
        self.views = true;
        self
    }

    /// Partitions of tables are found too.
    pub fn with_partitions(mut self) -> Self {
        self.partitions = true;
        self
    }

    /// Migrations are to make and change the tables from now on.
    pub fn managed(mut self) -> Self {
        self.managed = true;
        self
    }

    /// What the database says of its tables, in its own language.
    pub async fn describe(&self) -> Result<Vec<Described>> {
        let all = self.executor.capability().catalog.read(&Through(self.executor)).await?;
        for name in &self.tables {
            if all.iter().any(|table| table.name == *name) {
                continue;
            }
            let error = Error::bad_request(format!("the database has no table `{name}`"));
            let names = all.iter().map(|table| table.name.as_str());
            return Err(match nearest(name, names) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("without a name, all are shown"),
            });
        }
        Ok(all.into_iter().filter(|table| self.is_wanted(table)).collect())
    }

    /// The tables as models have them.
    pub async fn find(&self) -> Result<Found> {
        let described = self.describe().await?;
        let tables: Vec<&Described> = described.iter().collect();
        let capability = self.executor.capability();
        let place =
            Place { catalog: capability.catalog, ddl: capability.ddl, managed: self.managed };
        found::found(&tables, &place)
    }

    fn is_wanted(&self, table: &Described) -> bool {
        if !self.tables.is_empty() {
            return self.tables.contains(&table.name);
        }
        // Where migrations note what they did is nobody's model.
        table.name != RECORD
            && match table.shape {
                Shape::Table | Shape::Spread => true,
                Shape::Partition => self.partitions,
                Shape::View => self.views,
            }
    }
}

impl std::fmt::Debug for Inspect<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inspect").field("tables", &self.tables).finish_non_exhaustive()
    }
}

impl Found {
    /// The source of a module with these models, in rustfmt's form.
    ///
    /// Nothing that stands in the database is read as code: names are made into names of Rust, and all
    /// else are literals and comments.
    pub fn source(&self) -> String {
        source::source(self)
    }
}

/// An executor, which answers questions.
struct Through<'e>(&'e dyn Executor);

impl Asked for Through<'_> {
    fn fetch<'a>(
        &'a self,
        statement: &'a Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'a, Result<Fetched>> {
        self.0.fetch(statement, values, sink)
    }
}
