use carafe::prelude::*;

#[derive(Model)]
struct Post(i64);

fn main() {}
