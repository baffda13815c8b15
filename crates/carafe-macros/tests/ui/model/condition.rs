use carafe::prelude::*;

#[derive(Model)]
#[model(check(a, title.starts_with("x")), check(title != "x"), check, check(c, sha(title) == "x"))]
#[model(unique(), index(title, size = 3), unique(title, name = 5))]
struct Post { id: i64, title: String }

fn main() {}
