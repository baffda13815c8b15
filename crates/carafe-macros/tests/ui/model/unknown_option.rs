use carafe::prelude::*;

#[derive(Model)]
#[model(tabel = "posts")]
struct Post {
    id: i64,
    #[model(max_lenght = 10)]
    title: String,
    #[model(colour)]
    body: String,
}

fn main() {}
