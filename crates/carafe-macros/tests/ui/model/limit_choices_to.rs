use carafe::prelude::*;

#[derive(Model)]
struct User {
    id: i64,
    is_staff: bool,
}

#[derive(Model)]
struct Post {
    id: i64,
    #[model(limit_choices_to = is_stuff && id > 0)]
    author: ForeignKey<User>,
    #[model(limit_choices_to = is_staff)]
    title: String,
}

fn main() {}
