use carafe::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Status {
    Draft,
    #[choice(value = "draft")]
    Published,
}

fn main() {}
