//! The pages: the newest questions, one of them to vote on, its results.

use carafe::prelude::*;
use jiff::Timestamp;
use serde::Deserialize;

use crate::models::{Choice, Question, Questions as _};

/// How many questions the first page shows.
const LATEST: u32 = 5;

#[get("/")]
pub(crate) async fn index(db: Db) -> Result<Page> {
    let now = Timestamp::now();
    let latest: Vec<(Question, i64)> = Question::all()
        .published()
        .annotate(Question::total_votes())
        .order_by(Question::PUB_DATE.desc())
        .limit(LATEST)
        .fetch(&db)
        .await?;
    let questions = latest.into_iter().map(|(question, votes)| {
        context! { is_new => question.was_published_recently(now), question, votes }
    });
    Ok(page("polls/index.html", context! { questions => questions.collect::<Vec<_>>() }))
}

#[get("/{id}")]
pub(crate) async fn detail(id: i64, db: Db) -> Result<Page> {
    let question = published(id, &db).await?;
    Ok(page("polls/detail.html", context! { question }))
}

#[get("/{id}/results")]
pub(crate) async fn results(id: i64, db: Db) -> Result<Page> {
    let question = published(id, &db).await?;
    let total: i64 = question.choices.get()?.iter().map(|choice| choice.votes).sum();
    Ok(page("polls/results.html", context! { question, total }))
}

/// What comes from the form: nothing, where nothing was selected.
#[derive(Deserialize)]
pub(crate) struct Ballot {
    choice: Option<i64>,
}

#[post("/{id}/vote")]
pub(crate) async fn vote(id: i64, db: Db, Form(ballot): Form<Ballot>) -> Result<Response> {
    let question = published(id, &db).await?;
    if let Some(choice) = ballot.choice {
        let choices = question.related(Question::CHOICES).all();
        let chosen = choices.filter(Choice::ID.eq(choice));
        // The database adds, so that of two votes at the same moment none is lost (Django's `F`).
        if chosen.update(Choice::VOTES.set(Choice::VOTES + 1)).run(&db).await? == 1 {
            // A redirect, so that going back and reloading do not vote again.
            return Ok(redirect(results::url(id)).into_response());
        }
    }
    let error = "You didn't select a choice.";
    Ok(page("polls/detail.html", context! { question, error }).into_response())
}

/// The question with its choices, if visitors may see it (else 404).
async fn published(id: i64, db: &Db) -> Result<Question> {
    Question::all()
        .published()
        .filter(Question::ID.eq(id))
        .prefetch_related(Question::CHOICES)
        .get(db)
        .await
}
