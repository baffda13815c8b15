use carafe::prelude::*;

#[derive(Model)]
#[model(abstract, table = "stamps", unique(made))]
struct Stamps {
    #[model(primary_key)]
    made: i64,
}

fn main() {}
