//! An error in a file that is not Rust: a template, a script, a list of settings.

use std::error::Error as StdError;
use std::fmt;

/// How many lines are shown before and after the one to blame.
const AROUND: usize = 2;

/// The cause of an error that came up in a file that is not Rust, with the lines around it: found
/// by [`Error::cause`](crate::Error::cause), for pages that show it.
///
/// ```
/// use carafe_core::error::InSource;
///
/// let cause = InSource::new("undefined value", "a.html", "templates/a.html:2", 2, "one\ntwo\nthree");
/// assert_eq!(
///     cause.to_string(),
///     "undefined value\n       1 | one\n  >    2 | two\n       3 | three",
/// );
/// ```
#[derive(Debug)]
pub struct InSource {
    message: String,
    name: String,
    place: String,
    line: usize,
    excerpt: Vec<(usize, String)>,
    within: Vec<(String, usize)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl InSource {
    /// What is wrong in a line (counted from 1; 0 where none is to blame) of a text.
    pub fn new(
        message: impl Into<String>,
        name: impl Into<String>,
        place: impl Into<String>,
        line: usize,
        text: &str,
    ) -> Self {
        let lines = text.lines().enumerate().map(|(at, text)| (at + 1, text.to_owned()));
        let excerpt = lines.filter(|(at, _)| line > 0 && at.abs_diff(line) <= AROUND).collect();
        Self {
            message: message.into(),
            name: name.into(),
            place: place.into(),
            line,
            excerpt,
            within: Vec::new(),
            source: None,
        }
    }

    /// Says which files led here, the nearest first, with their lines.
    #[must_use]
    pub fn within(mut self, files: Vec<(String, usize)>) -> Self {
        self.within = files;
        self
    }

    /// Keeps the error that this was made of.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The name by which the program knows the file: a template's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where a person finds it: the file below the working folder, with the line.
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

    /// The files that led here, the nearest first, with their lines.
    pub fn files_around(&self) -> &[(String, usize)] {
        &self.within
    }
}

impl fmt::Display for InSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (number, text) in &self.excerpt {
            let mark = if *number == self.line { '>' } else { ' ' };
            write!(f, "\n  {mark} {number:>4} | {text}")?;
        }
        for (name, line) in &self.within {
            write!(f, "\n  used in {name}:{line}")?;
        }
        Ok(())
    }
}

impl StdError for InSource {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
