//! SQLx, on PostgreSQL and on SQLite: SQL by hand, rows as structs.

mod sqlx_postgres;
mod sqlx_sqlite;

use std::process::ExitCode;

use sqlx::FromRow;

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|url| url.starts_with("sqlite:")) {
        return orm_client::run::<sqlx_sqlite::Sqlite>();
    }
    orm_client::run::<sqlx_postgres::Postgres>()
}

#[derive(FromRow)]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct World {
    id: i64,
    random_number: i32,
}

#[derive(FromRow)]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct Fortune {
    id: i64,
    message: String,
}

#[derive(FromRow)]
pub(crate) struct Author {
    id: i64,
    name: String,
}

#[derive(FromRow)]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct Post {
    id: i64,
    author_id: i64,
    title: String,
    body: String,
    views: i32,
}

#[derive(FromRow)]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct PostWithAuthor {
    #[sqlx(flatten)]
    post: Post,
    author_key: i64,
    name: String,
}

pub(crate) const WORLD: &str = "select id, random_number from world where id = $1";
pub(crate) const FORTUNES: &str = "select id, message from fortune";
pub(crate) const INSERT: &str =
    "insert into entry (title, body, views) values ($1, $2, $3) returning id";
pub(crate) const UPDATE: &str = "update world set random_number = $2 where id = $1";
pub(crate) const JOIN: &str = "select post.id, post.author_id, post.title, post.body, post.views, \
    author.id as author_key, author.name from post join author on author.id = post.author_id \
    order by post.id limit 100";
pub(crate) const AUTHORS: &str = "select id, name from author order by id limit 100";
