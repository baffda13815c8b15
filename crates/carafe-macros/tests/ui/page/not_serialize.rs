use carafe::prelude::*;

#[derive(Model)]
struct Post { id: i64, title: String }

#[get("/")]
async fn index(db: Db) -> Result<Page> {
    let posts: Vec<Post> = Post::all().fetch(&db).await?;
    Ok(page("index.html", context! { posts }))
}

#[get("/first")]
async fn first(db: Db) -> Result<Page> {
    let post = Post::all().first(&db).await?;
    Ok(page("first.html", context! { title => "First", post => post }))
}

fn main() {}
