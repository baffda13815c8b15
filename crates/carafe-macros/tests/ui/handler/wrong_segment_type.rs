use carafe::prelude::*;

#[get("/{id}")]
async fn index(id: std::time::Instant) -> &'static str { let _ = id; "" }

fn main() {}
