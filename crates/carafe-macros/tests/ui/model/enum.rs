use carafe::prelude::*;

#[derive(Model)]
enum Post { Draft }

fn main() {}
