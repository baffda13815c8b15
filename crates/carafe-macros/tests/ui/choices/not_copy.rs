use carafe::prelude::*;

#[derive(Choices)]
enum Status { Draft }

fn main() {}
