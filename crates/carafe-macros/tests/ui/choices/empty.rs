use carafe::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Status {}

fn main() {}
