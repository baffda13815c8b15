use carafe::prelude::*;

#[derive(PathSegment)]
struct Tags(Vec<String>);

fn main() {}
