use carafe::prelude::*;

#[derive(Model)]
#[model(index(title.class(text_pattern_ops)), check(short, length(title) < 9, "Too long."))]
struct Post {
    id: i64,
    title: String,
}

fn main() {}
