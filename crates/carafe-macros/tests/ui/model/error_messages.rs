use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(error_messages("Say a title.", blank = 7))]
    title: String,
}

fn main() {}
