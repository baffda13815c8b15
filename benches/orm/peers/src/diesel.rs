//! diesel-async on PostgreSQL, Diesel on SQLite.

mod diesel_postgres;
mod diesel_sqlite;
mod diesel_tables;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|url| url.starts_with("sqlite:")) {
        return orm_client::run::<diesel_sqlite::Sqlite>();
    }
    orm_client::run::<diesel_postgres::Postgres>()
}
