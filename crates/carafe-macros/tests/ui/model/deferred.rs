use carafe::models::Deferred;
use carafe::prelude::*;

#[derive(Model)]
struct User { id: i64 }

#[derive(Model)]
struct Post {
    id: i64,
    body: Option<Deferred<String>>,
    author: Deferred<ForeignKey<User>>,
}

#[derive(Model)]
struct Tag {
    #[model(primary_key)]
    name: Deferred<String>,
}

fn main() {}
