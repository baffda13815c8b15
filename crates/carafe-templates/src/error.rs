//! What went wrong in a template: which line of which file, what stands there, what to do.

use std::error::Error as StdError;
use std::fmt;

use carafe_core::error::{AsStdError, Detail};
use carafe_core::suggest::nearest;
use carafe_core::{Error, Kind};
use minijinja::{Error as Cause, ErrorKind};

/// The cause of an error that came up in a template: found by
/// [`Error::cause`](carafe_core::Error::cause), for pages that show it.
#[derive(Debug)]
pub struct TemplateError {
    template: String,
    place: String,
    line: usize,
    excerpt: Vec<(usize, String)>,
    within: Vec<(String, usize)>,
    message: String,
    source: Cause,
}

impl TemplateError {
    /// The name of the template.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// Its file below the working folder, or its name where it is inside the program.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The line, counted from 1; 0 where none is to blame.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The lines around it, with their numbers.
    pub fn excerpt(&self) -> &[(usize, String)] {
        &self.excerpt
    }

    /// The templates that included or extended it, the nearest first, with their lines.
    pub fn within(&self) -> &[(String, usize)] {
        &self.within
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        for (number, text) in &self.excerpt {
            let mark = if *number == self.line { '>' } else { ' ' };
            write!(f, "\n  {mark} {number:>4} | {text}")?;
        }
        for (template, line) in &self.within {
            write!(f, "\n  used in {template}:{line}")?;
        }
        Ok(())
    }
}

/// What the engine's own errors say is all said here, so that the next cause is what a function, a
/// filter or a value failed with.
impl StdError for TemplateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        chain(&self.source).last().and_then(StdError::source)
    }
}

/// An error of the engine, and those of the engine that caused it.
fn chain(cause: &Cause) -> impl Iterator<Item = &Cause> {
    std::iter::successors(Some(cause), |error| StdError::source(*error)?.downcast_ref())
}

/// What is known of the templates around an error.
pub(crate) trait Surroundings {
    /// The text of a template.
    fn text(&self, name: &str) -> Option<String>;
    /// Where a person finds it.
    fn place(&self, name: &str) -> String;
    /// All templates' names.
    fn templates(&self) -> Vec<String>;
    /// What templates may name: `kind` is of what the names are wanted.
    fn names(&self, kind: ErrorKind) -> Vec<String>;
}

/// How many lines are shown before and after the one to blame.
const AROUND: usize = 2;

/// An error of `MiniJinja` as ours; one of ours that went through it keeps its kind and hint.
pub(crate) fn explain(cause: Cause, around: &dyn Surroundings) -> Error {
    let mut chain: Vec<&Cause> = chain(&cause).collect();
    let inner = chain.pop().unwrap_or(&cause);
    let ours = StdError::source(inner)
        .and_then(|source| source.downcast_ref::<AsStdError>())
        .map(AsStdError::as_error);
    let template = inner.name().unwrap_or_default().to_owned();
    let line = inner.line().unwrap_or_default();
    let place = around.place(&template);
    let (kind, status, message, hint) = match ours {
        Some(ours) => (
            ours.kind(),
            Some(ours.status()),
            ours.message().to_owned(),
            ours.advice().map(str::to_owned),
        ),
        None => (Kind::Internal, None, sentence(inner), advise(inner, around)),
    };
    let text = around.text(&template).unwrap_or_default();
    let within =
        chain.iter().rev().filter_map(|error| Some((error.name()?.to_owned(), error.line()?)));
    let shown = u32::try_from(line).ok().filter(|line| *line > 0).map(|line| {
        Detail::new(format!("The template {template}"), text.clone()).line(line).file(&*place)
    });
    let detail = TemplateError {
        excerpt: excerpt(&text, line),
        within: within.collect(),
        template,
        place: place.clone(),
        line,
        message: message.clone(),
        source: cause,
    };
    let mut error = Error::new(kind, message).because(detail);
    if !place.is_empty() {
        error = error.at(if line > 0 { format!("{place}:{line}") } else { place });
    }
    if let Some(hint) = hint {
        error = error.hint(hint);
    }
    if let Some(shown) = shown {
        error = error.detail(shown);
    }
    match status {
        Some(status) => error.with_status(status),
        None => error,
    }
}

fn sentence(error: &Cause) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

fn advise(error: &Cause, around: &dyn Surroundings) -> Option<String> {
    let kind = error.kind();
    let detail = error.detail().unwrap_or_default();
    let wanted = quoted(detail);
    let known = match kind {
        ErrorKind::TemplateNotFound => around.templates(),
        _ => around.names(kind),
    };
    let near = wanted.and_then(|wanted| nearest(wanted, known.iter().map(String::as_str)));
    match (near, kind) {
        (Some(near), _) => Some(format!("did you mean `{near}`?")),
        (None, ErrorKind::TemplateNotFound) if known.is_empty() => Some(
            "there are no templates at all: add `.templates(assets!())` to your App, beside a folder `templates/`"
                .to_owned(),
        ),
        (None, ErrorKind::UndefinedError) => Some(
            "give it in `context! { … }`; write `{{ name | default(\"\") }}` for what may be missing"
                .to_owned(),
        ),
        (None, ErrorKind::UnknownFilter) => {
            Some("add it to your App: `.filter(\"name\", function)`".to_owned())
        }
        _ => None,
    }
}

/// What a message names: what stands in its quotes, or the word behind its kind.
fn quoted(detail: &str) -> Option<&str> {
    let marks: &[char] = &['`', '"', '\''];
    if let Some(start) = detail.find(marks) {
        let rest = &detail[start + 1..];
        return rest.find(marks).map(|end| &rest[..end]);
    }
    let mut words = detail.split_whitespace();
    let first = words.next()?;
    match first {
        "filter" | "test" | "template" => words.next(),
        _ => Some(first),
    }
}

fn excerpt(text: &str, line: usize) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate().map(|(at, text)| (at + 1, text.to_owned()));
    lines.filter(|(at, _)| line > 0 && at.abs_diff(line) <= AROUND).collect()
}
