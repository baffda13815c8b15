//! Questions, and what is asked of them.

use carafe::prelude::*;
use jiff::{SignedDuration, Timestamp};
use polls::{Choice, Question, Questions};

use crate::{ask, client, without_choices};

#[track_caller]
fn check(ago: SignedDuration, recently: bool) {
    let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    let question = Question { pub_date: now - ago, ..Question::blank() };
    assert_eq!(question.was_published_recently(now), recently, "{ago:#}");
}

#[test]
fn published_recently_is_within_a_day() {
    let (day, second) = (SignedDuration::from_hours(24), SignedDuration::from_secs(1));
    check(-30 * day, false);
    check(-second, false);
    check(SignedDuration::ZERO, true);
    check(day - second, true);
    check(day, true);
    check(day + second, false);
}

#[tokio::test]
async fn a_question_is_made_with_its_choices() {
    let (_, db) = client().await;
    assert!(!Question::all().exists(&db).await.unwrap());

    let question = ask(&db, "What's new?", 0).await;
    let sky = question.related(Question::CHOICES).all().filter(Choice::CHOICE_TEXT.eq("The sky"));
    let sky = sky.get(&db).await.unwrap();
    assert_eq!((sky.votes, sky.question == question.key()), (0, true));

    // Over the relation, in both directions.
    let of_new = Choice::QUESTION.on(Question::QUESTION_TEXT).istarts_with("what");
    assert_eq!(Choice::all().filter(of_new).count(&db).await.unwrap(), 2);
    let with_sky = Question::CHOICES.on(Choice::CHOICE_TEXT).contains("sky");
    let found = Question::all().filter(with_sky).get(&db).await.unwrap();
    assert_eq!(found.to_string(), "What's new?");

    let gone = question.delete(&db).await.unwrap();
    assert_eq!((gone.of("question"), gone.of("choice")), (1, 2));
}

#[tokio::test]
async fn what_is_missing_is_told() {
    let invalid = Question { question_text: "?".repeat(201), ..Question::blank() };
    let errors = invalid.validate().unwrap_err();
    let sentence = "Ensure this value has at most 200 characters (it has 201).";
    assert_eq!(errors.field("question_text")[0].message, sentence);

    let (_, db) = client().await;
    let error = Choice::blank().create(&db).await.unwrap_err();
    assert_eq!(error.kind(), carafe::Kind::Invalid);
    let errors = error.cause::<carafe::models::Invalids>().unwrap();
    assert_eq!(errors.field("question")[0].code, "null");
}

#[tokio::test]
async fn published_is_what_visitors_see() {
    let (_, db) = client().await;
    ask(&db, "past", -30).await;
    ask(&db, "now", 0).await;
    ask(&db, "future", 30).await;
    without_choices(&db, "empty", -1).await;

    let texts = Question::all().published().order_by(Question::PUB_DATE);
    let texts = texts.values(Question::QUESTION_TEXT).published();
    assert_eq!(texts.fetch(&db).await.unwrap(), ["past", "now"]);
}

#[tokio::test]
async fn votes_are_summed() {
    let (_, db) = client().await;
    let (popular, ignored) = (ask(&db, "popular", 0).await, ask(&db, "ignored", 0).await);
    let votes = Choice::VOTES.set(Choice::VOTES + 2);
    popular.related(Question::CHOICES).all().update(votes).run(&db).await.unwrap();

    let votes = Question::all().order_by(Question::ID).annotate(Question::total_votes());
    let votes = votes.fetch(&db).await.unwrap().into_iter();
    let votes: Vec<_> = votes.map(|(question, votes)| (question.id, votes)).collect();
    assert_eq!(votes, [(popular.id, 4), (ignored.id, 0)]);
}
