//! The pages.

use carafe::testing::TestClient;

use crate::{ask, client, without_choices};

#[tokio::test]
async fn the_site_leads_to_the_polls() {
    let (client, _) = client().await;
    client.get("/").await.assert_redirects("/polls/");
    let page = client.get("/polls/").await;
    let (_, rest) = page.text().split_once(r#"stylesheet" href=""#).unwrap();
    let address = rest.split('"').next().unwrap();
    client.get(address).await.assert_status(200).assert_contains("prefers-color-scheme");
}

/// Questions by the days until they are published, and which of them the first page shows.
async fn check(questions: &[(&str, i64)], shown: &[&str]) {
    let (client, db) = client().await;
    for (text, days) in questions {
        ask(&db, text, *days).await;
    }
    let page = client.get("/polls/").await;
    page.assert_status(200);
    let mut at = 0;
    for text in shown {
        let found = page.text()[at..].find(&format!(">{text}</a>"));
        at += found.unwrap_or_else(|| panic!("{text} in {}", page.text()));
    }
    assert_eq!(page.text().matches("<li>").count(), shown.len());
    assert_eq!(page.text().contains("No polls are available."), shown.is_empty());
}

#[tokio::test]
async fn index_shows_the_newest_that_are_published() {
    check(&[], &[]).await;
    check(&[("past", -30)], &["past"]).await;
    check(&[("future", 30)], &[]).await;
    check(&[("past", -30), ("future", 30)], &["past"]).await;
    check(&[("first", -30), ("second", -5)], &["second", "first"]).await;
    let six = [("1", -1), ("2", -2), ("3", -3), ("4", -4), ("5", -5), ("6", -6)];
    check(&six, &["1", "2", "3", "4", "5"]).await;
}

#[tokio::test]
async fn index_tells_what_is_new_and_counts_votes() {
    let (client, db) = client().await;
    ask(&db, "old", -2).await;
    client.get("/polls/").await.assert_lacks(">new<").assert_contains("0 votes");
    ask(&db, "fresh", 0).await;
    client.get("/polls/").await.assert_html_contains(r#"<b class="new">new</b>"#);
    client.post("/polls/1/vote").form([("choice", "1")]).await.assert_redirects("/polls/1/results");
    client.get("/polls/").await.assert_contains("1 vote<");
}

#[tokio::test]
async fn a_question_without_choices_is_not_shown() {
    let (client, db) = client().await;
    let empty = without_choices(&db, "empty", -1).await;
    client.get("/polls/").await.assert_contains("No polls are available.");
    client.get(format!("/polls/{}", empty.id)).await.assert_status(404);
}

#[tokio::test]
async fn a_question_of_the_future_is_not_there() {
    let (client, db) = client().await;
    let future = ask(&db, "future", 5).await;
    for address in ["", "/results"] {
        client.get(format!("/polls/{}{address}", future.id)).await.assert_status(404);
    }
    let vote = client.post(format!("/polls/{}/vote", future.id)).form([("choice", "1")]);
    vote.await.assert_status(404);
}

#[tokio::test]
async fn detail_asks() {
    let (client, db) = client().await;
    let past = ask(&db, "Is 1 < 2?", -5).await;
    let page = client.get(format!("/polls/{}", past.id)).await;
    page.assert_status(200).assert_html_contains("<h1>Is 1 &lt; 2?</h1>");
    page.assert_html_contains(
        r#"<label><input type="radio" name="choice" value="2"> The sky</label>"#,
    );
    page.assert_contains("csrf_token").assert_lacks("alert");
}

async fn results(client: &TestClient, votes: [&str; 2]) {
    let page = client.get("/polls/1/results").await;
    for votes in votes {
        page.assert_html_contains(&format!("<span>{votes}</span>"));
    }
}

#[tokio::test]
async fn results_count() {
    let (client, db) = client().await;
    ask(&db, "What's new?", 0).await;
    results(&client, ["0 votes", "0 votes"]).await;
    client.post("/polls/1/vote").form([("choice", "2")]).await.assert_redirects("/polls/1/results");
    results(&client, ["0 votes", "1 vote"]).await;
}
