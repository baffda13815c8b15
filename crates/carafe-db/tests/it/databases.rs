//! Several databases of one app.

use std::time::Duration;

use carafe::db::{DatabaseName, Databases, Named};
use carafe::prelude::*;
use carafe::settings::{Environment, SettingsLoader};
use carafe::testing::TestClient;

use crate::{add, all};

struct Reports;

impl DatabaseName for Reports {
    const NAME: &'static str = "reports";
}

#[get("/both")]
async fn both(db: Db, reports: Named<Reports>, databases: Databases) -> Result<String> {
    assert_eq!(*reports, databases.get("reports")?);
    Ok(format!("{} {}", all(&db).await, all(&reports.into_inner()).await))
}

#[get("/unknown")]
async fn unknown(databases: Databases) -> Result<String> {
    databases.get("report").map(|_| String::new())
}

async fn named(name: &str) -> Db {
    let db = Db::open("sqlite::memory:").await.unwrap();
    db.execute("create table name (name text unique not null)", ()).await.unwrap();
    add(&db, name).await.unwrap();
    db
}

#[tokio::test]
async fn a_handler_takes_a_database_by_its_name() {
    let databases = Databases::new().with("reports", named("bob").await);
    let app = App::new("shop").plugin(Database::of(named("ada").await)).plugin(databases);
    let client = TestClient::new(app.routes(routes![both, unknown])).await.unwrap();
    client.get("/both").await.assert_status(200).assert_text("ada bob");
    client.get("/unknown").await.assert_status(500);
}

#[tokio::test]
async fn each_knows_the_models_of_the_site() {
    #[derive(Model)]
    struct Shelf {
        id: i64,
        label: String,
    }
    #[derive(Model)]
    struct Sale {
        id: i64,
        cents: i64,
        shelf: ForeignKey<Shelf>,
    }
    #[derive(Model)]
    struct Total {
        id: i64,
        cents: i64,
    }
    #[get("/")]
    async fn index(reports: Named<Reports>, databases: Databases) -> Result<String> {
        let made = reports.create_tables().await?.join(" ");
        let shelf = Shelf { label: "A".into(), ..Shelf::blank() }.create(&*reports).await?;
        Sale { shelf: shelf.key(), ..Sale::blank() }.create(&*reports).await?;
        // What refers to a row is found by the models that the database knows.
        let deleted = shelf.delete(&*reports).await?.total();
        Ok(format!("{made}; {deleted}; {}", databases.get("old")?.create_tables().await?.join(" ")))
    }
    let open = async || Db::open("sqlite::memory:").await.unwrap();
    let databases = Databases::new()
        .with("reports", open().await)
        .with("old", open().await.with_models(models![Total]));
    let app = App::new("shop").plugin(databases).models(models![Shelf, Sale]);
    let client = TestClient::new(app.routes(routes![index])).await.unwrap();
    client.get("/").await.assert_text("shelf sale; 2; shelf sale total");
}

#[test]
fn an_unknown_name_tells_which_there_are() {
    let error = Databases::new().get("reports").unwrap_err();
    assert!(error.message().ends_with("there is none"), "{error}");
    assert!(error.advice().unwrap().contains("[databases.reports]"), "{error}");
}

#[test]
fn they_are_named_in_the_settings() {
    let site = |toml: &str| {
        let app = App::new("shop").plugin(Databases::from_settings()).routes(routes![unknown]);
        app.build_with(SettingsLoader::new(Environment::TEST).toml(toml))
    };
    let toml = "[databases.reports]\nurl = \"sqlite::memory:\"\nwait = \"1s\"\n[databases.old]\nurl = \"sqlite::memory:\"";
    site(toml).unwrap();
    site("").unwrap();
    for (toml, said) in [
        ("[databases.reports]\nwait = \"1s\"", "databases.reports"),
        ("[databases.reports]\nurl = \"nothing:\"", "no kind of database"),
        ("[databases.reports]\nurl = \"sqlite::memory:\"\nwayt = \"1s\"", "wayt"),
    ] {
        let error = site(toml).map(drop).unwrap_err();
        assert!(error.to_string().contains(said), "{error:?}");
    }
}

#[tokio::test]
async fn a_request_that_wrote_asks_the_primary_and_others_do_not() {
    async fn who(db: &Db) -> Result<String> {
        db.query_scalar("select min(name) from name", ()).only_reads().one().await
    }
    #[get("/")]
    async fn read(db: Db) -> Result<String> {
        who(&db).await
    }
    #[post("/")]
    async fn write(db: Db) -> Result<String> {
        let before = who(&db).await?;
        add(&db, "z").await?;
        let task = carafe::spawn({
            let db = db.clone();
            async move { who(&db).await }
        });
        Ok(format!("{before} {} {}", who(&db).await?, task.await??))
    }
    let (primary, copy) = (named("primary").await, named("copy").await);
    let db = primary.with_replicas([copy], Duration::from_hours(1));
    let app = App::new("shop").plugin(Database::of(db)).routes(routes![read, write]);
    let client = TestClient::new(app).await.unwrap();
    client.get("/").await.assert_text("copy");
    client.post("/").await.assert_text("copy primary primary");
    client.get("/").await.assert_text("copy");
}
