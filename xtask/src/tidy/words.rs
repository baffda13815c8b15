//! Words that must not land: the paths of somebody's machine, and marks of unfinished work.

use super::Finding;
use crate::rust_text::is_name;
use crate::tree::Tree;

/// The rules themselves and their tests name what they forbid.
const RULES: &str = "xtask/src/tidy/";

const MARKS: &[&str] = &["TODO", "FIXME", "XXX", "todo!", "unimplemented!", "dbg!"];
const MACHINES: &[&str] = &["/work/", "/root/", "/home/"];

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| !path.starts_with(RULES)) {
        for (before, line) in text.lines().enumerate() {
            for mark in MARKS.iter().filter(|mark| stands_alone(line, mark)) {
                let what = format!("{mark} marks unfinished work");
                let hint = "finish it, or write an issue and remove the mark";
                findings.push(Finding::new(path, before + 1, what, hint));
            }
            for machine in MACHINES.iter().filter(|machine| line.contains(**machine)) {
                let what = format!("{machine} is a path of somebody's machine");
                let hint = "use a path from the project's root, or /srv/ in an example";
                findings.push(Finding::new(path, before + 1, what, hint));
            }
        }
    }
    findings
}

/// Whether the word stands in the line and is no part of a longer one.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let ends_in_mark = word.ends_with('!');
        !before.is_some_and(is_name) && (ends_in_mark || !after.is_some_and(is_name))
    })
}
