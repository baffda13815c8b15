//! What the one who runs the site does.

use carafe::prelude::*;
use jiff::Timestamp;

use crate::models::{Choice, Question};

/// Ask something: the question, then what may be chosen.
#[command]
pub(crate) async fn add_question(
    /// What is asked.
    #[arg]
    question: String,
    /// What may be chosen.
    #[arg(required = true)]
    choices: Vec<String>,
    /// When visitors see it first, as 2026-12-24T18:00Z; at once, where nothing is said.
    #[arg(long)]
    on: Option<Timestamp>,
    db: Db,
    console: Console,
) -> Result<()> {
    let mut asked = Question { question_text: question, ..Question::blank() };
    if let Some(on) = on {
        asked.pub_date = on;
    }
    asked.full_clean(&db).await?;
    // The question and its choices, or nothing.
    let asked = db
        .atomic(async |tx| {
            let asked = asked.create(tx).await?;
            for choice_text in choices {
                let choice = Choice { question: asked.key(), choice_text, ..Choice::blank() };
                choice.full_clean(tx).await?;
                choice.create(tx).await?;
            }
            Ok(asked)
        })
        .await?;
    console.line(format_args!("{}. {asked}", asked.id));
    Ok(())
}
