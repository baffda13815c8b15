//! The command that asks.

use carafe::prelude::*;
use polls::{Choice, Question};

use crate::client;

#[tokio::test]
async fn a_question_is_added() {
    let (client, db) = client().await;
    let ran = client.command(["add-question", "What's new?", "Not much", "The sky"]).await;
    assert_eq!((ran.code, ran.output.as_str()), (0, "1. What's new?\n"));
    client.get("/polls/").await.assert_contains("What&#39;s new?");
    assert_eq!(Choice::all().count(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn a_question_waits_for_its_day() {
    let (client, db) = client().await;
    let on = "2999-12-24T18:00Z";
    let ran = client.command(["add-question", "--on", on, "Snow?", "Yes", "No"]).await;
    assert_eq!(ran.code, 0, "{}", ran.output);
    let asked = Question::all().get(&db).await.unwrap();
    assert_eq!(asked.pub_date, on.parse().unwrap());
    client.get("/polls/").await.assert_contains("No polls are available.");
}

#[tokio::test]
async fn what_is_not_right_is_not_added() {
    let (client, db) = client().await;
    let long = "?".repeat(201);
    for (words, code) in [
        (["add-question", "", "Yes"].as_slice(), 1),
        (&["add-question", &long, "Yes"], 1),
        (&["add-question", "Snow?", "Yes", ""], 1),
        (&["add-question", "Snow?", "Yes", &long], 1),
        (&["add-question", "Snow?"], 2),
        (&["add-question", "Snow?", "Yes", "--on", "Christmas"], 2),
    ] {
        let ran = client.command(words.iter().copied()).await;
        assert_eq!(ran.code, code, "{words:?}: {}", ran.output);
    }
    assert_eq!(Question::all().count(&db).await.unwrap(), 0);
}
