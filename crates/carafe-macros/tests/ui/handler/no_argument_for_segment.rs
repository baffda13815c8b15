use carafe::prelude::*;

#[get("/{slug}")]
async fn index() -> &'static str { "" }

fn main() {}
