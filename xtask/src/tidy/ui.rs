//! A compile error is a page of the manual: each mistake in `tests/ui/` keeps the compiler's words.

use super::Finding;
use crate::tree::Tree;

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let ui = |path: &str| path.contains("/tests/ui/") || path.starts_with("tests/ui/");
    let mut findings = Vec::new();
    for (path, _) in tree.files().filter(|(path, _)| ui(path)) {
        if let Some(stem) = path.strip_suffix(".rs")
            && !path.contains("/pass/")
            && tree.get(&format!("{stem}.stderr")).is_none()
        {
            let hint = "run the UI tests with TRYBUILD=overwrite, read what it wrote, and add it";
            findings.push(Finding::new(path, 1, "no .stderr stands beside it", hint));
        }
        if let Some(stem) = path.strip_suffix(".stderr")
            && tree.get(&format!("{stem}.rs")).is_none()
        {
            findings.push(Finding::new(path, 1, "no .rs stands beside it", "remove it"));
        }
    }
    findings
}
