use carafe::prelude::*;

#[derive(Model)]
struct User { id: i64 }
#[derive(Model)]
struct Post { id: i64, views: i32, title: String, author: ForeignKey<User> }

fn text() { let _ = Post::all().update(Post::VIEWS.set("many")); }

fn number() { let _ = Post::all().update(Post::TITLE.set(7)); }

fn row(post: &Post) { let _ = Post::all().update(Post::AUTHOR.set(post)); }

fn main() {}
