//! What a visitor of the blog would notice. Each test has a site and a database of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod auth;
mod blog;
mod site;

use carafe::db::Statement;
use carafe::prelude::*;
use carafe::testing::{TestClient, TestResponse};

/// Two users and a post.
const DATA: &str = include_str!("data.sql");

/// A visitor of a site that has two users and one post.
async fn client() -> TestClient {
    let site = flaskr::site().set("database.url", "sqlite::memory:");
    let client = TestClient::new(site).await.unwrap();
    client.service::<Db>().script(&Statement::raw(DATA)).await.unwrap();
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

async fn count(client: &TestClient, sql: &'static str) -> i64 {
    client.service::<Db>().query_scalar(sql, ()).one().await.unwrap()
}
