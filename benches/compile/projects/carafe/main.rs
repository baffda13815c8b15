//! Models of Carafe.
#![allow(dead_code)] // A handler would read all fields.

use std::pin::Pin;

use carafe::db::Db;
use carafe::prelude::*;

mod m000; // each

type Work<'d> = Pin<Box<dyn Future<Output = Result<i64>> + Send + 'd>>;

const WORKS: &[fn(&Db) -> Work<'_>] = &[
    m000::work, // each
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let models = models![
        m000::M000, // each
    ];
    let db = Db::open("sqlite::memory:").await?.with_models(models);
    db.create_tables().await?;
    let mut sum = 0;
    for work in WORKS {
        sum += work(&db).await?;
    }
    println!("{sum}");
    Ok(())
}
