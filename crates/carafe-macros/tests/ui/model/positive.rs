use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(positive)]
    views: i32,
}

#[derive(Model)]
struct Tag {
    id: i64,
    #[model(positive, citext)]
    name: String,
}

fn main() {}
