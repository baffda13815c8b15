use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, title: String }

fn path() { let _ = Post::TITLE.on(Post::ID); }

fn main() {}
