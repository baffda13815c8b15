//! Ways through several states, and what is left of them.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "as what updates them writes them; speed is no matter"
)]

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::optimize;
use crate::ddl::state::State;
use crate::migrate::diff::tests::{Says, state};
use crate::migrate::{Migration, Operation, diff, is_same};

/// The operations that lead through states.
fn through(states: &[State], renames: bool) -> Vec<Operation> {
    let mut operations = Vec::new();
    for pair in states.windows(2) {
        let mut says = Says { renames, ..Says::default() };
        operations.extend(diff(&pair[0], &pair[1], &mut says).unwrap());
    }
    operations
}

/// There with all of them and with those that are left, and back with those that are left.
fn leads_to_the_same(before: &State, all: &[Operation], left: &[Operation]) -> Result<(), String> {
    let before = before.kept();
    let (mut long, mut short) = (before.clone(), before.clone());
    let run = |operation: &Operation, state: &mut State| {
        operation.apply(state).map_err(|error| format!("{}: {error}", operation.describe()))
    };
    all.iter().try_for_each(|own| run(own, &mut long))?;
    left.iter().try_for_each(|own| run(own, &mut short))?;
    if !is_same(&long, &short) {
        return Err(format!("leads to {short:#?} and not to {long:#?}"));
    }
    left.iter().rev().try_for_each(|own| run(&own.reversed(), &mut short))?;
    if is_same(&before, &short) { Ok(()) } else { Err(format!("leads back to {short:#?}")) }
}

fn told(operations: &[Operation]) -> String {
    let mut text = String::new();
    for own in operations {
        let _ = write!(text, "{} {}", own.sign(), own.describe());
        if let Operation::AddField { fill: Some(fill), .. }
        | Operation::AlterField { fill: Some(fill), .. } = own
        {
            let _ = write!(text, " = {fill}");
        }
        text.push('\n');
    }
    text
}

#[track_caller]
fn check(states: &[&str], expected: Expect) {
    of(states, false, expected);
}

/// Whatever may have been renamed was renamed.
#[track_caller]
fn check_renamed(states: &[&str], expected: Expect) {
    of(states, true, expected);
}

#[track_caller]
fn of(states: &[&str], renames: bool, expected: Expect) {
    let states: Vec<State> = states.iter().map(|text| state(text)).collect();
    let all = through(&states, renames);
    let left = optimize(all.clone());
    leads_to_the_same(&states[0], &all, &left).unwrap();
    assert_eq!(optimize(left.clone()), left, "no more can be had a second time");
    expected.assert_eq(&told(&left));
}

#[test]
fn what_is_made_and_changed_is_made_so() {
    check(
        &[
            "",
            "post: id title",
            "post: id title slug n:integer",
            "post: id slug n:big_integer? [index slug] [unique slug n] [check n n > 0]",
            "post: id slug n:big_integer? [index slug] [check n n > 0]",
        ],
        expect![[r#"
            + Create table post
        "#]],
    );
}

#[test]
fn what_is_made_and_dropped_was_never_there() {
    check(&["", "post: id", "post: id title", ""], expect![]);
    check(&["post: id", "post: id title?", "post: id title!", "post: id"], expect![]);
    check(&["post: id a", "post: id a [index a]", "post: id a"], expect![]);
    check(&["post: id a [index a]", "post: id a", "post: id a [index a]"], expect![]);
}

#[test]
fn names_that_change_twice_change_once() {
    check_renamed(
        &["post: id a", "post: id b", "post: id c"],
        expect![[r#"
        ~ Rename field a on post to c
    "#]],
    );
    check_renamed(&["post: id a", "post: id b", "post: id a"], expect![]);
    check_renamed(
        &["post: id a", "article: id a", "text: id a"],
        expect![[r#"
        ~ Rename table post to text
    "#]],
    );
    check_renamed(
        &["", "post: id a", "article: id a", "article: id b"],
        expect![[r#"
        + Create table article
    "#]],
    );
}

#[test]
fn changes_are_drawn_past_new_names() {
    check_renamed(
        &["", "post: id a", "post: id a\ntag: id post->post", "text: id a\ntag: id post->text"],
        expect![[r#"
            + Create table text
            + Create table tag
        "#]],
    );
    check_renamed(
        &["post: id", "post: id a", "text: id a", "text: id a?"],
        expect![[r#"
        + Add field a to post = ""
        ~ Rename table post to text
    "#]],
    );
    check_renamed(
        &["post: id a", "post: id a b", "post: id c b [index c b]", "post: id d b [index d b]"],
        expect![[r#"
            + Add field b to post = ""
            ~ Rename field a on post to d
            + Add index (d, b) to post
        "#]],
    );
    check_renamed(
        &["post: id a", "post: id a!", "post: id b!", "post: id b"],
        expect![[r#"
        ~ Rename field a on post to b
    "#]],
    );
}

#[test]
fn a_table_waits_for_what_it_comes_to_lead_to() {
    check(
        &["", "post: id", "post: id\nuser: id", "post: id by->user\nuser: id"],
        expect![[r#"
        + Create table user
        + Create table post
    "#]],
    );
    check(
        &[
            "",
            "post: id",
            "post: id\nuser: id first->post",
            "post: id by->user\nuser: id first->post",
        ],
        expect![[r#"
            + Create table post
            + Create table user
            + Add field by to post = 0
        "#]],
    );
    check(
        &[
            "",
            "post: id\ntag: id",
            "post: id tags*tag\ntag: id",
            "post: id tags*tag n:integer\ntag: id",
        ],
        expect![[r#"
            + Create table tag
            + Create table post
        "#]],
    );
}

#[test]
fn a_field_of_a_table_that_others_lead_to_is_merged_and_a_key_is_not() {
    check(
        &[
            "",
            "post: id",
            "post: id\nuser: id first->post",
            "post: id n:integer\nuser: id first->post",
        ],
        expect![[r#"
            + Create table post
            + Create table user
        "#]],
    );
}

#[test]
fn what_goes_with_a_table_is_not_told_alone() {
    check(
        &["post: id a b [index a]", "post: id a? b", "post: id b", ""],
        expect![[r#"
        - Delete table post
    "#]],
    );
    check_renamed(
        &["post: id a b", "post: id c b", "post: id b"],
        expect![[r#"
        - Remove field a from post
    "#]],
    );
    check(
        &["post: id a", "post: id a?", "post: id"],
        expect![[r#"
        - Remove field a from post
    "#]],
    );
}

#[test]
fn rows_hold_what_they_would_have_held() {
    // NULL stays NULL, and what was put in its place stays, too.
    check(
        &["post: id n:integer?", "post: id n:integer", "post: id n:integer?"],
        expect![[r#"
        ~ Alter field n on post = 0
        ~ Alter field n on post
    "#]],
    );
    check(
        &["post: id n:integer?", "post: id n:integer", "post: id n:big_integer"],
        expect![[r#"
        ~ Alter field n on post = 0
        ~ Alter field n on post
    "#]],
    );
    check(
        &["post: id", "post: id n:integer?", "post: id n:integer"],
        expect![[r#"
        + Add field n to post = 0
    "#]],
    );
    check(
        &["post: id", "post: id n:integer", "post: id n:integer?"],
        expect![[r#"
        + Add field n to post = 0
    "#]],
    );
    // Rows that were there have the first default.
    check(
        &["post: id", "post: id n:integer~7", "post: id n:integer~8"],
        expect![[r#"
        + Add field n to post
        ~ Alter field n on post
    "#]],
    );
    check(
        &["post: id n:integer~7", "post: id n:integer~8", "post: id n:integer~9"],
        expect![[r#"
        ~ Alter field n on post
    "#]],
    );
    check(
        &["post: id", "post: id n:integer?", "post: id n:integer?~8"],
        expect![[r#"
        + Add field n to post
        ~ Alter field n on post
    "#]],
    );
}

#[test]
fn what_is_computed_stays_behind_what_it_is_computed_from() {
    check(
        &["", "post: id a", "post: id a low=lower(a)", "post: id a low=lower(a) b", "post: id b"],
        expect![[r#"
            + Create table post
        "#]],
    );
    check_renamed(
        &["post: id", "post: id a", "post: id a low=lower(a)", "post: id b low=lower(b)"],
        expect![[r#"
            + Add field b to post = ""
            + Add field low to post
        "#]],
    );
}

/// A generator of numbers that always gives the same ones.
struct Dice(u64);

impl Dice {
    /// One of so many.
    fn of(&mut self, many: usize) -> usize {
        // Knuth's constants; the low bits are poor.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % many
    }

    fn one<'o>(&mut self, of: &[&'o str]) -> &'o str {
        of[self.of(of.len())]
    }
}

const TABLES: [&str; 4] = ["post", "user", "tag", "team"];
const FIELDS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// A table of a few fields, and pieces that name some of them.
fn random_table(name: &str, others: &[&str], dice: &mut Dice) -> String {
    let (mut fields, mut pieces) = (String::new(), String::new());
    for field in FIELDS {
        let to = dice.one(others);
        let _ = match dice.of(7) {
            0..=2 => continue,
            3 => write!(fields, " {field}->{to}{}", dice.one(&["", "?"])),
            4 => write!(fields, " {field}*{to}"),
            _ => {
                let kind = dice.one(&["", ":integer", ":big_integer"]);
                let flags = dice.one(&["", "?", "!", "#", "?#"]);
                let default = dice.one(&["", "", "~7", "~8"]);
                let _ = match dice.of(8) {
                    0 => write!(fields, " low_{field}=lower({field})"),
                    1 => write!(pieces, " [index {field}]"),
                    2 => write!(pieces, " [unique {field} id]"),
                    3 => write!(pieces, " [check {field} {field} != 1]"),
                    _ => Ok(()),
                };
                write!(fields, " {field}{kind}{flags}{default}")
            }
        };
    }
    format!("{name}: id{fields}{pieces}")
}

fn random_state(dice: &mut Dice) -> String {
    let there: Vec<&str> = TABLES.into_iter().filter(|_| dice.of(3) > 0).collect();
    let lines: Vec<String> = there.iter().map(|name| random_table(name, &there, dice)).collect();
    lines.join("\n")
}

#[test]
fn any_chain_leads_to_the_same_and_back() {
    let (mut before, mut after) = (0, 0);
    for seed in 0..600 {
        let mut dice = Dice(seed);
        let texts: Vec<String> = (0..2 + dice.of(6)).map(|_| random_state(&mut dice)).collect();
        let states: Vec<State> = texts.iter().map(|text| state(text)).collect();
        // From nothing, and from tables that are there.
        for first in [State::default(), states[0].clone()] {
            let states: Vec<State> = std::iter::once(first).chain(states[1..].to_vec()).collect();
            let all = through(&states, dice.of(2) == 0);
            let left = optimize(all.clone());
            if let Err(error) = leads_to_the_same(&states[0], &all, &left) {
                panic!(
                    "seed {seed}:\n{}\nall:\n{}\nleft:\n{}\n{error}",
                    texts.join("\n\n"),
                    told(&all),
                    told(&left)
                );
            }
            before += all.len();
            after += left.len();
        }
    }
    assert!(after * 2 < before, "{after} of {before} are left");
}

/// What people say of one side alone stays where it is, whatever else is said of it.
#[test]
fn one_side_alone_is_merged_with_nothing() {
    let file = "[[operations]]
op = \"create_table\"
table = \"post\"
model = \"Post\"
fields = [{ name = \"id\", kind = \"big_integer\", primary_key = true, counted = true }, { name = \"title\", kind = \"text\", max_length = 50 }]

[[operations]]
op = \"add_index\"
table = \"post\"
index = { parts = [\"title\"] }
only = \"database\"
safe = \"nobody is there\"
";
    let operations = Migration::parse("blog", "0001_initial", file).unwrap().operations;
    assert!(operations[1].is_by_hand());
    assert_eq!(optimize(operations.clone()), operations);
}
