//! Voting.

use carafe::prelude::*;
use polls::Choice;
use tokio::task::JoinSet;

use crate::{ask, client};

async fn votes(db: &Db) -> Vec<i64> {
    Choice::all().order_by(Choice::ID).values(Choice::VOTES).fetch(db).await.unwrap()
}

#[tokio::test]
async fn a_vote_counts() {
    let (client, db) = client().await;
    ask(&db, "What's new?", 0).await;
    ask(&db, "And else?", 0).await;
    client.post("/polls/1/vote").form([("choice", "2")]).await.assert_redirects("/polls/1/results");
    assert_eq!(votes(&db).await, [0, 1, 0, 0]);
}

#[tokio::test]
async fn what_is_no_choice_of_the_question_does_not_count() {
    let (client, db) = client().await;
    ask(&db, "What's new?", 0).await;
    ask(&db, "And else?", 0).await;
    // Nothing, one that there is not, one of another question.
    for form in [vec![], vec![("choice", "99")], vec![("choice", "3")]] {
        let page = client.post("/polls/1/vote").form(form).await;
        page.assert_status(200).assert_contains("You didn&#39;t select a choice.");
        page.assert_contains("What&#39;s new?");
    }
    client.post("/polls/1/vote").form([("choice", "sky")]).await.assert_status(400);
    client.post("/polls/9/vote").form([("choice", "1")]).await.assert_status(404);
    client.get("/polls/1/vote").await.assert_status(405);
    assert_eq!(votes(&db).await, [0, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_votes_at_the_same_moment_none_is_lost() {
    let (client, db) = client().await;
    ask(&db, "What's new?", 0).await;
    let mut visitors = JoinSet::new();
    for _ in 0..50 {
        let vote = client.fresh().post("/polls/1/vote").form([("choice", "1")]);
        visitors.spawn(async move { vote.await.assert_status(303).status() });
    }
    assert_eq!(visitors.join_all().await.len(), 50);
    assert_eq!(votes(&db).await, [50, 0]);
}

#[tokio::test]
async fn another_site_cannot_vote_for_a_visitor() {
    let (client, db) = client().await;
    ask(&db, "What's new?", 0).await;
    let forged = client.post("/polls/1/vote").form([("choice", "1")]);
    forged.header("sec-fetch-site", "cross-site").await.assert_status(403);
    assert_eq!(votes(&db).await, [0, 0]);
}
