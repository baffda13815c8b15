//! What counts where some migrations stand in the place of others, and what is put behind what.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "as what updates them writes them; speed is no matter"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use carafe_core::Result;
use expect_test::{Expect, expect};

use super::History;
use crate::migrate::rebase::rebased;
use crate::migrate::squash::{Reduce, Squash};
use crate::migrate::target::way;
use crate::migrate::{Id, Migration, Target};

/// Migrations, one a line: `0002_b < 0001_a shop:0001_a = 0001_x`: its name, what comes before it, and
/// what it replaces. Each makes a table of its own.
fn history(text: &str) -> Result<History> {
    History::new(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(migration))
}

fn id(text: &str) -> Id {
    let (owner, name) = text.split_once(':').unwrap_or(("blog", text));
    Id { owner: owner.to_owned(), name: name.to_owned() }
}

fn ids<C: FromIterator<Id>>(text: &str) -> C {
    text.split_whitespace().map(id).collect()
}

fn migration(line: &str) -> Migration {
    let (head, replaces) = line.split_once('=').unwrap_or((line, ""));
    let (name, after) = head.split_once('<').unwrap_or((head, ""));
    let Id { owner, name } = id(name.trim());
    let table = format!("{owner}_{name}");
    let operations = if replaces.is_empty() {
        let text = format!(
            "[[operations]]\nop = \"create_table\"\ntable = \"{table}\"\nmodel = \"{table}\"\nfields = []"
        );
        Migration::parse(&owner, &name, &text).unwrap().operations
    } else {
        Vec::new()
    };
    let rollout = crate::migrate::Rollout::default();
    Migration { owner, name, after: ids(after), replaces: ids(replaces), operations, rollout }
}

fn told(history: &History) -> String {
    let mut text = String::new();
    for own in history {
        let after: Vec<String> = own.after.iter().map(Id::to_string).collect();
        let _ = write!(text, "{} < {}", own.id(), after.join(" "));
        let count = history.count_replaced(own);
        if count > 0 {
            let _ = write!(text, " ({count} squashed)");
        }
        text.push('\n');
    }
    text
}

/// What a database sees that has some of them, and what it would do.
#[track_caller]
fn seen(text: &str, applied: &str, expected: Expect) {
    let history = history(text).unwrap();
    let recorded: BTreeSet<Id> = ids(applied);
    let told = match history.seen_by(&recorded) {
        Err(error) => format!("{error}\n"),
        Ok(seen) => {
            let mut text = told(&seen);
            let way = way(&seen, &seen.applied(&recorded), &Target::Newest).unwrap();
            for (direction, id) in way {
                let _ = writeln!(text, "{direction:?} {id}");
            }
            text
        }
    };
    expected.assert_eq(&told);
}

const SQUASHED: &str = "
    0001_a
    0002_b < 0001_a
    0003_c < 0002_b
    0001_squashed_0003_c = 0001_a 0002_b 0003_c
    0004_d < 0003_c
    0005_e < 0001_squashed_0003_c 0004_d
    shop:0001_a < blog:0002_b
";

#[test]
fn what_is_squashed_is_applied_in_one() {
    seen(
        SQUASHED,
        "",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        blog:0005_e < blog:0001_squashed_0003_c blog:0004_d
        shop:0001_a < blog:0001_squashed_0003_c
        Forwards blog:0001_squashed_0003_c
        Forwards blog:0004_d
        Forwards blog:0005_e
        Forwards shop:0001_a
    "#]],
    );
}

#[test]
fn what_was_applied_one_by_one_counts_as_squashed() {
    seen(
        SQUASHED,
        "0001_a 0002_b 0003_c",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        blog:0005_e < blog:0001_squashed_0003_c blog:0004_d
        shop:0001_a < blog:0001_squashed_0003_c
        Forwards blog:0004_d
        Forwards blog:0005_e
        Forwards shop:0001_a
    "#]],
    );
    seen(
        SQUASHED,
        "0001_a 0002_b 0003_c 0001_squashed_0003_c 0004_d",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        blog:0005_e < blog:0001_squashed_0003_c blog:0004_d
        shop:0001_a < blog:0001_squashed_0003_c
        Forwards blog:0005_e
        Forwards shop:0001_a
    "#]],
    );
}

#[test]
fn what_is_applied_in_part_goes_on_in_its_own_order() {
    seen(
        SQUASHED,
        "0001_a 0002_b",
        expect![[r#"
        blog:0001_a < 
        blog:0002_b < blog:0001_a
        blog:0003_c < blog:0002_b
        blog:0004_d < blog:0003_c
        blog:0005_e < blog:0003_c blog:0004_d
        shop:0001_a < blog:0002_b
        Forwards blog:0003_c
        Forwards blog:0004_d
        Forwards blog:0005_e
        Forwards shop:0001_a
    "#]],
    );
    // An earlier version of the program undid one, and left the note of what it does not know.
    seen(
        SQUASHED,
        "0001_a 0002_b 0001_squashed_0003_c",
        expect![[r#"
        blog:0001_a < 
        blog:0002_b < blog:0001_a
        blog:0003_c < blog:0002_b
        blog:0004_d < blog:0003_c
        blog:0005_e < blog:0003_c blog:0004_d
        shop:0001_a < blog:0002_b
        Forwards blog:0003_c
        Forwards blog:0004_d
        Forwards blog:0005_e
        Forwards shop:0001_a
    "#]],
    );
}

const WITHOUT_FILES: &str = "
    0001_squashed_0003_c = 0001_a 0002_b 0003_c
    0004_d < 0003_c
    shop:0001_a < blog:0002_b
";

#[test]
fn files_may_go_when_all_are_applied_or_none() {
    seen(
        WITHOUT_FILES,
        "",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        shop:0001_a < blog:0001_squashed_0003_c
        Forwards blog:0001_squashed_0003_c
        Forwards blog:0004_d
        Forwards shop:0001_a
    "#]],
    );
    seen(
        WITHOUT_FILES,
        "0001_a 0002_b 0003_c shop:0001_a",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        shop:0001_a < blog:0001_squashed_0003_c
        Forwards blog:0004_d
    "#]],
    );
    seen(
        WITHOUT_FILES,
        "0001_a",
        expect![[r#"
            of what blog:0001_squashed_0003_c replaces, 0001_a is applied, but not 0002_b, 0003_c, and the files are not there any more; run `migrate` of a version of the program that has the files, and then this one
        "#]],
    );
    // Nothing is replaced any more.
    seen(
        "0001_squashed_0003_c\n0004_d < 0001_squashed_0003_c",
        "0001_a 0002_b 0003_c 0001_squashed_0003_c",
        expect![[r#"
            blog:0001_squashed_0003_c < 
            blog:0004_d < blog:0001_squashed_0003_c
            Forwards blog:0004_d
        "#]],
    );
}

const TWICE: &str = "
    0001_a
    0002_b < 0001_a
    0001_squashed_0002_b = 0001_a 0002_b
    0003_c < 0001_squashed_0002_b
    0001_squashed_0003_c = 0001_squashed_0002_b 0003_c
    0004_d < 0003_c
";

#[test]
fn what_is_squashed_is_squashed_again() {
    seen(
        TWICE,
        "",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        Forwards blog:0001_squashed_0003_c
        Forwards blog:0004_d
    "#]],
    );
    seen(
        TWICE,
        "0001_a",
        expect![[r#"
        blog:0001_a < 
        blog:0002_b < blog:0001_a
        blog:0003_c < blog:0002_b
        blog:0004_d < blog:0003_c
        Forwards blog:0002_b
        Forwards blog:0003_c
        Forwards blog:0004_d
    "#]],
    );
    seen(
        TWICE,
        "0001_a 0002_b",
        expect![[r#"
        blog:0001_squashed_0002_b <  (2 squashed)
        blog:0003_c < blog:0001_squashed_0002_b
        blog:0004_d < blog:0003_c
        Forwards blog:0003_c
        Forwards blog:0004_d
    "#]],
    );
    seen(
        TWICE,
        "0001_a 0002_b 0003_c",
        expect![[r#"
        blog:0001_squashed_0003_c <  (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        Forwards blog:0004_d
    "#]],
    );
}

#[track_caller]
fn refused(text: &str, expected: Expect) {
    let error = history(text).unwrap_err();
    expected.assert_eq(&format!("{error}\n"));
}

#[test]
fn what_cannot_be_replaced_is_told() {
    refused(
        "0001_a\n0002_b < 0001_a\n0001_s = 0001_a 0002_c",
        expect![[r#"
        blog:0001_s replaces blog:0002_c, which is not there; did you mean `0002_b`?
    "#]],
    );
    refused(
        "0001_a\n0001_s = 0001_a\n0001_t = 0001_a",
        expect![[r#"
        blog:0001_s and blog:0001_t both replace blog:0001_a; let the one replace the other, or delete one of them
    "#]],
    );
    refused(
        "0001_s = 0001_t\n0001_t = 0001_s",
        expect![[r#"
        blog:0001_s replaces what replaces it; take it out of `replaces`
    "#]],
    );
    refused(
        "0001_a\n0002_b < 0001_a shop:0001_a\nshop:0001_a < blog:0001_a\n0001_s < shop:0001_a = 0001_a 0002_b",
        expect![[r#"
            migrations wait for each other: blog:0001_s, shop:0001_a; take one of them out of `after` of another one
        "#]],
    );
}

#[track_caller]
fn squashed(text: &str, from: Option<&str>, to: &str, expected: Expect) {
    let history = history(text).unwrap();
    let squash = Squash::of(&history, from.map(id).as_ref(), &id(to), None, Reduce::Yes);
    expected.assert_eq(&match squash {
        Err(error) => format!("{error}\n"),
        Ok(squash) => {
            let operations = squash.migration.operations.len();
            let all = history.files().cloned().chain([squash.migration]);
            format!("{operations} of {}\n{}", squash.operations, told(&History::new(all).unwrap()))
        }
    });
}

const PLAIN: &str = "
    0001_a
    0002_b < 0001_a shop:0001_a
    0003_c < 0002_b
    0004_d < 0003_c
    shop:0001_a
    shop:0002_b < 0001_a blog:0003_c
";

#[test]
fn a_squash_comes_after_what_its_own_come_after() {
    squashed(
        PLAIN,
        None,
        "0003_c",
        expect![[r#"
        3 of 3
        shop:0001_a < 
        blog:0001_squashed_0003_c < shop:0001_a (3 squashed)
        blog:0004_d < blog:0001_squashed_0003_c
        shop:0002_b < blog:0001_squashed_0003_c
    "#]],
    );
    squashed(
        PLAIN,
        Some("0002_b"),
        "0003_c",
        expect![[r#"
        2 of 2
        blog:0001_a < 
        shop:0001_a < 
        blog:0002_squashed_0003_c < blog:0001_a shop:0001_a (2 squashed)
        blog:0004_d < blog:0002_squashed_0003_c
        shop:0002_b < blog:0001_a blog:0002_squashed_0003_c
    "#]],
    );
    squashed(
        TWICE,
        None,
        "0004_d",
        expect![[r#"
        1 of 1
        blog:0001_squashed_0004_d <  (4 squashed)
    "#]],
    );
    squashed(
        PLAIN,
        Some("0003_c"),
        "0002_b",
        expect![[r#"
        0003_c does not come before 0002_b; name the earlier one first
    "#]],
    );
    squashed(
        PLAIN,
        None,
        "0001_a",
        expect![[r#"
        0001_a alone cannot be squashed; fewer operations make it by `optimizemigration`
    "#]],
    );
    squashed(
        "0001_a\n0002_b < 0001_a shop:0001_a\nshop:0001_a < blog:0001_a",
        None,
        "0002_b",
        expect![[r#"
            migrations wait for each other: blog:0001_squashed_0002_b, shop:0001_a, at blog:0001_squashed_0002_b; a migration of another crate comes after one of these and before another one: squash them in two parts
        "#]],
    );
}

#[track_caller]
fn behind(text: &str, named: Option<&str>, applied: &str, expected: Expect) {
    let history = history(text).unwrap();
    expected.assert_eq(&match rebased(&history, "blog", named, &ids(applied)) {
        Err(error) => format!("{error}\n"),
        Ok(changed) => {
            let line = |own: &crate::migrate::rebase::Rebased| {
                let after: Vec<String> = own.new.after.iter().map(Id::to_string).collect();
                format!("{} is {} < {}\n", own.old, own.new.id(), after.join(" "))
            };
            changed.iter().map(line).collect()
        }
    });
}

const FORKED: &str = "
    0001_a
    0002_ours < 0001_a
    0002_theirs < 0001_a shop:0001_a
    0003_theirs < 0002_theirs
    shop:0001_a
    shop:0002_b < shop:0001_a blog:0003_theirs
";

#[test]
fn a_branch_is_put_behind_the_other() {
    behind(
        FORKED,
        None,
        "0001_a 0002_ours",
        expect![[r#"
        blog:0002_theirs is blog:0003_theirs < blog:0002_ours shop:0001_a
        blog:0003_theirs is blog:0004_theirs < blog:0003_theirs
        shop:0002_b is shop:0002_b < shop:0001_a blog:0004_theirs
    "#]],
    );
    behind(
        FORKED,
        None,
        "0001_a 0002_theirs",
        expect![[r#"
        blog:0002_ours is blog:0004_ours < blog:0003_theirs
    "#]],
    );
    behind(
        FORKED,
        None,
        "0001_a",
        expect![[r#"
        neither 0002_ours nor 0003_theirs is applied to the database of the settings; say which comes last, the one that is yours: `--rebase=0002_ours`
    "#]],
    );
    behind(
        FORKED,
        Some("0003"),
        "0001_a",
        expect![[r#"
        blog:0002_theirs is blog:0003_theirs < blog:0002_ours shop:0001_a
        blog:0003_theirs is blog:0004_theirs < blog:0003_theirs
        shop:0002_b is shop:0002_b < shop:0001_a blog:0004_theirs
    "#]],
    );
    behind(
        FORKED,
        Some("0002_ours"),
        "",
        expect![[r#"
        blog:0002_ours is blog:0004_ours < blog:0003_theirs
    "#]],
    );
    behind(
        FORKED,
        Some("0002_ours"),
        "0001_a 0002_ours",
        expect![[r#"
        blog:0002_ours is applied to the database of the settings; undo it, if no other database has it: `migrate blog 0001_a`; else join them by `makemigrations --merge`
    "#]],
    );
    behind(
        FORKED,
        Some("0002"),
        "",
        expect![[r#"
        `0002` names both branches; they end with 0002_ours and 0003_theirs
    "#]],
    );
    behind(
        FORKED,
        Some("0007"),
        "",
        expect![[r#"
        `0007` is in none of the branches; they end with 0002_ours and 0003_theirs
    "#]],
    );
    behind(
        FORKED,
        None,
        "0001_a 0002_ours 0002_theirs",
        expect![[r#"
        blog:0003_theirs is applied to the database of the settings; join them by `makemigrations --merge`, or undo 0003_theirs and say `--rebase=0003_theirs`
    "#]],
    );
    behind(
        "0001_a\n0001_b",
        Some("0001_b"),
        "",
        expect![[r#"
        blog:0001_b is blog:0002_b < blog:0001_a
    "#]],
    );
    behind(
        "0001_a",
        None,
        "",
        expect![[r#"
        the migrations of blog have 1 ends: 0001_a; one of two is put behind the other; join them by `makemigrations --merge`
    "#]],
    );
}
