use carafe::prelude::*;

#[derive(PathSegment)]
enum Word { A, B(u32), #[segment("a")] C, #[segment("x/y")] D }

fn main() {}
