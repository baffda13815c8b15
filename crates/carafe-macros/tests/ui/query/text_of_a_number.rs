use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, views: i32 }

fn query() { let _ = Post::all().filter(Post::VIEWS.icontains("rust")); }

fn main() {}
