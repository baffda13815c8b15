use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(on_delete = set_null)]
    a: ForeignKey<Post>,
    #[model(on_delete = set_default)]
    b: ForeignKey<Post>,
    #[model(on_delete = explode)]
    c: ForeignKey<Post>,
}

fn main() {}
