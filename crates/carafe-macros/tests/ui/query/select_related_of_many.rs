use carafe::prelude::*;

#[derive(Model)]
struct Tag { id: i64 }
#[derive(Model)]
struct Post { id: i64, title: String, tags: ManyToMany<Tag> }

fn many() { let _ = Post::all().select_related(Post::TAGS); }

fn none() { let _ = Post::all().prefetch_related(Post::TITLE); }

fn main() {}
