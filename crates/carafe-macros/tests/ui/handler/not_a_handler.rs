use carafe::prelude::*;

async fn plain() -> &'static str { "" }
fn app() -> App { App::new("site").routes(routes![plain]) }

fn main() {}
