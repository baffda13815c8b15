use std::collections::BTreeSet;

use super::*;
use crate::arrows::Row;
use crate::workspace::{Dependency, Package};

/// Runs one rule on a few files: each expected line must be how one finding begins, in order.
#[track_caller]
fn check(rule: impl Fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)], expected: &[&str]) {
    let found = rule(&files.iter().copied().collect());
    let found: Vec<String> = found.iter().map(Finding::to_string).collect();
    let agree = found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
    assert!(agree && found.len() == expected.len(), "found {found:#?}\nexpected {expected:#?}");
}

fn package(manifest: &str, name: &str, dependencies: &[&str]) -> Package {
    let dependency = |name: &&str| Dependency {
        name: name.trim_start_matches("dev ").trim_end_matches(" path").to_owned(),
        dev: name.starts_with("dev "),
        versioned: !name.ends_with(" path"),
        ..Dependency::default()
    };
    Package {
        name: name.to_owned(),
        manifest: manifest.to_owned(),
        member: true,
        license: Some("MIT".to_owned()),
        dependencies: dependencies.iter().map(dependency).collect(),
    }
}

const LOW: Row =
    Row { name: "carafe-low", level: Some(0), why: "L", may: &[], never: &["rusqlite"] };
const HIGH: Row =
    Row { name: "carafe-high", level: Some(1), why: "L", may: &["carafe-low"], never: &[] };

#[track_caller]
fn check_arrows(low: &[&str], high: &[&str], expected: &[&str]) {
    let packages = [
        package("crates/low/Cargo.toml", "carafe-low", low),
        package("crates/high/Cargo.toml", "carafe-high", high),
    ];
    let manifest = (
        "crates/low/Cargo.toml",
        "[package]\nname = \"carafe-high-not\"\ncarafe-high.workspace = true",
    );
    check(|tree| arrows::against_packages(&[LOW, HIGH], &packages, tree), &[manifest], expected);
}

#[test]
fn arrows_go_down() {
    check_arrows(&["serde"], &["carafe-low", "rusqlite"], &[]);
    check_arrows(&["carafe-high"], &[], &["crates/low/Cargo.toml:3: carafe-low may not use"]);
    check_arrows(&["rusqlite"], &[], &["crates/low/Cargo.toml:1: carafe-low must never know"]);
}

#[test]
fn a_test_looks_up_without_a_version() {
    check_arrows(&["dev carafe-high path", "dev rusqlite"], &[], &[]);
    check_arrows(&["dev carafe-high"], &[], &["crates/low/Cargo.toml:3: the dev-dependency"]);
}

#[test]
fn every_crate_has_a_row_and_every_row_a_crate() {
    let strange = [package("crates/new/Cargo.toml", "carafe-new", &[])];
    check(
        |tree| arrows::against_packages(&[LOW], &strange, tree),
        &[],
        &[
            "crates/new/Cargo.toml:1: carafe-new has no row",
            "xtask/src/arrows.rs:1: the table has a row for carafe-low",
        ],
    );
}

#[test]
fn an_example_uses_the_facade_alone() {
    let packages = [
        package("crates/low/Cargo.toml", "carafe-low", &[]),
        package("examples/a/Cargo.toml", "a", &["carafe", "serde"]),
        package("examples/b/Cargo.toml", "b", &["carafe-low"]),
        package("tests/c/Cargo.toml", "c", &["carafe-low"]),
    ];
    check(
        |tree| arrows::against_packages(&[LOW], &packages, tree),
        &[],
        &["examples/b/Cargo.toml:1: the example b uses carafe-low"],
    );
}

#[test]
fn the_table_has_no_arrow_up_or_sideways() {
    const UP: Row = Row { may: &["carafe-high"], ..LOW };
    const SIDE: Row = Row { name: "carafe-side", may: &["carafe-high"], ..HIGH };
    let packages = ["carafe-low", "carafe-high", "carafe-side"]
        .map(|name| package("crates/x/Cargo.toml", name, &[]));
    check(
        |tree| arrows::against_packages(&[UP, HIGH, SIDE], &packages, tree),
        &[],
        &[
            "xtask/src/arrows.rs:1: the arrow carafe-low → carafe-high",
            "xtask/src/arrows.rs:1: the arrow carafe-side → carafe-high",
        ],
    );
}

#[test]
fn the_real_table_goes_down() {
    let packages: Vec<Package> =
        TABLE.iter().map(|row| package("crates/x/Cargo.toml", row.name, row.may)).collect();
    check(|tree| arrows::against_packages(TABLE, &packages, tree), &[], &[]);
}

#[test]
fn the_page_shows_the_table() {
    let page = |text| [("ARCHITECTURE.md", text)];
    let rule = |tree: &Tree| arrows::against_page(&[HIGH], tree);
    check(rule, &page("| `carafe-high` | 1 | L | `carafe-low` |"), &[]);
    let differs = "ARCHITECTURE.md:2: the arrows table and xtask/src/arrows.rs do not agree";
    check(rule, &page("a\n| `carafe-high` | 2 | L | `carafe-low` |"), &[differs]);
    check(
        rule,
        &page("| `carafe-high` | 1 | L | `carafe-low` |\n| `carafe-more` | 1 | L | none |"),
        &["ARCHITECTURE.md:2: carafe-more is in the arrows table here"],
    );
    check(rule, &[], &["ARCHITECTURE.md:1: there is no such page"]);
}

/// A crate of two modules, `a` and `b`, where `b` uses `a`.
#[track_caller]
fn check_ring(root: &str, path: &str, text: &str, expected: &[&str]) {
    let file = |inside: &str| format!("crates/x/src/{inside}");
    let (lib, b, path) = (file("lib.rs"), file("b.rs"), file(path));
    let files = [(lib.as_str(), root), (b.as_str(), "use crate::a::A;"), (path.as_str(), text)];
    check(rings::findings, &files, expected);
}

#[test]
fn modules_form_no_ring() {
    let ring = "crates/x/src/a.rs:1: ring of modules: a (crates/x/src/a.rs:1) → b (crates/x/src/b";
    check_ring("", "a.rs", "", &[]);
    check_ring("", "a.rs", "use crate::b::B;", &[ring]);
    check_ring("", "a.rs", "fn f() { crate::b::g() }", &[ring]);
    check_ring("", "a.rs", "use crate::{a::A, b::{B, C}};", &[ring]);
    check_ring("", "a.rs", "use crate::{a::{x, y}, b};", &[ring]);
    check_ring("", "a.rs", "use crate::{c::b, d as b};", &[]);
    check_ring("", "a.rs", "use super::b::B;", &[ring]);
    check_ring("", "a.rs", "mod i { use super::super::b; }", &[ring]);
    check_ring("", "a.rs", "mod i { use super::b; }", &[]);
    check_ring("", "a.rs", "// use crate::b;\nconst X: &str = \"crate::b\";", &[]);
    check_ring("", "a.rs", "#[cfg(test)] mod t { use crate::b; }", &[]);
    check_ring("", "a.rs", "#[cfg(test)] mod t { { } } use crate::b;", &[ring]);
    check_ring("", "a.rs", "macro_rules! m { () => { $crate::b::g() } }", &[]);
    check_ring("", "a.rs", "fn f() { crate::outside() }", &[]);
}

#[test]
fn files_below_a_module_count_as_the_module() {
    let ring = |path: &str| format!("crates/x/src/{path}:1: ring of modules: a");
    check_ring("", "a/mod.rs", "use super::b::B;", &[&ring("a/mod.rs")]);
    check_ring("", "a/c.rs", "use super::super::b::B;", &[&ring("a/c.rs")]);
    check_ring("", "a/c/mod.rs", "use super::super::b::B;", &[&ring("a/c/mod.rs")]);
    check_ring("", "a/c.rs", "use super::b::B;", &[]);
    check_ring("", "a/tests.rs", "use crate::b::B;", &[]);
    check_ring("", "bin/a.rs", "use crate::b::B;", &[]);
}

#[test]
fn a_re_export_hides_no_ring() {
    let ring = "crates/x/src/a.rs:1: ring of modules: a";
    check_ring("pub use b::{B, c::D as E};", "a.rs", "use crate::B;", &[ring]);
    check_ring("pub use b::{B, c::D as E};", "a.rs", "use crate::E;", &[ring]);
    check_ring("pub use b::{B, c::D as E};", "a.rs", "use crate::D;", &[]);
    check_ring("pub use crate::b::B;", "a.rs", "use crate::B;", &[ring]);
    check_ring("pub use other::B;", "a.rs", "use crate::B;", &[]);
}

#[test]
fn a_ring_of_three_is_told_once() {
    let files = [
        ("crates/x/src/lib.rs", ""),
        ("crates/x/src/a.rs", "use crate::b;"),
        ("crates/x/src/b.rs", "use crate::c;"),
        ("crates/x/src/c.rs", "use crate::a; use crate::d;"),
        ("crates/x/src/d.rs", ""),
    ];
    check(rings::findings, &files, &["crates/x/src/a.rs:1: ring of modules: a (crates/x/src/a.rs"]);
}

#[test]
fn files_stay_small() {
    let lines = |count: usize| "let a = 1; // b\n\n// c\n".repeat(count);
    let (fine, large, huge) = (lines(400), lines(800), lines(801));
    check(sizes::findings, &[("a.rs", &fine), ("b.rs", &large)], &[]);
    check(sizes::findings, &[("a.rs", &huge)], &["a.rs:1: 801 lines of code"]);
    let notes = |path| sizes::notes(&[(path, large.as_str())].into_iter().collect());
    assert!(notes("a.rs")[0].starts_with("a.rs:1: 800 lines of code, where 400"));
    assert_eq!(notes("a/tests.rs").len(), 0);
    assert_eq!(sizes::notes(&[("a.rs", fine.as_str())].into_iter().collect()).len(), 0);
}

#[test]
fn the_core_names_no_component() {
    let core = |inside: &str| format!("crates/carafe-core/src/{inside}");
    let (app, room) = (core("app.rs"), core("templates/mod.rs"));
    check(core_names::findings, &[(&app, "// minijinja\nuse crate::query_string;")], &[]);
    check(
        core_names::findings,
        &[(&app, "\nuse carafe_db::Db;\nfn f() { minijinja::g() }")],
        &[
            "crates/carafe-core/src/app.rs:2: carafe-core names the component carafe_db",
            "crates/carafe-core/src/app.rs:3: carafe-core names the component minijinja",
        ],
    );
    check(
        core_names::findings,
        &[(&room, "")],
        &["crates/carafe-core/src/templates/mod.rs:1: carafe-core has a room called templates"],
    );
    check(core_names::findings, &[(&core("extract/cache.rs"), "")], &[]);
    check(core_names::findings, &[("crates/carafe-db/src/sql.rs", "use rusqlite::A;")], &[]);
}

#[test]
fn the_micro_list_is_what_cargo_resolves() {
    let real = BTreeSet::from(["axum".to_owned(), "carafe".to_owned()]);
    let rule = |tree: &Tree| micro::findings(tree, &real);
    let list = |text| [("tests/budgets/micro.txt", text)];
    check(rule, &list("# head\naxum\ncarafe\n"), &[]);
    check(
        rule,
        &list("# head\naxum\nserde\n"),
        &[
            "tests/budgets/micro.txt:1: the micro mode depends on carafe, not",
            "tests/budgets/micro.txt:3: serde is listed, but",
        ],
    );
    let new = "tests/budgets/micro.txt:1: the micro mode depends on axum, carafe, not listed here";
    check(rule, &list("# head\n"), &[new]);
    check(rule, &[], &["tests/budgets/micro.txt:1: there is no list"]);
}

#[test]
fn a_ui_test_keeps_its_message() {
    let (rs, stderr) = ("crates/m/tests/ui/get/a.rs", "crates/m/tests/ui/get/a.stderr");
    check(ui::findings, &[(rs, ""), (stderr, "")], &[]);
    check(ui::findings, &[(rs, "")], &["crates/m/tests/ui/get/a.rs:1: no .stderr"]);
    check(ui::findings, &[(stderr, "")], &["crates/m/tests/ui/get/a.stderr:1: no .rs"]);
    check(ui::findings, &[("tests/ui/pass/a.rs", ""), ("crates/m/src/ui/a.rs", "")], &[]);
}

const PAGE: (&str, &str) = ("docs/topics/a-b.md", "```rust\n1\n```");
const SUMMARY: (&str, &str) = ("docs/SUMMARY.md", "- [A](topics/a-b.md)");
const TESTED: (&str, &str) =
    ("tests/docs/src/lib.rs", "readme = \"README.md\"; a = \"docs/topics/a-b.md\";");

#[test]
fn every_page_is_linked_and_tested() {
    check(book::findings, &[PAGE, SUMMARY, TESTED], &[]);
    check(
        book::findings,
        &[PAGE, ("docs/SUMMARY.md", ""), ("tests/docs/src/lib.rs", "")],
        &[
            "docs/SUMMARY.md:1: docs/topics/a-b.md is not linked: link it as [Title](topics/a-b.md)",
            "tests/docs/src/lib.rs:1: docs/topics/a-b.md is not tested: add the line: topics_a_b =",
            "tests/docs/src/lib.rs:1: README.md is not tested",
        ],
    );
    check(book::findings, &[SUMMARY, TESTED], &["docs/SUMMARY.md:1: the link to topics/a-b.md"]);
}

#[test]
fn no_block_of_the_book_is_ignored() {
    let ignored = (PAGE.0, "a\n```rust,ignore\n1\n```\n```text\nrust,ignore\n```");
    check(book::findings, &[ignored, SUMMARY, TESTED], &["docs/topics/a-b.md:2: a block of Rust"]);
    let readme = ("README.md", "```rust,no_run\n```\n```rust,ignore\n```");
    check(book::findings, &[readme, PAGE, SUMMARY, TESTED], &["README.md:3: a block of Rust"]);
}

/// The page with all rows, one of them changed.
fn flask_page(id: &str, row: &str) -> String {
    let ids = (1..=87).filter(|number| *number != 69).map(|number| format!("FL-{number:02}"));
    let rows = ids.map(|other| match other {
        other if other == id => row.to_owned(),
        other => format!("| {other} | name | form | reason |"),
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check_flask(row: &str, expected: &[&str]) {
    let page = flask_page("FL-02", row);
    let test = ("crates/x/tests/it/main.rs", "fn works() {}");
    check(coming_from::findings, &[("docs/coming-from-flask.md", &page), test], expected);
}

#[test]
fn every_row_of_flask_has_an_answer_and_no_false_proof() {
    check_flask("| FL-02 | `a \\| b` | form | `crates/x/tests/it/main.rs::works` |", &[]);
    check_flask("| FL-02 | a | form | `crates/x/tests/it/main.rs` |", &[]);
    check_flask("| FL-02 | a | form |  |", &[]);
    check_flask("", &["docs/coming-from-flask.md:1: FL-02 has no row"]);
    check_flask(
        "| FL-02 | a | f | p |\n| FL-02 | a | f | p |",
        &["docs/coming-from-flask.md:1: FL-02 has two"],
    );
    check_flask("| FL-02 | a |  | p |", &["docs/coming-from-flask.md:2: FL-02 does not say"]);
    check_flask(
        "| FL-02 | a | f | `crates/x/tests/it/main.rs::gone`, `gone.rs` |",
        &[
            "docs/coming-from-flask.md:2: the proof of FL-02, crates/x/tests/it/main.rs::gone,",
            "docs/coming-from-flask.md:2: the proof of FL-02, gone.rs,",
        ],
    );
    let page = flask_page("FL-02", "| FL-02 | a | form |  |");
    let notes =
        coming_from::notes(&[("docs/coming-from-flask.md", page.as_str())].into_iter().collect());
    assert_eq!(notes, ["docs/coming-from-flask.md: no proof yet: FL-02"]);
}

#[test]
fn the_rows_of_django_are_held_too() {
    let rows = [12].into_iter().chain(20..=62).chain(76..=85).chain(90..=104).chain([289]);
    let rows = rows.filter(|number| *number != 39);
    let page = rows.map(|number| format!("| DJ-{number} | name | form | reason |\n"));
    let page = page.chain(["| DJ-285 | name | form | `gone.rs` |".to_owned()]).collect::<String>();
    check(
        coming_from::findings,
        &[("docs/coming-from-django.md", &page)],
        &[
            "docs/coming-from-django.md:1: DJ-39 has no row",
            "docs/coming-from-django.md:70: the proof of DJ-285, gone.rs,",
        ],
    );
}

#[test]
fn words_that_must_not_land() {
    let mark = "a.rs:1: TODO marks unfinished work";
    check(words::findings, &[("a.rs", "// TODO: b")], &[mark]);
    check(words::findings, &[("a.rs", "TODOS xTODO MY_XXX todo")], &[]);
    check(words::findings, &[("a.rs", "todo!()")], &["a.rs:1: todo! marks"]);
    check(words::findings, &[("a.rs", "let a = dbg!(1);")], &["a.rs:1: dbg! marks"]);
    check(words::findings, &[("a.md", "\n/home/x")], &["a.md:2: /home/ is a path"]);
    check(words::findings, &[("a.md", "/homework/ /srv/ework/x")], &[]);
}

#[test]
fn the_page_of_features_says_what_there_is() {
    const MANIFEST: &str = "[package]\nx = [\"y\"]\n[features]\ndefault = [\"a\"]\n## What a is: x = [\"a\"].\na = [\"dep:c\"]\nb = []\n[lints]\nworkspace = true";
    const A: &str = "| `a` | it | and `more` | 2 |\n";
    let costs = [("a", 2), ("default", 2)].map(|(name, cost)| (name.to_owned(), cost)).into();
    let check = |page: &str, expected: &[&str]| {
        let files = [("crates/carafe/Cargo.toml", MANIFEST), ("docs/topics/features.md", page)];
        check(|tree| features::findings(tree, &costs), &files, expected);
    };
    let rest = "| `b` | nothing | 0 |\n| `default` | `a` | 2 |\n";
    check(&format!("{A}{rest}"), &[]);
    check(rest, &["docs/topics/features.md:1: `a` is not listed"]);
    check(
        "| `a` | it | 3 |\n| `b` | it | 0 |\n| `c` | it | 0 |\n| `default` | `b` | 2 |",
        &[
            "docs/topics/features.md:1: `a` costs 2 crates, not 3: run `cargo xtask tidy --bless`",
            "docs/topics/features.md:4: `default` is another set in crates/carafe/Cargo.toml: list `a`",
            "docs/topics/features.md:3: crates/carafe/Cargo.toml has no feature `c`",
        ],
    );
}

const LOG: (&str, &str) = ("CHANGELOG.md", "## Unreleased\n### Added\n- a");

#[track_caller]
fn check_readme(readme: &str, run: &str, expected: &[&str]) {
    check(readme::findings, &[("README.md", readme), (".ci/run", run), LOG], expected);
}

#[test]
fn the_readme_and_ci_call_the_same() {
    let readme = "```sh\ncargo run -p a   # starts\ncargo xtask test\n```\n";
    check_readme(readme, "step cargo run -p a &\n  cargo xtask test", &[]);
    check_readme(
        readme,
        "cargo run -p a\n# cargo xtask test",
        &["README.md:3: .ci/run does not call `cargo xtask test`"],
    );
    check_readme(
        "```sh\ncargo xtask test\n```",
        "cargo xtask test",
        &["README.md:1: 1 set-up commands"],
    );
}

#[test]
fn the_changelog_is_kept() {
    let readme = ("README.md", "```sh\ncargo a\ncargo b\n```");
    let log = |text| [readme, (".ci/run", "cargo a\ncargo b"), ("CHANGELOG.md", text)];
    check(readme::findings, &log("## Unreleased\n### Fixed"), &[]);
    check(
        readme::findings,
        &log("### Improved"),
        &["CHANGELOG.md:1: no place for", "CHANGELOG.md:1: Improved is no group"],
    );
    check(readme::findings, &log("")[..2], &["CHANGELOG.md:1: there is no changelog"]);
}

#[track_caller]
fn check_licence(licence: Option<&str>, allowed: bool) {
    let package =
        Package { name: "a".to_owned(), license: licence.map(str::to_owned), ..Package::default() };
    let list = ("deny.toml", "allow = [\n  \"MIT\",\n  \"Apache-2.0\",\n]");
    let expected: &[&str] = if allowed { &[] } else { &["deny.toml:1: a has "] };
    check(|tree| licences::findings(std::slice::from_ref(&package), tree), &[list], expected);
}

#[test]
fn licences_are_allowed_by_name() {
    check_licence(Some("MIT"), true);
    check_licence(Some("GPL-3.0"), false);
    check_licence(None, false);
    check_licence(Some("GPL-3.0 OR MIT"), true);
    check_licence(Some("GPL-3.0/MIT"), true);
    check_licence(Some("MIT AND GPL-3.0"), false);
    check_licence(Some("(MIT OR GPL-3.0) AND Apache-2.0"), true);
    check_licence(Some("(MIT OR Apache-2.0) AND GPL-3.0"), false);
    check_licence(Some("Apache-2.0 AND (GPL-3.0 OR MIT)"), true);
}
