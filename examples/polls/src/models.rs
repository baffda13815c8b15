//! What is asked, and what may be chosen.

use std::fmt;

use carafe::db::functions::{Aggregated, exists, outer, sum};
use carafe::prelude::*;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Something that visitors are asked.
#[derive(Debug, Model, Serialize)]
pub struct Question {
    /// Its number.
    pub id: i64,
    /// What is asked.
    #[model(max_length = 200)]
    pub question_text: String,
    /// When visitors see it first.
    #[model(verbose_name = "date published", default_with = Timestamp::now)]
    pub pub_date: Timestamp,
    /// What may be chosen.
    #[model(by = Choice::QUESTION)]
    pub choices: HasMany<Choice>,
}

/// One of the answers to a question.
#[derive(Debug, Model, Serialize)]
#[model(ordering = "id")]
pub struct Choice {
    /// Its number.
    pub id: i64,
    /// What it answers.
    pub question: ForeignKey<Question>,
    /// The answer.
    #[model(max_length = 200)]
    pub choice_text: String,
    /// How many visitors chose it.
    #[model(default = 0)]
    pub votes: i64,
}

impl Question {
    /// Whether it was published within the day before that time.
    pub fn was_published_recently(&self, now: Timestamp) -> bool {
        now - SignedDuration::from_hours(24) <= self.pub_date && self.pub_date <= now
    }

    /// How many votes it has, to be computed by a query.
    pub fn total_votes() -> Aggregated<Self, i64> {
        sum(Self::CHOICES.on(Choice::VOTES)).or(0)
    }
}

/// As text, in a command's answer (Python's `__str__`).
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.question_text)
    }
}

/// What can be asked of questions, beside what every query can (methods of Django's managers).
pub trait Questions {
    /// Those for visitors: their date has come, and there is something to choose.
    fn published(self) -> Self;
}

impl<R> Questions for QuerySet<Question, R> {
    fn published(self) -> Self {
        let choices = Choice::all().filter(Choice::QUESTION.eq(outer(Question::ID)));
        self.filter(Question::PUB_DATE.le(Timestamp::now()) & exists(choices))
    }
}
