use carafe::prelude::*;

#[derive(Model)]
struct Book {
    id: i64,
}

#[derive(Model)]
#[model(proxy = Book, table = "books")]
struct Cheap {
    id: i64,
}

fn main() {}
