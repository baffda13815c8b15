//! The statements, which both ways to have a connection run.

mod pool;
mod rows;
mod shared;

pub(crate) use pool::Pool;
pub(crate) use shared::Shared;

pub(crate) const ROW: &str = "select id, random_number from world where id = $1";
pub(crate) const FORTUNES: &str = "select id, message from fortune";
pub(crate) const INSERT: &str =
    "insert into entry (title, body, views) values ($1, $2, $3) returning id";
pub(crate) const BULK: &str = "insert into entry (title, body, views) \
    select * from unnest($1::text[], $2::text[], $3::integer[])";
pub(crate) const UPDATE: &str = "update world set random_number = $2 where id = $1";
pub(crate) const BULK_UPDATE: &str = "update world set random_number = change.number \
    from unnest($1::bigint[], $2::integer[]) as change (id, number) where world.id = change.id";
pub(crate) const JOIN: &str = "select post.id, post.author_id, post.title, post.body, post.views, \
    author.id, author.name from post join author on author.id = post.author_id \
    order by post.id limit 100";
pub(crate) const AUTHORS: &str = "select id, name from author order by id limit 100";
pub(crate) const POSTS: &str =
    "select id, author_id, title, body, views from post where author_id = any ($1)";

pub(crate) const ALL: [&str; 9] =
    [ROW, FORTUNES, INSERT, BULK, UPDATE, BULK_UPDATE, JOIN, AUTHORS, POSTS];
