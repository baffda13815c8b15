use carafe::prelude::*;

struct Views;
impl Views {
    #[get("/")]
    async fn index(&self) -> &'static str { "" }
}

fn main() {}
