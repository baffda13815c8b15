use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, stars: Option<i32>, title: String }

fn other_option() { let _ = Post::STARS.eq(Some("five")); }

fn of_text() { let _ = Post::STARS.eq("five"); }

fn with_operator() -> bool { Post::STARS == Some(5) }

fn of_columns() { let _ = Post::STARS.lt(Post::TITLE); }

fn main() {}
