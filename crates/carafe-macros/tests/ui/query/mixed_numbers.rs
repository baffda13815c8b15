use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, views: i32, rating: f64, title: String }

fn columns() { let _ = Post::VIEWS + Post::RATING; }

fn number() { let _ = Post::VIEWS * 1.5; }

fn text() { let _ = Post::TITLE + 1; }

fn main() {}
