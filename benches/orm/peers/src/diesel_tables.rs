//! The tables, and their rows as structs.

use diesel::prelude::*;
use orm_client::Entry;

diesel::table! {
    world (id) {
        id -> BigInt,
        random_number -> Integer,
    }
}

diesel::table! {
    fortune (id) {
        id -> BigInt,
        message -> Text,
    }
}

diesel::table! {
    entry (id) {
        id -> BigInt,
        title -> Text,
        body -> Text,
        views -> Integer,
    }
}

diesel::table! {
    author (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    post (id) {
        id -> BigInt,
        author_id -> BigInt,
        title -> Text,
        body -> Text,
        views -> Integer,
    }
}

diesel::joinable!(post -> author (author_id));
diesel::allow_tables_to_appear_in_same_query!(author, post);

#[derive(Queryable)]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct World {
    pub(crate) id: i64,
    pub(crate) random_number: i32,
}

#[derive(Queryable)]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct Fortune {
    pub(crate) id: i64,
    pub(crate) message: String,
}

#[derive(Identifiable, Queryable)]
#[diesel(table_name = author)]
pub(crate) struct Author {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Associations, Identifiable, Queryable)]
#[diesel(table_name = post, belongs_to(Author))]
#[expect(dead_code, reason = "a handler would use all columns")]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) author_id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) views: i32,
}

#[derive(Insertable)]
#[diesel(table_name = entry)]
pub(crate) struct NewEntry {
    title: String,
    body: String,
    views: i32,
}

impl From<Entry> for NewEntry {
    fn from(entry: Entry) -> Self {
        let Entry { title, body, views } = entry;
        Self { title, body, views }
    }
}

/// The bytes of posts with their authors.
pub(crate) fn joined(posts: &[(Post, Author)]) -> usize {
    posts.iter().map(|(post, author)| post.title.len() + author.name.len()).sum()
}

/// The bytes of authors with their posts.
pub(crate) fn grouped(authors: &[Author], posts: Vec<Post>) -> usize {
    let bytes = posts.grouped_by(authors).into_iter().zip(authors).map(|(posts, author)| {
        author.name.len() + posts.iter().map(|post| post.title.len()).sum::<usize>()
    });
    bytes.sum()
}
