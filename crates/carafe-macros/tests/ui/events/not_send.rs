use std::rc::Rc;

use carafe::db::events::{Events, Saved};
use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, title: String }

async fn later() {}

async fn count(post: &Post, _: Saved<'_>) -> Result<()> {
    let title = Rc::new(post.title.clone());
    later().await;
    drop(title);
    Ok(())
}

fn main() {
    let _ = Events::new().after_save(count);
}
