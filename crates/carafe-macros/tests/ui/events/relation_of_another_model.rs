use carafe::db::events::{Events, RelationChange};
use carafe::prelude::*;

#[derive(Model)]
struct Tag { id: i64, name: String }

#[derive(Model)]
struct User { id: i64, name: String }

#[derive(Model)]
struct Post { id: i64, author: ForeignKey<User>, tags: ManyToMany<Tag> }

async fn change(_: RelationChange<'_, Post, User>) -> Result<()> { Ok(()) }

fn main() {
    let _ = Events::new().after_m2m_change(Post::TAGS, change);
    let _ = Events::new().after_m2m_change(Post::AUTHOR, change);
}
