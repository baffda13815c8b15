//! Every crate that is built here has a licence that `deny.toml` allows.

use super::Finding;
use crate::tree::Tree;
use crate::workspace::Package;

const LIST: &str = "deny.toml";

pub(super) fn findings(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let list = tree.get(LIST).unwrap_or_default();
    let allowed: Vec<&str> = list
        .lines()
        .map(|line| line.trim().trim_end_matches(','))
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .collect();
    let refused = packages.iter().filter(|package| {
        let license = package.license.as_deref().unwrap_or_default();
        !any_of(license, &allowed)
    });
    refused
        .map(|package| {
            let license = package.license.as_deref().unwrap_or("no licence");
            let what = format!("{} has {license}, which is not allowed", package.name);
            Finding::new(LIST, 1, what, "do without the crate, or allow the licence with a reason")
        })
        .collect()
}

/// Whether one side of each OR is allowed whole. `A/B` is the old way to write OR; brackets group
/// alternatives inside an AND.
fn any_of(expression: &str, allowed: &[&str]) -> bool {
    let plain = expression.replace('/', " OR ");
    split(&plain, " OR ").any(|side| split(side, " AND ").all(|part| one(part, allowed)))
}

fn one(part: &str, allowed: &[&str]) -> bool {
    let part = part.trim();
    match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
        Some(inner) => any_of(inner, allowed),
        None => allowed.contains(&part),
    }
}

/// Splits where no bracket is open.
fn split<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let mut start = 0;
    let mut cuts = Vec::new();
    for (at, _) in text.match_indices(word) {
        let head = &text[start..at];
        if head.matches('(').count() == head.matches(')').count() {
            cuts.push(head);
            start = at + word.len();
        }
    }
    cuts.push(&text[start..]);
    cuts.into_iter()
}
