//! Those who are told of migrations, and what a database is made without.

use std::path::Path;
use std::sync::{Arc, Mutex};

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::__private::{Entry, Origin};
use carafe_db::Models;
use carafe_db::events::{Events, Migrating, with};

#[derive(Model)]
#[model(unique(title, name = "one_title", nulls_equal = true))]
struct Post {
    id: i64,
    #[model(max_length = 50)]
    title: Option<String>,
}

#[derive(Model)]
struct Shop {
    id: i64,
}

type Log = Arc<Mutex<Vec<String>>>;

async fn before(log: Log, migrating: Migrating<'_>) -> Result<()> {
    let plan = migrating.plan().iter().map(|step| {
        let sign = if step.is_undone() { "-" } else { "+" };
        format!("{sign}{}:{}", step.crate_name(), step.name())
    });
    let line = format!(
        "before {}: {} of {}",
        migrating.crate_name(),
        plan.collect::<Vec<_>>().join(" "),
        migrating.applied().count()
    );
    log.lock().unwrap().push(line);
    Ok(())
}

async fn after(log: Log, migrating: Migrating<'_>) -> Result<()> {
    let is_there = migrating.is_applied("blog", "0001_initial");
    let titles = if is_there { Post::all().count(migrating.db()).await? } else { 0 };
    let name = migrating.crate_name();
    if name == "blog" && is_there && titles == 0 {
        Post { title: Some("First".into()), ..Post::blank() }.create(migrating.db()).await?;
    }
    log.lock().unwrap().push(format!("after {name}: {titles} rows"));
    Ok(())
}

fn app(folder: &Path) -> App {
    let dir: &'static str = Box::leak(folder.display().to_string().into_boxed_str());
    let blog = Models::of(Origin { name: "blog", dir }, &[Entry::of::<Post>()]);
    let shop: &'static str = Box::leak(folder.join("shop").display().to_string().into_boxed_str());
    std::fs::create_dir_all(shop).unwrap();
    let shop = Models::of(Origin { name: "shop", dir: shop }, &[Entry::of::<Shop>()]);
    App::new("blog")
        .plugin(Database::at(format!("sqlite:{}", folder.join("app.sqlite3").display())))
        .models(blog)
        .mount("/shop", App::new("shop").models(shop))
}

#[tokio::test]
async fn each_crate_is_told_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::default();
    let events = Events::new()
        .before_migrate(with(log.clone(), before))
        .after_migrate(with(log.clone(), after));
    let client = TestClient::new(app(folder.path()).events(events)).await.unwrap();
    let told = async |words: &str, expected: &[&str]| {
        let ran = client.command(words.split(' ')).await;
        assert_eq!(ran.code, 0, "{words}: {}", ran.output);
        assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected, "{words}");
    };
    told("makemigrations", &[]).await;
    told("migrate --plan", &[]).await;
    let plan = "+blog:0001_initial +shop:0001_initial of 0";
    told(
        "migrate",
        &[
            &format!("before blog: {plan}"),
            &format!("before shop: {plan}"),
            "after blog: 0 rows",
            "after shop: 1 rows",
        ],
    )
    .await;
    // Also where nothing is to be done.
    told(
        "migrate shop",
        &["before blog:  of 2", "before shop:  of 2", "after blog: 1 rows", "after shop: 1 rows"],
    )
    .await;
    let undone = "-blog:0001_initial of 2";
    told(
        "migrate blog zero",
        &[
            &format!("before blog: {undone}"),
            &format!("before shop: {undone}"),
            "after blog: 0 rows",
            "after shop: 0 rows",
        ],
    )
    .await;
}

async fn refuse(_: Migrating<'_>) -> Result<()> {
    Err(Error::setup("not today"))
}

#[tokio::test]
async fn an_error_before_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let events = Events::new().before_migrate(refuse);
    let client = TestClient::new(app(folder.path()).events(events)).await.unwrap();
    client.command(["makemigrations"]).await;
    let ran = client.command(["migrate"]).await;
    assert_eq!((ran.code, ran.output.as_str()), (1, "error: not today\n"));
    let ran = client.command(["showmigrations"]).await;
    assert!(!ran.output.contains("[X]"), "{}", ran.output);
}

#[tokio::test]
async fn an_error_after_leaves_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let events = Events::new().after_migrate(refuse);
    let client = TestClient::new(app(folder.path()).events(events)).await.unwrap();
    client.command(["makemigrations"]).await;
    let ran = client.command(["migrate"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.output.ends_with("error: not today\n"), "{}", ran.output);
    let ran = client.command(["showmigrations"]).await;
    assert_eq!(ran.output.matches("[X]").count(), 2, "{}", ran.output);
}

#[tokio::test]
async fn what_the_database_lacks_is_told_once() {
    const LACK: &str = "warning: SQLite has no unique constraint for which two NULLs are the same, as `one_title`, at post; leave out `nulls_equal`, or give the field a value that stands for none\n";
    let folder = tempfile::tempdir().unwrap();
    let client = TestClient::new(app(folder.path())).await.unwrap();
    let count =
        async |words: &str| client.command(words.split(' ')).await.output.matches(LACK).count();
    assert_eq!(count("makemigrations --dry-run").await, 1);
    assert_eq!(count("makemigrations").await, 1);
    assert_eq!(count("migrate").await, 1);
    assert_eq!(count("migrate").await, 0);
    // What comes later does not tell it again.
    let later = folder.path().join("migrations/0002_body.toml");
    std::fs::write(later, "after = [\"0001_initial\"]\n[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = { name = \"body\", kind = \"text\", null = true }\n").unwrap();
    assert_eq!(count("migrate").await, 0);
    assert_eq!(count("migrate blog zero").await, 0);
    assert_eq!(count("migrate").await, 1);
}
