use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, #[model(default = true)] views: i32 }

fn main() {}
