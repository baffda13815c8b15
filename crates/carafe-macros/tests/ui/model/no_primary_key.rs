use carafe::prelude::*;

#[derive(Model)]
struct Post { title: String }

fn main() {}
