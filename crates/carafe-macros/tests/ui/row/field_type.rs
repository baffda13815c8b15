//! A field's type must fill one column.

use carafe::db::Row;

#[derive(Row)]
struct Post {
    id: u64,
    title: String,
}

fn main() {}
