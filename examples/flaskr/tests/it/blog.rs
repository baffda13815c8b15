//! Posts: list, create, edit, delete.

use flaskr::Post;

use crate::{author, client, count, log_in};

#[tokio::test]
async fn index() {
    let anonymous = client().await;
    let page = anonymous.get("/").await;
    page.assert_contains("Log In").assert_contains("Register");
    page.assert_contains("test title").assert_contains("by test on 2018-01-01");
    page.assert_contains("test\nbody").assert_lacks(r#"href="/1/update""#).assert_lacks("<hr>");

    let page = author().await.get("/").await;
    page.assert_contains("Log Out").assert_contains(r#"href="/1/update""#);
}

#[tokio::test]
async fn newest_first() {
    let client = author().await;
    client.post("/create").form([("title", "second"), ("body", "")]).await.assert_redirects("/");
    client.post("/create").form([("title", "third"), ("body", "")]).await.assert_redirects("/");
    let page = client.get("/").await;
    let at = |title| page.text().find(title).unwrap();
    assert!(at("third") < at("second") && at("second") < at("test title"));
    assert_eq!(page.text().matches("<hr>").count(), 2);
}

#[tokio::test]
async fn visitors_are_sent_to_the_login() {
    let client = client().await;
    for path in ["/create", "/1/update", "/1/delete"] {
        client.post(path).await.assert_redirects("/auth/login");
    }
    for path in ["/create", "/1/update"] {
        client.get(path).await.assert_redirects("/auth/login");
    }
    assert_eq!(count::<Post>(&client).await, 1);
}

#[tokio::test]
async fn only_the_author_may_change_a_post() {
    let client = client().await;
    log_in(&client, "other", "other").await.assert_redirects("/");
    let form = [("title", "mine"), ("body", "")];
    client.get("/1/update").await.assert_status(403);
    client.post("/1/update").form(form).await.assert_status(403);
    client.post("/1/delete").await.assert_status(403);
    client.get("/").await.assert_contains("test title").assert_lacks(r#"href="/1/update""#);
}

#[tokio::test]
async fn a_post_must_exist() {
    let client = author().await;
    client
        .get("/2/update")
        .await
        .assert_status(404)
        .assert_contains("Post id 2 doesn&#39;t exist.");
    client
        .post("/2/delete")
        .await
        .assert_status(404)
        .assert_contains("Post id 2 doesn&#39;t exist.");
    client.get("/x/update").await.assert_status(404);
}

#[tokio::test]
async fn create() {
    let client = author().await;
    client.get("/create").await.assert_status(200).assert_contains("csrf_token");
    client.post("/create").form([("title", "created"), ("body", "")]).await.assert_redirects("/");
    assert_eq!(count::<Post>(&client).await, 2);
}

#[tokio::test]
async fn update() {
    let client = author().await;
    let page = client.get("/1/update").await;
    page.assert_status(200).assert_contains(r#"value="test title""#);
    client.post("/1/update").form([("title", "updated"), ("body", "")]).await.assert_redirects("/");
    client.get("/").await.assert_contains("updated").assert_lacks("test title");
}

#[tokio::test]
async fn a_title_is_required() {
    let client = author().await;
    for path in ["/create", "/1/update"] {
        let page = client.post(path).form([("title", ""), ("body", "kept")]).await;
        page.assert_status(200).assert_contains("Title is required.").assert_contains("kept</text");
        client.post(path).form([("title", "no body")]).await.assert_status(400);
    }
    client.get("/").await.assert_contains("test title").assert_lacks("kept");
}

#[tokio::test]
async fn delete() {
    let client = author().await;
    client.get("/1/delete").await.assert_status(405).assert_header("allow", "POST, OPTIONS");
    client.post("/1/delete").await.assert_redirects("/");
    assert_eq!(count::<Post>(&client).await, 0);
}

#[tokio::test]
async fn what_people_write_is_escaped() {
    let client = author().await;
    let form = [("title", "T<"), ("body", "<script>&\nx")];
    client.post("/create").form(form).await.assert_redirects("/");
    let page = client.get("/").await;
    page.assert_contains("<h1>T&lt;</h1>").assert_contains("&lt;script&gt;&amp;\nx");
}
