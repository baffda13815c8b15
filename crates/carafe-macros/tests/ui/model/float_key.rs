use carafe::prelude::*;

#[derive(Model)]
struct Post { id: f64 }

fn main() {}
