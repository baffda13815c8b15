//! The guide's page of features: it lists those that the facade has, and what each costs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::thread;

use super::{Finding, micro};
use crate::tree::Tree;

const PAGE: &str = "docs/topics/features.md";
const MANIFEST: &str = "crates/carafe/Cargo.toml";
/// Features that are nothing but others, which their rows list.
const BUNDLES: &[&str] = &["default", "full"];

/// How many crates each feature brings to an app without any.
pub(super) type Costs = BTreeMap<String, usize>;

pub(super) fn findings(tree: &Tree, costs: &Costs) -> Vec<Finding> {
    let page = tree.get(PAGE).unwrap_or_default();
    let manifest = tree.get(MANIFEST).unwrap_or_default();
    let features: BTreeMap<&str, BTreeSet<&str>> = features(manifest).collect();
    let rows: BTreeMap<&str, Row<'_>> = rows(page).map(|row| (row.name, row)).collect();
    let mut findings = Vec::new();
    for (name, parts) in &features {
        let Some(row) = rows.get(name) else {
            let hint = format!("add the row: | `{name}` | what it brings | 0 |");
            findings.push(Finding::new(PAGE, 1, format!("`{name}` is not listed"), hint));
            continue;
        };
        if BUNDLES.contains(name) && quoted(row.brings).collect::<BTreeSet<_>>() != *parts {
            let parts: Vec<_> = parts.iter().map(|part| format!("`{part}`")).collect();
            let what = format!("`{name}` is another set in {MANIFEST}");
            findings.push(Finding::new(PAGE, row.line, what, format!("list {}", parts.join(", "))));
        }
        let cost = costs.get(*name).copied().unwrap_or_default();
        if row.cost != cost.to_string() {
            let what = format!("`{name}` costs {cost} crates, not {}", row.cost);
            findings.push(Finding::new(PAGE, row.line, what, "run `cargo xtask tidy --bless`"));
        }
    }
    for row in rows.values().filter(|row| !features.contains_key(row.name)) {
        let what = format!("{MANIFEST} has no feature `{}`", row.name);
        findings.push(Finding::new(PAGE, row.line, what, "take the row away"));
    }
    findings
}

/// Asks Cargo for each feature at once, since it takes its time for one.
pub(super) fn costs(tree: &Tree) -> Result<Costs, String> {
    let without = micro::dependencies("")?.len();
    let names = features(tree.get(MANIFEST).unwrap_or_default()).map(|(name, _)| name);
    thread::scope(|scope| {
        let asked: Vec<_> =
            names.map(|name| (name, scope.spawn(move || micro::dependencies(name)))).collect();
        let cost = |(name, asked): (&str, thread::ScopedJoinHandle<'_, Result<BTreeSet<_>, _>>)| {
            let crates = asked.join().map_err(|_| format!("`{name}` could not be counted"))??;
            Ok((name.to_owned(), crates.len().saturating_sub(without)))
        };
        asked.into_iter().map(cost).collect()
    })
}

/// Writes the numbers of the page anew.
pub(super) fn rewrite(root: &Path, tree: &Tree, costs: &Costs) -> Result<(), String> {
    let page = tree.get(PAGE).unwrap_or_default();
    let lines = page.lines().map(|line| match (row(line, 0), line.rfind(" | ")) {
        (Some(row), Some(end)) if costs.contains_key(row.name) => {
            format!("{} | {} |\n", &line[..end], costs[row.name])
        }
        _ => format!("{line}\n"),
    });
    fs::write(root.join(PAGE), lines.collect::<String>())
        .map_err(|error| format!("{PAGE} cannot be written: {error}"))
}

/// The features of a manifest with the words in their lists.
fn features(manifest: &str) -> impl Iterator<Item = (&str, BTreeSet<&str>)> {
    let lines = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    let lines =
        lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (name, list) = line.split_once(" = [")?;
        Some((name, list.split('"').skip(1).step_by(2).collect()))
    })
}

struct Row<'p> {
    line: usize,
    name: &'p str,
    brings: &'p str,
    cost: &'p str,
}

fn rows(page: &str) -> impl Iterator<Item = Row<'_>> {
    page.lines().enumerate().filter_map(|(before, line)| row(line, before + 1))
}

/// `` | `name` | what it brings | 7 | ``
fn row(line: &str, number: usize) -> Option<Row<'_>> {
    let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
    let (brings, cost) = rest.strip_suffix(" |")?.rsplit_once(" | ")?;
    Some(Row { line: number, name, brings, cost })
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
