//! What a database can do, as data.

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
    /// How its SQL is written.
    pub dialect: &'static dyn Dialect,
    /// How it is told to make tables.
    pub ddl: &'static dyn Ddl,
}
