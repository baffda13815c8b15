//! Entities of SeaORM.
#![allow(dead_code)] // A handler would read all fields.

use std::pin::Pin;

use sea_orm::sea_query::TableCreateStatement;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, Schema};

mod m000; // each

type Work<'d> = Pin<Box<dyn Future<Output = Result<i64, DbErr>> + Send + 'd>>;

const WORKS: &[fn(&DatabaseConnection) -> Work<'_>] = &[
    m000::work, // each
];

const TABLES: &[fn(&Schema) -> TableCreateStatement] = &[
    m000::table, // each
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), DbErr> {
    let db = Database::connect("sqlite::memory:").await?;
    let schema = Schema::new(db.get_database_backend());
    for table in TABLES {
        db.execute(&table(&schema)).await?;
    }
    let mut sum = 0;
    for work in WORKS {
        sum += work(&db).await?;
    }
    println!("{sum}");
    Ok(())
}
