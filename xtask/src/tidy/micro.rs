//! The micro mode stays small: what it depends on is a list that a reviewer reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Finding;
use crate::tree::Tree;
use crate::workspace::output;

const LIST: &str = "tests/budgets/micro.txt";
const HEAD: &str = "\
# Every crate that `carafe` without features brings, itself included.
# `cargo xtask tidy` holds it; `cargo xtask tidy --bless` writes it anew.
";

pub(super) fn findings(tree: &Tree, real: &BTreeSet<String>) -> Vec<Finding> {
    let Some(list) = tree.get(LIST) else {
        let hint = "run `cargo xtask tidy --bless` and commit what it writes";
        return vec![Finding::new(LIST, 1, "there is no list of the micro mode's crates", hint)];
    };
    let listed: BTreeSet<&str> = names(list).map(|(_, name)| name).collect();
    let gone = names(list).filter(|(_, name)| !real.contains(*name)).map(|(line, name)| {
        let what = format!("{name} is listed, but the micro mode does not depend on it any more");
        Finding::new(LIST, line, what, "run `cargo xtask tidy --bless`")
    });
    let new: Vec<&str> =
        real.iter().map(String::as_str).filter(|name| !listed.contains(name)).collect();
    let new = (!new.is_empty()).then(|| {
        let what = format!("the micro mode depends on {}, not listed here", new.join(", "));
        let hint = "put it behind a feature, or run `cargo xtask tidy --bless` and say why";
        Finding::new(LIST, 1, what, hint)
    });
    new.into_iter().chain(gone).collect()
}

/// What Cargo resolves for the facade with these features alone, for one and the same target on
/// every machine.
pub(super) fn dependencies(features: &str) -> Result<BTreeSet<String>, String> {
    let lines = output(&[
        "tree",
        "--package=carafe",
        "--no-default-features",
        &format!("--features={features}"),
        "--edges=normal",
        "--prefix=none",
        "--format={p}",
        "--target=x86_64-unknown-linux-gnu",
        "--locked",
    ])?;
    Ok(lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

pub(super) fn rewrite(root: &Path) -> Result<(), String> {
    let names: Vec<String> = dependencies("")?.into_iter().collect();
    fs::write(root.join(LIST), format!("{HEAD}{}\n", names.join("\n")))
        .map_err(|error| format!("{LIST} cannot be written: {error}"))
}

fn names(list: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = list.lines().enumerate().map(|(before, line)| (before + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}
