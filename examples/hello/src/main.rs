//! The smallest app.

use carafe::prelude::*;

#[get("/")]
async fn hello() -> &'static str {
    "Hello, World!"
}

fn main() {
    App::new("hello").routes(routes![hello]).run()
}
