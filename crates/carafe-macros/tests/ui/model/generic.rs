use carafe::prelude::*;

#[derive(Model)]
struct Post<T> { id: i64, value: T }

fn main() {}
