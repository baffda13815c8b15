//! The README's commands are those that `.ci/run` calls, and the changelog is kept.

use super::{Finding, line_of};
use crate::tree::Tree;

const RUN: &str = ".ci/run";
const LOG: &str = "CHANGELOG.md";
const GROUPS: &[&str] = &["Added", "Changed", "Fixed", "Removed"];

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    [commands(tree), changelog(tree)].concat()
}

fn commands(tree: &Tree) -> Vec<Finding> {
    let readme = tree.get("README.md").unwrap_or_default();
    let run = tree.get(RUN).unwrap_or_default();
    let called: Vec<&str> =
        run.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    let commands: Vec<&str> = set_up_commands(readme).collect();
    let mut findings = Vec::new();
    if commands.len() != 2 {
        let what =
            format!("{} set-up commands in ```sh blocks, where two are promised", commands.len());
        findings.push(Finding::new("README.md", 1, what, "one starts the app, one runs all tests"));
    }
    for command in commands {
        if !called.iter().any(|line| line.contains(command)) {
            let line = line_of(readme, command);
            let what = format!("{RUN} does not call `{command}`");
            findings.push(Finding::new("README.md", line, what, format!("call it in {RUN}")));
        }
    }
    findings
}

/// The `cargo` lines of the shell blocks, without their comments.
fn set_up_commands(readme: &str) -> impl Iterator<Item = &str> {
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter(|line| line.starts_with("cargo "));
    lines.filter_map(|line| line.split(" #").next()).map(str::trim)
}

fn changelog(tree: &Tree) -> Vec<Finding> {
    let Some(log) = tree.get(LOG) else {
        return vec![Finding::new(LOG, 1, "there is no changelog", "write it")];
    };
    let mut findings = Vec::new();
    if !log.lines().any(|line| line == "## Unreleased") {
        let hint = "add `## Unreleased` above the newest release";
        findings.push(Finding::new(LOG, 1, "no place for what is not released yet", hint));
    }
    for (before, line) in log.lines().enumerate() {
        if let Some(group) = line.strip_prefix("### ")
            && !GROUPS.contains(&group)
        {
            let what = format!("{group} is no group of changes");
            findings.push(Finding::new(
                LOG,
                before + 1,
                what,
                format!("use {}", GROUPS.join(", ")),
            ));
        }
    }
    findings
}
