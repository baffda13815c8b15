//! What users of a database notice.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod chain;
mod concurrency;
mod databases;
mod errors;
mod events;
mod handler;
mod inspect;
mod kinds;
mod migrating;
mod migrations;
mod models;
mod opening;
mod per_request;
mod plugin;
mod rows;
mod slow;
mod standing;
mod steps;
mod transfer;
mod watch;
#[cfg(feature = "postgres")]
mod zero_downtime;

use carafe_db::Db;

/// A database in memory with a table of names.
async fn names() -> Db {
    let db = Db::open("sqlite::memory:").await.unwrap();
    db.execute("create table name (name text unique not null)", ()).await.unwrap();
    db
}

/// A database in a file, and the folder to keep while it is used.
async fn in_file() -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db =
        Db::open(format!("sqlite:{}", folder.path().join("app.sqlite3").display())).await.unwrap();
    db.execute("create table name (name text unique not null)", ()).await.unwrap();
    (db, folder)
}

async fn add(db: &dyn carafe_db::Executor, name: &str) -> carafe_core::Result<u64> {
    db.execute("insert into name values (?)", (name,)).await
}

/// The names, in order, with spaces between.
async fn all(db: &dyn carafe_db::Executor) -> String {
    let names: Vec<String> =
        db.query_scalar("select name from name order by name", ()).all().await.unwrap();
    names.join(" ")
}
