use carafe::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Status { Draft, Published(i64) }

fn main() {}
