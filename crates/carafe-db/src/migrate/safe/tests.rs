//! What the safe steps are, in lines.
#![expect(
    clippy::format_push_string,
    clippy::needless_raw_string_hashes,
    reason = "as what updates them writes them; speed is no matter"
)]

use expect_test::{Expect, expect};

use super::safe;
use crate::ddl::state::State;
use crate::ddl::{Ddl, MARIADB, POSTGRES};
use crate::migrate::{Migration, lint};

const BEFORE: &str = "[[operations]]
op = \"create_table\"
table = \"post\"
model = \"Post\"
fields = [{ name = \"id\", kind = \"big_integer\", primary_key = true, counted = true }, { name = \"title\", kind = \"text\", max_length = 50 }, { name = \"n\", kind = \"integer\" }, { name = \"m\", kind = \"integer\", null = true }, { name = \"stars\", kind = \"integer\", default = \"7\" }]
";

/// The steps for one operation on `post`, and what is still found of them.
fn steps(ddl: &dyn Ddl, operation: &str) -> String {
    let mut before = State::default();
    Migration::parse("blog", "0001_initial", BEFORE).unwrap().replay(&mut before).unwrap();
    let text =
        format!("after = [\"0001_initial\"]\n[[operations]]\ntable = \"post\"\n{operation}\n");
    let made = Migration::parse("blog", "0002_next", &text).unwrap();
    let mut told = String::new();
    let mut state = before.clone();
    for own in safe(&[made], &before, ddl).unwrap() {
        // Each can be written and read, and undone.
        assert_eq!(Migration::parse("blog", &own.name, &own.to_toml()).unwrap(), own);
        let when = if own.rollout.after_deploy { " (after the deploy)" } else { "" };
        let after: Vec<&str> = own.after.iter().map(|id| id.name.as_str()).collect();
        told.push_str(&format!("{} after {}{when}\n", own.name, after.join(", ")));
        for operation in &own.operations {
            told.push_str(&format!("  {} {}\n", operation.sign(), operation.describe()));
        }
        for found in lint(&own, &state, ddl).unwrap() {
            told.push_str(&format!("  ! {}\n", found.rule));
        }
        let start = state.clone();
        own.replay(&mut state).unwrap();
        let mut back = state.clone();
        for operation in own.operations.iter().rev() {
            operation.reversed().apply(&mut back).unwrap();
        }
        assert!(crate::migrate::is_same(&start, &back), "{} undone", own.name);
    }
    told
}

#[track_caller]
fn check(operation: &str, expected: Expect) {
    expected.assert_eq(&steps(&POSTGRES, operation));
}

#[test]
fn a_new_field_gets_a_default_for_a_while() {
    check(
        "op = \"add_field\"\nfield = { name = \"views\", kind = \"integer\", indexed = true }\nfill = \"0\"",
        expect![[r#"
            0002_next after 0001_initial
              + Add field views to post (online)
            0003_next_contract after 0002_next (after the deploy)
              ~ Alter field views on post
        "#]],
    );
}

#[test]
fn a_new_field_that_is_computed_has_a_mirror_for_a_while() {
    check(
        "op = \"add_field\"\nfield = { name = \"slug\", kind = \"text\", max_length = 50, unique = true }\nfill = \"lower(title)\"",
        expect![[r#"
            0002_next after 0001_initial
              + Add field slug to post (online)
              ~ Keep slug of post in step with lower(title)
              ~ Alter field slug on post (online)
            0003_next_contract after 0002_next (after the deploy)
              ~ Keep slug of post no longer in step
        "#]],
    );
}

#[test]
fn a_field_is_there_by_both_names_for_a_while() {
    check(
        "op = \"rename_field\"\nfrom = \"title\"\nto = \"headline\"",
        expect![[r#"
        0002_next after 0001_initial
          + Add field headline to post
          ~ Keep headline of post in step with title
          ~ Keep title of post in step with headline
          ~ Fill field headline of post
          ~ Alter field headline on post (online)
        0003_next_contract after 0002_next (after the deploy)
          ~ Keep title of post no longer in step
          ~ Keep headline of post no longer in step
          - Remove field title from post
    "#]],
    );
}

/// A new column has the default in all rows at once, so that no row is left to be filled.
#[test]
fn a_field_with_a_default_of_the_database_is_renamed_and_retyped_as_it_is() {
    for operation in [
        "op = \"rename_field\"\nfrom = \"stars\"\nto = \"hits\"",
        "op = \"alter_field\"\nfrom = { name = \"stars\", kind = \"integer\", default = \"7\" }\nto = { name = \"stars\", kind = \"big_integer\", default = \"7\" }",
    ] {
        let told = steps(&POSTGRES, operation);
        assert!(!told.contains("Keep") && !told.contains("Fill"), "{told}");
    }
}

#[test]
fn a_type_changes_by_another_column() {
    check(
        "op = \"alter_field\"\nfrom = { name = \"n\", kind = \"integer\" }\nto = { name = \"n\", kind = \"big_integer\" }",
        expect![[r#"
            0002_next after 0001_initial
              + Add field n__new to post
              ~ Keep n__new of post in step with n
              ~ Fill field n__new of post
              ~ Alter field n__new on post (online)
            0003_next_switch after 0002_next
              ~ Keep n__new of post no longer in step
              ~ Rename field n on post to n__old
              ~ Rename field n__new on post to n
              ~ Alter field n__old on post
            0004_next_contract after 0003_next_switch (after the deploy)
              - Remove field n__old from post
        "#]],
    );
}

#[test]
fn null_is_allowed_no_more_when_nobody_writes_it() {
    check(
        "op = \"alter_field\"\nfrom = { name = \"m\", kind = \"integer\", null = true }\nto = { name = \"m\", kind = \"integer\" }\nfill = \"7\"",
        expect![[r#"
            0002_next after 0001_initial
              ~ Keep m of post in step with 7
              ~ Alter field m on post (online)
            0003_next_contract after 0002_next (after the deploy)
              ~ Keep m of post no longer in step
        "#]],
    );
    check(
        "op = \"alter_field\"\nfrom = { name = \"m\", kind = \"integer\", null = true }\nto = { name = \"m\", kind = \"integer\" }",
        expect![[r#"
            0002_next_contract after 0001_initial (after the deploy)
              ~ Alter field m on post (online)
        "#]],
    );
}

#[test]
fn what_goes_goes_later() {
    check(
        "op = \"remove_field\"\nfield = { name = \"n\", kind = \"integer\" }\nfill = \"0\"",
        expect![[r#"
            0002_next after 0001_initial
              ~ Alter field n on post
            0003_next_contract after 0002_next (after the deploy)
              - Remove field n from post
        "#]],
    );
    check(
        "op = \"remove_field\"\nfield = { name = \"m\", kind = \"integer\", null = true }",
        expect![[r#"
            0002_next_contract after 0001_initial (after the deploy)
              - Remove field m from post
        "#]],
    );
}

#[test]
fn what_is_looked_up_is_built_online() {
    check(
        "op = \"add_index\"\nindex = { parts = [\"title\"] }",
        expect![[r#"
        0002_next after 0001_initial
          + Add index (title) to post (online)
    "#]],
    );
    check(
        "op = \"add_unique\"\nunique = { parts = [\"title\"] }",
        expect![[r#"
        0002_next after 0001_initial
          + Add unique (title) to post (online)
    "#]],
    );
    check(
        "op = \"add_field\"\nfield = { name = \"parent\", references = \"post\", null = true, indexed = true }",
        expect![[r#"
            0002_next after 0001_initial
              + Add field parent to post (online)
        "#]],
    );
}

#[test]
fn what_has_no_triggers_has_other_steps() {
    let rename = "op = \"rename_field\"\nfrom = \"title\"\nto = \"headline\"";
    let add = "op = \"add_field\"\nfield = { name = \"slug\", kind = \"text\", max_length = 50 }\nfill = \"lower(title)\"";
    expect![[r#"
        0002_next after 0001_initial
          ~ Rename field title on post to headline
          ! rename
        0002_next after 0001_initial
          + Add field slug to post (online)
          ! required
    "#]]
    .assert_eq(&(steps(&MARIADB, rename) + &steps(&MARIADB, add)));
}
