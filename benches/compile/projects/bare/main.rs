//! The same by hand: SQL, and structs that are read from rows.
#![allow(dead_code)] // A handler would read all fields.

use rusqlite::{Connection, Result};

mod m000; // each

const WORKS: &[fn(&Connection) -> Result<i64>] = &[
    m000::work, // each
];

const TABLES: &[&str] = &[
    m000::TABLE, // each
];

fn main() -> Result<()> {
    let db = Connection::open_in_memory()?;
    for table in TABLES {
        db.execute(table, ())?;
    }
    let mut sum = 0;
    for work in WORKS {
        sum += work(&db)?;
    }
    println!("{sum}");
    Ok(())
}
