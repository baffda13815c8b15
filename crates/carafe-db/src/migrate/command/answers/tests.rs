//! What a person is asked, and what becomes of the answers.

use std::io::Cursor;

use carafe_core::command::Console;
use carafe_core::{Error, Result};

use super::Answers;
use crate::ddl::state::{ExpressionState, FieldState};
use crate::migrate::{Ask, Migration, Operation, Why};

fn field(name: &str) -> FieldState {
    let text = format!(
        "[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = {{ name = \"{name}\", kind = \"text\" }}\n"
    );
    match Migration::parse("blog", "0001_initial", &text).unwrap().operations.remove(0) {
        Operation::AddField { field, .. } => *field,
        other => panic!("{other:?}"),
    }
}

/// What is asked where somebody writes these lines, and what comes of it.
fn dialogue<T>(
    lines: &str,
    ask: impl FnOnce(&mut Answers<'_>) -> Result<T>,
) -> (String, Result<T>) {
    let console = Console::captured();
    let words = clap::Command::new("makemigrations").args(super::flags());
    let matches = words.get_matches_from(["makemigrations"]);
    let answers = Answers::of(&matches, &console).unwrap();
    let lines = Box::new(Cursor::new(lines.to_owned().into_bytes()));
    let mut answers = Answers { may_ask: true, lines, ..answers };
    let answer = ask(&mut answers);
    (console.text(), answer)
}

fn renamed(lines: &str) -> (String, Result<bool>) {
    dialogue(lines, |answers| answers.renamed_field("post", &field("title"), &field("headline")))
}

fn filled(lines: &str) -> (String, Result<Option<ExpressionState>>) {
    dialogue(lines, |answers| answers.fill("post", &field("slug"), Why::Added))
}

fn said(answer: Result<impl std::fmt::Debug>) -> String {
    answer.err().map(|error: Error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_rename_is_asked_until_it_is_answered() {
    const QUESTION: &str = "Is it so that `post.title` was renamed to `post.headline` (text)? Else `post.title` goes with all that is in it. [y/N] ";
    for (lines, expected) in [("y\n", true), ("YES\n", true), ("n\n", false), ("\n", false)] {
        let (asked, answer) = renamed(lines);
        assert_eq!((asked.as_str(), answer.unwrap()), (QUESTION, expected), "{lines:?}");
    }
    let (asked, answer) = renamed("what?\ny\n");
    assert_eq!(asked, format!("{QUESTION}Please answer `y` or `n`.\n{QUESTION}"));
    assert!(answer.unwrap());
}

#[test]
fn a_value_is_asked_until_it_is_one() {
    let (asked, answer) = filled("\nlower(\n\"none\"\n");
    assert_eq!(asked.matches("post.slug = ").count(), 3, "{asked}");
    assert!(asked.contains("`lower(` is no expression"), "{asked}");
    assert_eq!(answer.unwrap(), Some(ExpressionState::parse("\"none\"").unwrap()));
    assert_eq!(filled("nothing\n").1.unwrap(), None);
    assert_eq!(said(filled("quit\n").1), "stopped; no file was written");
}

#[test]
fn the_end_of_input_stops_it() {
    let (asked, answer) = renamed("");
    assert!(asked.ends_with("[y/N] \n"), "{asked}");
    assert_eq!(said(answer), "stopped; no file was written");
    let (asked, answer) = filled("");
    assert!(asked.ends_with("post.slug = \n"), "{asked}");
    assert_eq!(said(answer), "stopped; no file was written");
}
