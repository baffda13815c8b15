use carafe::prelude::*;

async fn pause() {}
#[get("/")]
async fn index() -> String {
    let shared = std::rc::Rc::new(1);
    pause().await;
    shared.to_string()
}

fn main() {}
