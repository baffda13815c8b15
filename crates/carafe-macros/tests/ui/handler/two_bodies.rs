use carafe::prelude::*;

#[post("/")]
async fn index(a: Json<i64>, b: Json<i64>) -> String { format!("{a:?}{b:?}") }

fn main() {}
