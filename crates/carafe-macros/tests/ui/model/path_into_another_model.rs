use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, author: ForeignKey<User> }

#[derive(Model)]
struct User { id: i64 }

fn path() { let _ = Post::AUTHOR.on(Post::ID); }

fn main() {}
