use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(flatten, unique)]
    body: Body,
}

struct Body;

fn main() {}
