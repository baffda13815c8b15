use carafe::prelude::*;

#[derive(Model)]
struct User { id: i64, #[model(by = Post::TITLE)] posts: HasMany<Post> }

#[derive(Model)]
struct Post { id: i64, title: String }

fn main() {}
