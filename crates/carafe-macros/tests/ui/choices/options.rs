use carafe::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Status {
    #[choice(lable = "x")]
    Draft,
    #[choice(default)]
    Published,
    #[choice(default)]
    Gone,
}

fn main() {}
