use carafe::prelude::*;

#[get("users/{id}", "/x/{a", "/{b:small=1}", csfr = false)]
async fn one() -> &'static str { "" }
#[get("users/{id}", "/x/{a", "/{b:small=1}", "/{*c}/d", "/{e}/{e}", body_limit = "10 miles")]
async fn two() -> &'static str { "" }

fn main() {}
