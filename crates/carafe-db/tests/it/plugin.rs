//! The database as an argument of handlers.

use std::sync::Mutex;

use axum::response::Response;
use carafe::db::Open;
use carafe::prelude::*;
use carafe::testing::TestClient;

use crate::{add, all, in_file};

const SCHEMA: &str =
    "create table name (name text unique not null); insert into name values ('ada');";

/// An app that lists names, and adds one.
fn app(database: Database) -> App {
    #[get("/")]
    async fn list(db: Db) -> Result<String> {
        Ok(all(&db).await)
    }
    #[post("/")]
    async fn create(db: Db, body: String) -> Result<String> {
        db.atomic(async |tx| add(tx, &body).await).await?;
        Ok(all(&db).await)
    }
    App::new("names").plugin(database).routes(routes![list, create])
}

#[tokio::test]
async fn the_schema_is_made_before_the_first_statement() {
    let client =
        TestClient::new(app(Database::at("sqlite::memory:").schema(SCHEMA))).await.unwrap();
    client.get("/").await.assert_status(200).assert_text("ada");
    client.post("/").body("text/plain", "bob").await.assert_text("ada bob");
    client.post("/").body("text/plain", "bob").await.assert_status(409);
}

#[tokio::test]
async fn the_tables_of_all_apps_are_made_before_the_first_statement() {
    #[derive(Model)]
    struct Tag {
        id: i64,
        name: String,
    }
    #[derive(Model)]
    struct Post {
        id: i64,
        tags: ManyToMany<Tag>,
    }
    #[post("/")]
    async fn create(db: Db, body: String) -> Result<String> {
        Tag { name: body, ..Tag::blank() }.create(&db).await?;
        let pairs = db.query_scalar::<i64>("select count(*) from post_tags", ()).one().await?;
        Ok(format!("{} {pairs}", Tag::all().count(&db).await?))
    }
    let blog = App::new("blog").models(models![Post]);
    let database = Database::at("sqlite::memory:").create_tables();
    let site = App::new("site").plugin(database).models(models![Tag]).routes(routes![create]);
    let client = TestClient::new(site.mount("/blog", blog)).await.unwrap();
    client.post("/").body("text/plain", "rust").await.assert_text("1 0");
    client.post("/").body("text/plain", "sql").await.assert_text("2 0");
}

#[tokio::test]
async fn a_test_leaves_nothing_behind() {
    let (db, _folder) = in_file().await;
    let open = db.begin().await.unwrap();
    let client = TestClient::new(app(Database::of(open.db().clone()))).await.unwrap();
    client.post("/").body("text/plain", "bob").await.assert_text("bob");
    open.rollback().await.unwrap();
    assert_eq!(all(&db).await, "");
}

#[tokio::test]
async fn a_request_may_be_atomic_as_a_whole() {
    async fn begin(locals: Locals, db: Db) -> Result<()> {
        let open = db.begin().await?;
        locals.set(open.db().clone());
        locals.set(Mutex::new(Some(open)));
        Ok(())
    }
    async fn end(response: Response, locals: Locals) -> Result<Response> {
        let open = locals.take::<Mutex<Option<Open>>>();
        let open = open.and_then(|open| open.lock().ok()?.take());
        match open {
            Some(open) if response.status().is_success() => open.commit().await?,
            _ => {}
        }
        Ok(response)
    }
    #[post("/")]
    async fn create(db: Db, body: String) -> Result<String> {
        add(&db, &body).await?;
        add(&db, "eve").await?;
        Ok(all(&db).await)
    }
    let (db, _folder) = in_file().await;
    let app = App::new("names").plugin(Database::of(db.clone())).before(begin).after(end);
    let client = TestClient::new(app.routes(routes![create])).await.unwrap();
    client.post("/").body("text/plain", "eve").await.assert_status(409);
    assert_eq!(all(&db).await, "");
    client.post("/").body("text/plain", "bob").await.assert_text("bob eve");
    assert_eq!(all(&db).await, "bob eve");
}

#[tokio::test]
async fn two_unlike_databases_in_one_site_are_refused() {
    let outer = App::new("site").plugin(Database::at("sqlite::memory:"));
    let same = App::new("blog").plugin(Database::at("sqlite::memory:"));
    let unlike = App::new("shop").plugin(Database::at("sqlite:shop.sqlite3"));
    assert!(TestClient::new(App::new("a").mount("/", outer).mount("/blog", same)).await.is_ok());
    let outer = App::new("site").plugin(Database::at("sqlite::memory:"));
    let Err(refused) =
        TestClient::new(App::new("a").mount("/", outer).mount("/shop", unlike)).await
    else {
        panic!("two databases were taken for one")
    };
    assert!(refused.message().contains("`database`"), "{refused}");
}

#[tokio::test]
async fn settings_name_the_database_and_sql_asks_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("app.sqlite3").display());
    let site = || app(Database::from_settings().schema(SCHEMA)).set("database.url", url.as_str());
    let client = TestClient::new(site()).await.unwrap();
    client.get("/").await.assert_text("ada");
    let ran = client.command(["sql", "insert into name values ('b\u{1b}[2J')"]).await;
    assert_eq!((ran.code, ran.output.as_str()), (0, "1 changed\n"));
    let ran = client.command(["sql", "select name, 7 as n from name order by name"]).await;
    assert_eq!(ran.output, "name   n\n-----  -\nada    7\nb\u{fffd}[2J  7\n(2 rows)\n");
    let ran = client.command(["sql", "select nme"]).await;
    assert!(ran.code != 0 && ran.output.contains("no such column: nme"), "{}", ran.output);
    let ran = client.command(["settings"]).await;
    assert!(
        ran.output.contains("database.url") && !ran.output.contains("app.sqlite3"),
        "{}",
        ran.output
    );
    let unknown = TestClient::new(site().set("database.ulr", "x")).await;
    assert!(unknown.err().unwrap().to_string().contains("ulr"));
}

#[tokio::test]
async fn a_hook_without_a_database_is_found_at_start() {
    async fn load(_: Db) {}
    let refused = TestClient::new(App::new("site").before(load)).await.err().unwrap().to_string();
    let told = "`Db` is asked for, which nothing provides, at a `before` hook (";
    assert!(refused.starts_with(told), "{refused}");
    assert!(refused.ends_with("add `.plugin(Database::from_settings())` to your App"), "{refused}");
}
