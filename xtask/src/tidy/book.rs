//! The book: each page is in its table of contents, and its code is compiled.

use super::{Finding, line_of};
use crate::tree::Tree;

const SUMMARY: &str = "docs/SUMMARY.md";
const TESTS: &str = "tests/docs/src/lib.rs";

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let summary = tree.get(SUMMARY).unwrap_or_default();
    let tests = tree.get(TESTS).unwrap_or_default();
    let mut findings = Vec::new();
    for (path, text) in tree.under("docs/", ".md").filter(|(path, _)| *path != SUMMARY) {
        let page = &path["docs/".len()..];
        if !links(summary).any(|(_, link)| link == page) {
            let hint = format!("link it as [Title]({page})");
            findings.push(Finding::new(SUMMARY, 1, format!("{path} is not linked"), hint));
        }
        if !tests.contains(&format!("\"{path}\"")) {
            let name = page.trim_end_matches(".md").replace(['/', '-'], "_");
            let hint = format!("add the line: {name} = \"{path}\";");
            findings.push(Finding::new(TESTS, 1, format!("{path} is not tested"), hint));
        }
        findings.extend(untested_blocks(path, text));
    }
    for (line, link) in links(summary) {
        if tree.get(&format!("docs/{link}")).is_none() {
            let what = format!("the link to {link} leads nowhere");
            findings.push(Finding::new(SUMMARY, line, what, "write the page, or remove the link"));
        }
    }
    findings.extend(untested_blocks("README.md", tree.get("README.md").unwrap_or_default()));
    if !tests.contains("\"README.md\"") {
        let what = "README.md is not tested";
        findings.push(Finding::new(TESTS, 1, what, "add the line: readme = \"README.md\";"));
    }
    findings
}

/// Blocks of Rust that rustdoc would not look at.
fn untested_blocks(path: &str, text: &str) -> Vec<Finding> {
    let fences = text.lines().enumerate().filter(|(_, line)| {
        let language = line.trim_start().strip_prefix("```").unwrap_or_default();
        language.starts_with("rust") && language.split(',').any(|word| word.starts_with("ignore"))
    });
    let hint = "make it true, or call it ```text";
    fences
        .map(|(before, _)| Finding::new(path, before + 1, "a block of Rust is ignored", hint))
        .collect()
}

/// The pages that a table of contents links, without their anchors.
fn links(summary: &str) -> impl Iterator<Item = (usize, &str)> {
    summary.split("](").skip(1).filter_map(move |rest| {
        let link = rest.split(')').next()?.split('#').next()?;
        let is_page = !link.is_empty() && !link.contains("://");
        is_page.then(|| (line_of(summary, &format!("]({link}")), link.trim_start_matches("./")))
    })
}
