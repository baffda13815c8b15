use carafe::prelude::*;

#[derive(Model)]
struct User { id: i64, name: String }
#[derive(Model)]
struct Post { id: i64, title: String, author: ForeignKey<User> }

fn another_column() { let _ = Post::ID.is_among(User::all().values(User::NAME)); }

fn rows() { let _ = Post::TITLE.is_among(User::all()); }

fn of_another_model() { let _ = Post::all().values(User::NAME); }

fn main() {}
