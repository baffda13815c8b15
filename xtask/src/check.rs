//! What must hold before a change lands, as a list of steps.

use std::process::{Command, Stdio};

use crate::step::Step;

/// The steps that run no program of ours, the quick ones first.
///
/// Warnings are denied behind `--`, not through RUSTFLAGS: other flags would build every dependency
/// again. The facade is looked at by itself too, since in the workspace the features of all its
/// users are switched on at once.
pub(crate) fn lints() -> Vec<Step> {
    vec![
        Step::cargo("fmt", "fmt --all --check"),
        Step::tidy(),
        Step::cargo("clippy", "clippy --workspace --all-targets --all-features -- -D warnings"),
        Step::cargo("clippy, default features", "clippy --package carafe -- -D warnings"),
        Step::cargo(
            "clippy, micro mode",
            "clippy --package carafe --no-default-features -- -D warnings",
        ),
        // The book's pages are written for the book's reader: their links and brackets are not
        // rustdoc's. Their code is compiled by the doc tests.
        Step::cargo_with(
            "doc",
            "doc --workspace --all-features --no-deps --exclude docs-tests",
            &[("RUSTDOCFLAGS", "-D warnings")],
        ),
    ]
}

/// All tests: unit, integration and UI tests, then the examples in docs, README and book.
pub(crate) fn tests() -> Vec<Step> {
    let tests = if has_nextest() {
        Step::cargo("tests", "nextest run --workspace --all-features")
    } else {
        println!("cargo-nextest is not installed: the tests run by `cargo test`, which is slower.");
        Step::cargo("tests", "test --workspace --all-features --tests")
    };
    vec![tests, Step::cargo("doc tests", "test --workspace --all-features --doc")]
}

fn has_nextest() -> bool {
    Command::new("cargo")
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
