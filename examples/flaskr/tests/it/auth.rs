//! Register, log in, log out.

use carafe::prelude::*;
use flaskr::{Post, User};

use crate::{author, client, count, log_in};

#[tokio::test]
async fn register() {
    let client = client().await;
    client.get("/auth/register").await.assert_status(200).assert_contains("csrf_token");

    let form = [("username", "a"), ("password", "a")];
    client.post("/auth/register").form(form).await.assert_redirects("/auth/login");

    let stored = User::all().filter(User::USERNAME.eq("a")).values(User::PASSWORD);
    let stored = stored.get(&*client.service::<Db>()).await.unwrap();
    assert!(stored.starts_with("$argon2id$"), "{stored}");
    log_in(&client, "a", "a").await.assert_redirects("/");
}

#[tokio::test]
async fn register_refuses() {
    for (username, password, reason) in [
        ("", "", "Username is required."),
        ("a", "", "Password is required."),
        ("test", "test", "User test is already registered."),
        ("<b>", "", "value=\"&lt;b&gt;\""),
    ] {
        let client = client().await;
        let form = [("username", username), ("password", password)];
        let page = client.post("/auth/register").form(form).await;
        page.assert_status(200).assert_contains(reason);
        assert_eq!(count::<User>(&client).await, 2, "{username}");
        client.get("/auth/register").await.assert_lacks(reason);
    }
}

#[tokio::test]
async fn forms_want_all_their_fields() {
    let client = client().await;
    for path in ["/auth/register", "/auth/login"] {
        client.post(path).form([("username", "a")]).await.assert_status(400);
    }
}

#[tokio::test]
async fn login() {
    let client = client().await;
    client.get("/auth/login").await.assert_status(200).assert_contains("csrf_token");

    log_in(&client, "test", "test").await.assert_redirects("/");
    client.get("/").await.assert_contains("<span>test</span>").assert_contains("Log Out");
}

#[tokio::test]
async fn login_refuses() {
    for (username, password, reason) in [
        ("a", "test", "Incorrect username."),
        ("test", "a", "Incorrect password."),
        ("' or 1=1 --", "test", "Incorrect username."),
    ] {
        let client = client().await;
        log_in(&client, username, password).await.assert_status(200).assert_contains(reason);
        client.get("/").await.assert_contains("Log In");
    }
}

#[tokio::test]
async fn login_forgets_what_the_session_held() {
    let client = author().await;
    log_in(&client, "other", "other").await.assert_redirects("/");
    client.get("/").await.assert_contains("<span>other</span>");
}

#[tokio::test]
async fn a_user_who_is_gone_is_logged_out() {
    let client = author().await;
    User::all().delete(&*client.service::<Db>()).await.unwrap();
    assert_eq!(count::<Post>(&client).await, 0);
    client.get("/").await.assert_status(200).assert_contains("Log In");
    client.get("/create").await.assert_redirects("/auth/login");
}

#[tokio::test]
async fn logout() {
    let client = author().await;
    client.get("/auth/logout").await.assert_redirects("/");
    assert_eq!(client.cookie("session"), None);
    client.get("/").await.assert_contains("Log In");
}
