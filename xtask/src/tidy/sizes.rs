//! A file is a room with one noun: 400 lines of code are large, 800 are too many.

use super::Finding;
use crate::rust_text::{is_test, lines_of_code};
use crate::tree::Tree;

const LARGE: usize = 400;
const TOO_LARGE: usize = 800;

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    longer_than(TOO_LARGE, tree).map(|(_, finding)| finding).collect()
}

/// What is large, but allowed. Tests may be long lists.
pub(super) fn notes(tree: &Tree) -> Vec<String> {
    let large = longer_than(LARGE, tree).filter(|(lines, _)| *lines <= TOO_LARGE);
    let large = large.filter(|(_, finding)| !is_test(&finding.path));
    large.map(|(_, finding)| finding.to_string()).collect()
}

fn longer_than(limit: usize, tree: &Tree) -> impl Iterator<Item = (usize, Finding)> {
    tree.under("", ".rs").filter_map(move |(path, text)| {
        let lines = lines_of_code(text);
        let what = format!("{lines} lines of code, where {limit} are the limit");
        let hint = "is there a second noun in it? Give it a file of its own";
        (lines > limit).then(|| (lines, Finding::new(path, 1, what, hint)))
    })
}
