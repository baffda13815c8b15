//! What a database can do, as data.

use crate::catalog::Catalog;
use crate::ddl::Ddl;
use crate::sql::Dialect;

/// What a database can do, and how it wants to be asked for what all can.
#[derive(Debug)]
#[non_exhaustive]
pub struct Capability {
    /// Its name, for people: `SQLite`.
    pub name: &'static str,
    /// Counts the tables that are not the database's own.
    pub count_tables: &'static str,
    /// Lets one transaction at a time make the first tables, where beginning it does not.
    pub lock_schema: Option<&'static str>,
    /// Lets one program at a time migrate, where beginning a transaction does not.
    pub migration_lock: Option<MigrationLock>,
    /// How its SQL is written.
    pub dialect: &'static dyn Dialect,
    /// How it is told to make tables.
    pub ddl: &'static dyn Ddl,
    /// How it is asked what tables it has.
    pub catalog: &'static dyn Catalog,
}

/// How a program gets to be the one that migrates. It is asked again until it answers 1, and never waits inside
/// of the database: there a statement that waits may keep others from coming to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationLock {
    /// A query whose lock ends with the connection.
    OfConnection(&'static str),
    /// A query whose lock ends with the transaction, where a connection is lent to others in between.
    OfTransaction(&'static str),
}
