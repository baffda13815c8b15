use carafe::prelude::*;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(max_length = 10)]
    views: i32,
    #[model(email)]
    mail: i64,
    #[model(max_digits = 5)]
    price: f64,
    #[model(min = 1)]
    title: String,
    #[model(auto_now)]
    name: String,
    #[model(on_delete = cascade)]
    body: String,
    #[model(symmetrical)]
    next: ForeignKey<Post>,
    #[model(unique)]
    all: ManyToMany<Post>,
    #[model(slug, url)]
    address: String,
}

fn main() {}
