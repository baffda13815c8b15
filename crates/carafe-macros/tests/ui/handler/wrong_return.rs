use carafe::prelude::*;

struct Post;
#[get("/")]
async fn index() -> Post { Post }

fn main() {}
