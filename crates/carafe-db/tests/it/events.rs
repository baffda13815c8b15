//! Who is told of rows, by an app.

use carafe::db::events::{Events, RelationChange, Saved, Saving};
use carafe::prelude::*;
use carafe::testing::TestClient;

#[derive(Model)]
struct User {
    id: i64,
    groups: ManyToMany<Group>,
}

#[derive(Model)]
struct Group {
    id: i64,
    name: String,
}

#[derive(Model)]
struct Post {
    id: i64,
    title: String,
}

#[post("/")]
async fn create(db: Db, body: String) -> Result<String> {
    let done = Post { title: body, ..Post::blank() }.create(&db).await;
    let told = done.map_or_else(|error| error.to_string(), |post| post.title);
    let titles = Post::all().order_by(Post::ID).values(Post::TITLE).fetch(&db).await?;
    Ok(format!("{told}: {}", titles.join(" ")))
}

async fn of_blog(post: &mut Post, _: Saving<'_>) -> Result<()> {
    post.title += " blog";
    Ok(())
}

async fn of_site(post: &mut Post, _: Saving<'_>) -> Result<()> {
    post.title += " site";
    Ok(())
}

async fn refuse(post: &Post, _: Saved<'_>) -> Result<()> {
    if post.title.starts_with("bad") { Err(Error::bad_request("no")) } else { Ok(()) }
}

fn site(database: Database) -> App {
    let blog = App::new("blog").models(models![Post]).events(Events::new().before_save(of_blog));
    App::new("site")
        .plugin(database.create_tables())
        .models(models![User, Group])
        .events(Events::new().before_save(of_site).after_save(refuse))
        .routes(routes![create])
        .mount("/blog", blog)
}

#[tokio::test]
async fn all_apps_of_a_site_are_told_from_outside_inwards() {
    let client = TestClient::new(site(Database::at("sqlite::memory:"))).await.unwrap();
    let told = client.post("/").body("text/plain", "hi").await;
    told.assert_text("hi site blog: hi site blog");
}

#[tokio::test]
async fn a_request_that_is_one_transaction_loses_only_the_write_that_is_refused() {
    let database = Database::at("sqlite::memory:").atomic_requests();
    let client = TestClient::new(site(database)).await.unwrap();
    client.post("/").body("text/plain", "hi").await.assert_status(200);
    client.post("/").body("text/plain", "bad").await.assert_text("no: hi site blog");
    client
        .post("/")
        .body("text/plain", "ho")
        .await
        .assert_text("ho site blog: hi site blog ho site blog");
}

#[tokio::test]
async fn a_relation_of_another_model_is_found_at_start() {
    #[derive(Model)]
    struct Comment {
        id: i64,
        author: ForeignKey<User>,
    }
    async fn told(_: RelationChange<'_, Comment, Group>) -> Result<()> {
        Ok(())
    }
    let over = Comment::AUTHOR.on(User::GROUPS);
    let site = site(Database::at("sqlite::memory:"));
    let site = site.events(Events::new().after_m2m_change(over, told));
    let refused = TestClient::new(site).await.err().unwrap().to_string();
    assert!(refused.contains("`author.groups` is no relation of Comment itself"), "{refused}");
}
