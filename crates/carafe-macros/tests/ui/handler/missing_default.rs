use carafe::prelude::*;

#[get("/all", "/all/{page}")]
async fn all(page: u32) -> String { page.to_string() }

fn main() {}
