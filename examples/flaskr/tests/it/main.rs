//! What a visitor of the blog would notice. Each test has a site and a database of its own.
#![allow(clippy::unwrap_used)]

mod auth;
mod blog;
mod site;

use carafe::db::{Db, Statement};
use carafe::prelude::*;
use carafe::testing::{TestClient, TestResponse};

/// Two users and a post.
const DATA: &str = include_str!("data.sql");

/// A visitor of a site that has two users and one post.
async fn client() -> TestClient {
    let site = flaskr::site().set("database.url", "sqlite::memory:");
    let client = TestClient::new(site).await.unwrap();
    let db = db(&client).await;
    db.script(&Statement::raw(DATA)).await.unwrap();
    client
}

/// A visitor who has logged in as the author of the post.
async fn author() -> TestClient {
    let client = client().await;
    log_in(&client, "test", "test").await.assert_redirects("/");
    client
}

async fn log_in(client: &TestClient, username: &str, password: &str) -> TestResponse {
    client.post("/auth/login").form([("username", username), ("password", password)]).await
}

/// The database of the site that a client asks.
async fn db(client: &TestClient) -> Db {
    let service = client.site().scope(async { Scope::current().unwrap().service::<Db>() }).await;
    service.unwrap().as_ref().clone()
}

async fn count(client: &TestClient, sql: &'static str) -> i64 {
    db(client).await.query_scalar(sql, ()).one().await.unwrap()
}
