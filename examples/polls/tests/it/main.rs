//! What a visitor of the polls would notice. Each test has a site and a database of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod commands;
mod models;
mod views;
mod votes;

use carafe::prelude::*;
use carafe::testing::TestClient;
use jiff::{SignedDuration, Timestamp};
use polls::{Choice, Question};

/// A visitor of a site without questions, and its database.
async fn client() -> (TestClient, Db) {
    let site = polls::site().set("database.url", "sqlite::memory:");
    let client = TestClient::new(site).await.unwrap();
    assert_eq!(client.command(["migrate"]).await.code, 0);
    let db = (*client.service::<Db>()).clone();
    (client, db)
}

/// A question that is published so many days from now (Django's `create_question`), with two
/// choices.
async fn ask(db: &Db, text: &str, days: i64) -> Question {
    let question = without_choices(db, text, days).await;
    let choices = ["Not much", "The sky"].map(|text| Choice {
        question: question.key(),
        choice_text: text.to_owned(),
        ..Choice::blank()
    });
    Choice::bulk_create(choices).run(db).await.unwrap();
    question
}

async fn without_choices(db: &Db, text: &str, days: i64) -> Question {
    let pub_date = Timestamp::now() + SignedDuration::from_hours(24 * days);
    let question = Question { question_text: text.to_owned(), pub_date, ..Question::blank() };
    question.create(db).await.unwrap()
}
