use carafe::prelude::*;

#[route("/")]
async fn index() -> &'static str { "" }

fn main() {}
