use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, title: String }
#[derive(Model)]
struct User { id: i64, name: String }

fn query() { let _ = Post::all().filter(User::NAME.eq("Ada")); }

fn both() { let _ = Post::TITLE.eq("Hi") & User::NAME.eq("Ada"); }

fn main() {}
