use carafe::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Status { Draft, Published = 5 }

fn main() {}
