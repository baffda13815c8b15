use carafe::prelude::*;

#[get("/")]
async fn index<T>(body: Json<T>) -> &'static str { let _ = body; "" }

fn main() {}
