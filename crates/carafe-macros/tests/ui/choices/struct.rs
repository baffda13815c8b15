use carafe::prelude::*;

#[derive(Choices, Clone, Copy)]
struct Status;

fn main() {}
