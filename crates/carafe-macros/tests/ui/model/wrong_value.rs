use carafe::prelude::*;

#[derive(Model)]
#[model(table = posts)]
struct Post {
    id: i64,
    #[model(max_length = "ten", unique = 1, help_text)]
    title: String,
    #[model(min = title, validate = 5)]
    views: i32,
}

fn main() {}
