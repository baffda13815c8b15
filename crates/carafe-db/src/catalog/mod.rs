//! How a database is asked what tables it has, and how it tells.
//!
//! Each database has a file here, and an entry in its [`Capability`](crate::driver::Capability). What it
//! answers is [`Described`], in its own language; how that is read is written once: types by
//! [`Catalog::known`], expressions by `expression`. What becomes of it is the business of
//! [`inspect`](crate::inspect).

mod described;
pub(crate) mod expression;
mod known;
#[cfg(any(feature = "mysql", feature = "sqlite"))]
mod maybe;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
pub(crate) mod tokens;

pub use described::{
    Described, DescribedCheck, DescribedColumn, DescribedIndex, DescribedPart, DescribedReference,
    Shape,
};
pub use expression::Sql;
pub(crate) use known::DIGITS;
pub use known::Known;
#[cfg(feature = "mysql")]
pub(crate) use mysql::{MARIADB, MYSQL};
#[cfg(feature = "postgres")]
pub(crate) use postgres::POSTGRES;
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::SQLITE;
pub use tokens::Quoting;

use std::fmt::Debug;

use carafe_core::Result;
use carafe_model::{Row, Value};

use crate::rows::Rows;
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// How a database is asked what tables it has, and what its types are here.
pub trait Catalog: Debug + Send + Sync {
    /// All tables and views, by name, without those that are the database's own.
    fn read<'c>(&'c self, asked: &'c dyn Asked) -> BoxFuture<'c, Result<Vec<Described>>>;

    /// What a column holds by its type; `None` where nothing here is like it.
    fn known(&self, column: &DescribedColumn) -> Option<Known>;

    /// How it shows expressions.
    fn sql(&self) -> Sql;

    /// Whether a unique constraint of one column has the name that the database made up.
    fn is_unnamed(&self, table: &str, column: &str, name: &str) -> bool;

    /// Whether a check has no name, or one that the database made up for a check of one column.
    fn is_unnamed_check(&self, _table: &str, _column: &str, name: Option<&str>) -> bool {
        name.is_none()
    }

    /// Whether the type of a counted column tells how large its numbers are; else columns that refer
    /// to it tell.
    fn counts_by_type(&self) -> bool {
        true
    }
}

/// A database that answers questions.
pub trait Asked: Send + Sync {
    /// Runs a query; its rows go into the sink, which comes back with them.
    fn fetch<'a>(
        &'a self,
        statement: &'a Statement,
        values: Vec<Value>,
        sink: Box<dyn Sink>,
    ) -> BoxFuture<'a, Result<Fetched>>;
}

/// The rows of a query.
async fn ask<T: Row>(
    asked: &dyn Asked,
    sql: impl Into<std::borrow::Cow<'static, str>>,
    values: Vec<Value>,
) -> Result<Vec<T>> {
    let statement = Statement::raw(sql);
    Rows::taken(asked.fetch(&statement, values, Rows::<T>::boxed(usize::MAX)).await?)
}
