use carafe::prelude::*;

struct User;

#[extractor]
async fn user(name: std::process::Child) -> Result<User> { Ok(User) }

fn main() {}
