//! What is written by hand, applied to a state and undone.
#![expect(clippy::needless_raw_string_hashes, reason = "as what updates them writes them")]

use carafe_core::Result;
use expect_test::{Expect, expect};

use crate::ddl::state::State;
use crate::migrate::{Migration, Operation, optimize};

const POST: &str = r#"
[[operations]]
op = "create_table"
table = "post"
model = "Post"
fields = [
  { name = "id", kind = "big_integer", primary_key = true, counted = true },
  { name = "title", kind = "text" },
]
"#;

fn operations(text: &str) -> Vec<Operation> {
    Migration::parse("app", "0001_initial", text).unwrap().operations
}

fn operation(text: &str) -> Operation {
    operations(&format!("[[operations]]\n{text}")).remove(0)
}

fn state() -> State {
    let mut state = State::default();
    operations(POST).iter().try_for_each(|own| own.apply(&mut state)).unwrap();
    state
}

const SLUG: &str = r#"op = "add_field"
table = "post"
field = { name = "slug", kind = "slug", null = true }"#;

#[track_caller]
fn told(text: &str, expected: Expect) {
    let own = operation(text);
    assert_eq!(own.reversed().reversed(), own);
    let both = format!("{}\n{}\n{}\n", own.describe(), own.reversed().describe(), own.slug());
    expected.assert_eq(&both);
}

#[test]
fn what_is_done_and_undone_is_told() {
    told(
        "op = \"run\"\nrun = \"fill\"",
        expect![[r#"
            Run fill
            Undo fill, which does not say how
            fill
        "#]],
    );
    told(
        "op = \"run\"\nrun = \"fill\"\nundo = \"empty\"",
        expect![[r#"
            Run fill
            Run empty
            fill
        "#]],
    );
    told(
        "op = \"run\"\nrun = \"fill\"\nundo = \"nothing\"",
        expect![[r#"
            Run fill
            Run nothing to undo fill
            fill
        "#]],
    );
    told(
        "op = \"sql\"\nsql = \"update post\\nset title = trim(title)  where title like ' %' or title like '% '\"",
        expect![[r#"
            Run SQL: update post set title = trim(title) where title li…
            Undo SQL, which does not say how
            sql
        "#]],
    );
    told(
        "op = \"sql\"\ndescription = \"Trim titles\"\nsql.sqlite = \"x\"\nundo = \"nothing\"",
        expect![[r#"
            Trim titles
            Undo: Trim titles
            sql
        "#]],
    );
    told(
        "op = \"sql\"\nsql.sqlite = \"x\"\nsql.mysql = \"nothing\"\nundo = \"nothing\"",
        expect![[r#"
            Run SQL for sqlite, mysql
            Run no SQL
            sql
        "#]],
    );
    told(
        &format!("{SLUG}\nonly = \"state\""),
        expect![[r#"
            Add field slug to post (only the state)
            Remove field slug from post (only the state)
            post_slug
        "#]],
    );
}

#[test]
fn what_is_known_of_tables_changes_alone() {
    let (before, mut known) = (state(), state());
    let own = operation(&format!("{SLUG}\nonly = \"state\""));
    own.apply(&mut known).unwrap();
    assert!(known.tables["post"].field("slug").is_some());
    own.reversed().apply(&mut known).unwrap();
    assert_eq!(known, before);
    // There is no such field any more.
    assert!(own.reversed().apply(&mut known).is_err());
}

#[test]
fn tables_change_alone() -> Result<()> {
    let (before, mut known) = (state(), state());
    let own = operation(&format!("{SLUG}\nonly = \"database\""));
    own.apply(&mut known)?;
    own.reversed().apply(&mut known)?;
    assert_eq!(known, before);
    let Operation::Only(_, inner) = &own else { panic!("{own:?}") };
    let (from, to) = inner.on_database(&before)?;
    assert_eq!((from.tables["post"].fields.len(), to.tables["post"].fields.len()), (2, 3));
    let (from, to) = inner.reversed().on_database(&before)?;
    assert_eq!((from.tables["post"].fields.len(), to.tables["post"].fields.len()), (3, 2));
    let elsewhere = operation(&format!("{}\nonly = \"database\"", SLUG.replace("post", "pots")));
    let error = elsewhere.apply(&mut known).unwrap_err();
    assert_eq!(error.message(), "there is no table `pots` at that point");
    Ok(())
}

#[test]
fn nothing_is_merged_across_it() {
    let slug = format!("[[operations]]\n{SLUG}\n");
    let gone = slug.replace("add_field", "remove_field");
    assert_eq!(optimize(operations(&format!("{slug}{gone}"))), []);
    for between in [
        "op = \"run\"\nrun = \"fill\"".to_owned(),
        "op = \"sql\"\nsql = \"x\"".to_owned(),
        format!("{}\nonly = \"state\"", SLUG.replace("post", "page")),
        format!("{}\nonly = \"database\"", SLUG.replace("name = \"slug", "name = \"short")),
    ] {
        let all = operations(&format!("{slug}[[operations]]\n{between}\n{gone}"));
        assert_eq!(optimize(all.clone()), all, "{between}");
        let all = operations(&format!("{POST}[[operations]]\n{between}\n{slug}"));
        assert_eq!(optimize(all.clone()), all, "{between}");
    }
}
