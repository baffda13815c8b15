use carafe::prelude::*;

#[get("/")]
async fn index(clock: std::time::Instant) -> &'static str { let _ = clock; "" }

fn main() {}
