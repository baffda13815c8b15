use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    author: ForeignKey<Post>,
    author_id: i64,
    #[model(column = "id")]
    other: i64,
}

fn main() {}
