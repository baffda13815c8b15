use carafe::prelude::*;

struct Post;
#[get("/")]
async fn index() -> Result<Post> { Ok(Post) }

fn main() {}
