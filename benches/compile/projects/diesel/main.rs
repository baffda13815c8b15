//! Tables and structs of Diesel.
#![allow(dead_code)] // A handler would read all fields.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

mod m000; // each

type Error = Box<dyn std::error::Error>;

const WORKS: &[fn(&mut SqliteConnection) -> QueryResult<i64>] = &[
    m000::work, // each
];

const TABLES: &[&str] = &[
    m000::TABLE, // each
];

fn main() -> Result<(), Error> {
    let mut db = SqliteConnection::establish(":memory:")?;
    for table in TABLES {
        db.batch_execute(table)?;
    }
    let mut sum = 0;
    for work in WORKS {
        sum += work(&mut db)?;
    }
    println!("{sum}");
    Ok(())
}
