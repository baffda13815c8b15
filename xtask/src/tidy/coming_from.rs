//! The pages for people who know another framework answer every row of its inventory, and what they
//! name as proof exists.

use std::ops::RangeInclusive;

use super::Finding;
use crate::tree::Tree;

/// A page, and the rows that it must answer; it may answer more.
struct Page {
    path: &'static str,
    prefix: &'static str,
    rows: &'static [RangeInclusive<usize>],
}

/// The numbers between the ranges are those that the inventory has not, or that are not built yet.
const PAGES: [Page; 2] = [
    Page { path: "docs/coming-from-flask.md", prefix: "FL-", rows: &[1..=68, 70..=87] },
    Page {
        path: "docs/coming-from-django.md",
        prefix: "DJ-",
        rows: &[12..=12, 20..=62, 76..=85, 90..=104, 285..=285, 289..=289],
    },
];

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    PAGES.iter().flat_map(|page| of_page(page, tree)).collect()
}

fn of_page(page: &Page, tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.get(page.path) else { return Vec::new() };
    let mut findings = Vec::new();
    for id in
        page.rows.iter().cloned().flatten().map(|number| format!("{}{number:02}", page.prefix))
    {
        match rows(page, text).filter(|row| row.id == id).count() {
            1 => {}
            0 => findings.push(Finding::new(
                page.path,
                1,
                format!("{id} has no row"),
                "say what it became, or why it makes no sense in Rust",
            )),
            _ => {
                findings.push(Finding::new(
                    page.path,
                    1,
                    format!("{id} has two rows"),
                    "join them",
                ));
            }
        }
    }
    for row in rows(page, text) {
        if row.form.is_empty() {
            let what = format!("{} does not say what it became", row.id);
            let hint = "name Carafe's form, or the reason";
            findings.push(Finding::new(page.path, row.line, what, hint));
        }
        for proof in row.proof.split('`').skip(1).step_by(2) {
            if !exists(tree, proof) {
                let what = format!("the proof of {}, {proof}, does not exist", row.id);
                let hint = "write `path` or `path::function` of a test or page";
                findings.push(Finding::new(page.path, row.line, what, hint));
            }
        }
    }
    findings
}

pub(super) fn notes(tree: &Tree) -> Vec<String> {
    let of_page = |page: &Page| {
        let text = tree.get(page.path).unwrap_or_default();
        let open = rows(page, text).filter(|row| row.proof.is_empty()).map(|row| row.id);
        let open: Vec<&str> = open.collect();
        (!open.is_empty()).then(|| format!("{}: no proof yet: {}", page.path, open.join(" ")))
    };
    PAGES.iter().filter_map(of_page).collect()
}

struct Row<'a> {
    line: usize,
    id: &'a str,
    form: &'a str,
    proof: &'a str,
}

fn rows<'t>(page: &'t Page, text: &'t str) -> impl Iterator<Item = Row<'t>> {
    text.lines().enumerate().filter_map(|(before, line)| {
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split(" | ").collect();
        let [id, _, form, proof] = cells.as_slice() else { return None };
        let id = id.trim();
        let (form, proof) = (form.trim(), proof.trim());
        id.starts_with(page.prefix).then_some(Row { line: before + 1, id, form, proof })
    })
}

/// `path` is a file; `path::name` is a function in it.
fn exists(tree: &Tree, proof: &str) -> bool {
    match proof.split_once("::") {
        Some((path, name)) => {
            tree.get(path).is_some_and(|text| text.contains(&format!("fn {name}(")))
        }
        None => tree.get(proof).is_some(),
    }
}
