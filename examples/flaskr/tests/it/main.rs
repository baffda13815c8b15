//! What a visitor of the blog would notice. Each test has a site and a database of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod auth;
mod blog;
mod site;

use carafe::prelude::*;
use carafe::testing::{TestClient, TestResponse};
use flaskr::{Post, User};

/// The passwords `test` and `other`, hashed before, so that only a login waits for a hash.
const TEST: &str = "$argon2id$v=19$m=19456,t=2,p=1$Ip3LjV+fSLOz8pJQMX4VCA$6MkKLcQvEv9NKFmzsbpogPJ6NWjZSStYksp9b4J8jCY";
const OTHER: &str = "$argon2id$v=19$m=19456,t=2,p=1$Qx2bTZ4jS1pUcE1iEmI0wg$cA4uUu3xn2uvbPJaM5ZwX6owksvtbOakqd6J08vRFp4";

/// A visitor of a site whose tables are empty.
async fn empty() -> TestClient {
    let site = flaskr::site().set("database.url", "sqlite::memory:");
    let client = TestClient::new(site).await.unwrap();
    assert_eq!(client.command(["migrate"]).await.code, 0);
    client
}

/// A visitor of a site that has two users and one post.
async fn client() -> TestClient {
    let client = empty().await;
    let db = client.service::<Db>();
    let users = [("test", TEST), ("other", OTHER)].map(|(username, password)| User {
        username: username.to_owned(),
        password: password.to_owned(),
        ..User::blank()
    });
    let users = User::bulk_create(users).run(&*db).await.unwrap();
    let post = Post {
        author: users[0].key(),
        created: "2018-01-01T00:00:00Z".parse().unwrap(),
        title: "test title".to_owned(),
        body: "test\nbody".to_owned(),
        ..Post::blank()
    };
    post.create(&*db).await.unwrap();
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

async fn count<M: Model>(client: &TestClient) -> i64 {
    M::all().count(&*client.service::<Db>()).await.unwrap()
}
