use carafe::prelude::*;

#[derive(Model)]
struct Tag { id: i64 }
#[derive(Model)]
struct User { id: i64 }
#[derive(Model)]
struct Post { id: i64, tags: ManyToMany<Tag> }

fn query() { let _ = Post::all().prefetch(Post::TAGS, User::all()); }

fn path() { let _ = Post::all().select_related(User::ID); }

fn main() {}
