use carafe::prelude::*;

struct User;

#[derive(Model)]
struct Post { id: i64, author: ForeignKey<User> }

fn main() {}
