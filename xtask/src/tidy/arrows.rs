//! Arrows go down: the table is held against itself, the manifests, and ARCHITECTURE.md.

use super::{Finding, line_of};
use crate::arrows::Row;
use crate::tree::Tree;
use crate::workspace::{Dependency, Package};

const PAGE: &str = "ARCHITECTURE.md";
const DATA: &str = "xtask/src/arrows.rs";

pub(super) fn against_packages(table: &[Row], packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let ours: Vec<&Package> = packages.iter().filter(|package| package.member).collect();
    let mut findings = not_downwards(table);
    for package in &ours {
        let row = table.iter().find(|row| row.name == package.name);
        if row.is_none() && !stands_outside(package) {
            findings.push(Finding::new(
                &package.manifest,
                1,
                format!("{} has no row in the arrows table", package.name),
                format!("decide what it may use, then add it to {DATA} and {PAGE}"),
            ));
        }
        for dependency in &package.dependencies {
            let is_ours = ours.iter().any(|package| package.name == dependency.name);
            let problem = match row {
                Some(row) => beyond_row(row, dependency, is_ours),
                None => beyond_door(package, dependency, is_ours),
            };
            if let Some((what, hint)) = problem {
                let text = tree.get(&package.manifest).unwrap_or_default();
                let line = line_of_dependency(text, &dependency.name);
                findings.push(Finding::new(&package.manifest, line, what, hint));
            }
        }
    }
    for row in table {
        if !ours.iter().any(|package| package.name == row.name) {
            findings.push(Finding::new(
                DATA,
                1,
                format!("the table has a row for {}, which is no crate here", row.name),
                "remove the row",
            ));
        }
    }
    findings
}

pub(super) fn against_page(table: &[Row], tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.get(PAGE) else {
        return vec![Finding::new(PAGE, 1, "there is no such page", "write it")];
    };
    let missing = table.iter().filter(|row| !page.lines().any(|line| line == row.line()));
    let mut findings: Vec<Finding> = missing
        .map(|row| {
            let line = line_of(page, &format!("| `{}` |", row.name));
            let what = format!("the arrows table and {DATA} do not agree on {}", row.name);
            Finding::new(PAGE, line, what, format!("the row should be: {}", row.line()))
        })
        .collect();
    for (number, line) in page.lines().enumerate() {
        let name = line.strip_prefix("| `").and_then(|rest| rest.split('`').next());
        if let Some(name) = name
            && name.starts_with("carafe")
            && !table.iter().any(|row| row.name == name)
        {
            let what = format!("{name} is in the arrows table here, but not in {DATA}");
            findings.push(Finding::new(PAGE, number + 1, what, "remove the row, or add it there"));
        }
    }
    findings
}

/// The table itself must not allow an arrow that goes sideways or up.
fn not_downwards(table: &[Row]) -> Vec<Finding> {
    let level = |name: &str| table.iter().find(|row| row.name == name).and_then(|row| row.level);
    let mut findings = Vec::new();
    for row in table {
        for target in row.may {
            if level(target).is_none() || row.level.is_some_and(|own| level(target) >= Some(own)) {
                findings.push(Finding::new(
                    DATA,
                    1,
                    format!("the arrow {} → {target} does not go down", row.name),
                    "move what both need to a lower crate",
                ));
            }
        }
    }
    findings
}

fn beyond_row(row: &Row, dependency: &Dependency, is_ours: bool) -> Option<(String, String)> {
    let (name, target) = (row.name, dependency.name.as_str());
    if is_ours && !row.may.contains(&target) {
        if !dependency.dev {
            let hint =
                "turn the arrow round by a trait or a deposit, or decide it in docs/decisions";
            return Some((format!("{name} may not use {target}"), hint.to_owned()));
        }
        // Tests may look up; but a published manifest must not name what depends on it.
        if dependency.versioned {
            let what = format!("the dev-dependency {name} → {target} points up and has a version");
            let hint = format!("write {target} = {{ path = \"../{target}\" }} alone");
            return Some((what, hint));
        }
    }
    if row.never.contains(&target) && !dependency.dev {
        let hint = "it belongs to a crate above, behind a trait".to_owned();
        return Some((format!("{name} must never know {target}"), hint));
    }
    None
}

/// Examples and whole-house tests use the one door that users have.
fn beyond_door(
    package: &Package,
    dependency: &Dependency,
    is_ours: bool,
) -> Option<(String, String)> {
    let through_door = dependency.name == "carafe" || !is_ours;
    if through_door || !package.manifest.starts_with("examples/") {
        return None;
    }
    let what = format!("the example {} uses {}", package.name, dependency.name);
    Some((what, "an example uses the crate carafe alone, as its reader will".to_owned()))
}

fn stands_outside(package: &Package) -> bool {
    ["examples/", "tests/"].iter().any(|folder| package.manifest.starts_with(folder))
}

/// `name = …`, `name.workspace = true` or `[dependencies.name]`.
fn line_of_dependency(manifest: &str, name: &str) -> usize {
    let begins = |line: &str| {
        let key = line.rsplit_once("dependencies.").map_or(line, |(_, key)| key);
        let rest = key.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '=', '.', ']']))
    };
    manifest.lines().position(begins).map_or(1, |before| before + 1)
}
