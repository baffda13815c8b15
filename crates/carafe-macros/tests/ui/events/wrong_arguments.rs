use carafe::db::events::{Events, Saved, Saving};
use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, title: String }

async fn before(post: &Post, _: Saving<'_>) -> Result<()> { let _ = post; Ok(()) }

async fn after(post: &Post) -> Result<()> { let _ = post; Ok(()) }

async fn nothing(post: &Post, _: Saved<'_>) { let _ = post; }

fn main() {
    let _ = Events::new().before_save(before);
    let _ = Events::new().after_save(after);
    let _ = Events::new().after_save(nothing);
}
