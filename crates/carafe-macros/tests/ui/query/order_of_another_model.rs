use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64 }
#[derive(Model)]
struct User { id: i64, name: String }

fn column() { let _ = Post::all().order_by(User::NAME); }

fn descending() { let _ = Post::all().order_by(User::NAME.desc()); }

fn main() {}
