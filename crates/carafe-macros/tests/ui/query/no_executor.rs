use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, title: String }

async fn a_text(url: String) -> Result<Vec<Post>> { Post::all().fetch(&url).await }

async fn not_borrowed(db: Db) -> Result<Vec<Post>> { Post::all().fetch(db).await }

async fn none() -> Result<Vec<Post>> { Post::all().fetch().await }

fn main() {}
