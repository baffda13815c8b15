use carafe::prelude::*;

#[get("/")]
async fn std() -> u8 { 0 }

fn main() {}
