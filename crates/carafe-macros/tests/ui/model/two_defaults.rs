use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(default = 1, db_default = 2)]
    views: i32,
    #[model(natural)]
    stars: i32,
    #[model(stored)]
    length: i32,
}

fn main() {}
