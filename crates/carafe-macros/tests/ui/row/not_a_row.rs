//! What is asked for must be readable from a row, and parameters must be values.

use carafe::db::Db;

struct Post {
    id: i64,
}

async fn list(db: Db) -> carafe::Result<Vec<Post>> {
    db.query_as("select id from post where id = ?", 7).all().await
}

fn main() {}
