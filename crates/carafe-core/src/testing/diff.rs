//! Two texts side by side, for failures.

use similar::TextDiff;

/// The lines that differ, with a few around them: `-` is what was expected, `+` what was found.
pub(super) fn diff(expected: &str, found: &str) -> String {
    TextDiff::from_lines(expected, found)
        .unified_diff()
        .missing_newline_hint(false)
        .header("expected", "found")
        .to_string()
}
