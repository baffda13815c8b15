use carafe::prelude::*;

#[get("/")]
async fn str() -> &'static str { "" }

fn main() {}
