use carafe::prelude::*;

#[derive(Model)]
struct Post { id: Option<i64> }

fn main() {}
