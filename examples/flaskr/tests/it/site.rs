//! The site itself, and its command.

use carafe::db::Db;
use carafe::settings::{Environment, SettingsLoader};
use carafe::testing::TestClient;
use flaskr::{Post, User};

use crate::{client, count, empty};

#[tokio::test]
async fn hello() {
    client().await.get("/hello").await.assert_status(200).assert_text("Hello, World!");
}

#[tokio::test]
async fn starts_with_empty_tables() {
    let client = empty().await;
    client.get("/").await.assert_status(200).assert_contains("Nobody has written anything yet.");
    assert_eq!(count::<User>(&client).await, 0);
}

#[tokio::test]
async fn init_db_starts_anew() {
    let client = client().await;
    let ran = client.command(["init-db"]).await;
    assert_eq!((ran.code, ran.output.as_str()), (0, "Initialized the database.\n"));
    assert_eq!(count::<User>(&client).await, 0);
    assert_eq!(count::<Post>(&client).await, 0);
}

#[tokio::test]
async fn each_site_has_a_database_of_its_own() {
    let (one, other) = (client().await, client().await);
    assert!(one.service::<Db>() == one.service::<Db>());
    assert!(one.service::<Db>() != other.service::<Db>());
}

#[tokio::test]
async fn a_deployment_moves_its_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("moved.sqlite3");
    let url = format!("sqlite:{}", file.display());
    let settings = SettingsLoader::new(Environment::TEST);
    let settings = settings.variables([("CARAFE_DATABASE__URL", url.as_str())]);
    let client = TestClient::of(flaskr::site().build_with(settings).unwrap());
    assert_eq!(client.command(["migrate"]).await.code, 0);
    client.get("/").await.assert_status(200);
    assert!(file.is_file());
    let shown = client.command(["settings"]).await.output;
    assert!(shown.contains("variable CARAFE_DATABASE__URL"), "{shown}");
}

#[tokio::test]
async fn pages_find_their_style() {
    let client = client().await;
    let page = client.get("/").await;
    let (_, rest) = page.text().split_once(r#"stylesheet" href=""#).unwrap();
    let address = rest.split('"').next().unwrap();
    client.get(address).await.assert_status(200).assert_contains("prefers-color-scheme");
}

#[tokio::test]
async fn another_site_cannot_post_for_a_visitor() {
    let client = crate::author().await;
    let forged = client.post("/1/delete").header("sec-fetch-site", "cross-site").await;
    forged.assert_status(403).assert_contains("another site");
    assert_eq!(count::<Post>(&client).await, 1);
}
