use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, #[model(unique, unique)] title: String }

fn main() {}
