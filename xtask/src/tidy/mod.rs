//! The rules of the house that no compiler knows. A rule is a function from the tree (and the
//! packages) to findings; each can fail, and `tests.rs` makes each fail.

mod arrows;
mod book;
mod coming_from;
mod core_names;
mod features;
mod licences;
mod micro;
mod readme;
mod rings;
mod sizes;
mod ui;
mod words;

use std::fmt;

use crate::arrows::TABLE;
use crate::tree::Tree;
use crate::workspace;

/// What is done with the lists of what is built: `tests/budgets/micro.txt`, and the numbers of the
/// guide's page of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lists {
    Hold,
    Rewrite,
}

/// One line for the reader: where, what, and what to do.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
    hint: String,
}

impl Finding {
    fn new(
        path: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), line, what: what.into(), hint: hint.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.what, self.hint)
    }
}

/// Prints what the rules found; an error if that is anything but notes.
pub(crate) fn run(lists: Lists) -> Result<(), String> {
    let root = workspace::root();
    let read = || Tree::read(&root).map_err(|error| format!("the tree cannot be read: {error}"));
    let mut tree = read()?;
    let packages = workspace::packages()?;
    let micro = micro::dependencies("")?;
    let costs = features::costs(&tree)?;
    if lists == Lists::Rewrite {
        micro::rewrite(&root)?;
        features::rewrite(&root, &tree, &costs)?;
        tree = read()?;
    }

    for note in [sizes::notes(&tree), coming_from::notes(&tree)].concat() {
        println!("note: {note}");
    }
    let findings = [
        arrows::against_packages(TABLE, &packages, &tree),
        arrows::against_page(TABLE, &tree),
        rings::findings(&tree),
        sizes::findings(&tree),
        core_names::findings(&tree),
        micro::findings(&tree, &micro),
        features::findings(&tree, &costs),
        ui::findings(&tree),
        book::findings(&tree),
        coming_from::findings(&tree),
        words::findings(&tree),
        readme::findings(&tree),
        licences::findings(&packages, &tree),
    ];
    let findings: Vec<Finding> = findings.into_iter().flatten().collect();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err("tidy: one finding".to_owned()),
        many => Err(format!("tidy: {many} findings")),
    }
}

/// The line of the first place where `needle` stands in a file, counted from 1; 1 if nowhere.
fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|line| line.contains(needle)).map_or(1, |before| before + 1)
}

#[cfg(test)]
mod tests;
