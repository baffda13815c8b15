//! docs/coming-from-flask.md answers every row of Flask's inventory, FL-01 to FL-87, and what it
//! names as proof exists. (The inventory has no FL-69.)

use super::Finding;
use crate::tree::Tree;

const PAGE: &str = "docs/coming-from-flask.md";
const LAST: usize = 87;
const UNUSED: usize = 69;

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.get(PAGE) else { return Vec::new() };
    let mut findings = Vec::new();
    for id in (1..=LAST).filter(|id| *id != UNUSED).map(|number| format!("FL-{number:02}")) {
        match rows(page).filter(|row| row.id == id).count() {
            1 => {}
            0 => findings.push(Finding::new(
                PAGE,
                1,
                format!("{id} has no row"),
                "say what it became, or why it makes no sense in Rust",
            )),
            _ => findings.push(Finding::new(PAGE, 1, format!("{id} has two rows"), "join them")),
        }
    }
    for row in rows(page) {
        if row.form.is_empty() {
            let what = format!("{} does not say what it became", row.id);
            findings.push(Finding::new(PAGE, row.line, what, "name Carafe's form, or the reason"));
        }
        for proof in row.proof.split('`').skip(1).step_by(2) {
            if !exists(tree, proof) {
                let what = format!("the proof of {}, {proof}, does not exist", row.id);
                let hint = "write `path` or `path::function` of a test or page";
                findings.push(Finding::new(PAGE, row.line, what, hint));
            }
        }
    }
    findings
}

pub(super) fn notes(tree: &Tree) -> Vec<String> {
    let page = tree.get(PAGE).unwrap_or_default();
    let open: Vec<&str> = rows(page).filter(|row| row.proof.is_empty()).map(|row| row.id).collect();
    if open.is_empty() {
        Vec::new()
    } else {
        vec![format!("{PAGE}: no proof yet: {}", open.join(" "))]
    }
}

struct Row<'a> {
    line: usize,
    id: &'a str,
    form: &'a str,
    proof: &'a str,
}

fn rows(page: &str) -> impl Iterator<Item = Row<'_>> {
    page.lines().enumerate().filter_map(|(before, line)| {
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split(" | ").collect();
        let [id, _, form, proof] = cells.as_slice() else { return None };
        let id = id.trim();
        let (form, proof) = (form.trim(), proof.trim());
        id.starts_with("FL-").then_some(Row { line: before + 1, id, form, proof })
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
