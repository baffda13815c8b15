use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(unique_for_date = published, unique_for_year = id)]
    title: String,
}

fn main() {}
