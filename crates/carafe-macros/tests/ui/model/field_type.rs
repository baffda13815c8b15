use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, views: usize }

fn main() {}
