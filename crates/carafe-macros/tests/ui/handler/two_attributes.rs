use carafe::prelude::*;

#[get("/a")]
#[post("/b")]
async fn index() -> &'static str { "" }

fn main() {}
