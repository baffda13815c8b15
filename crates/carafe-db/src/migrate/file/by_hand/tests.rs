//! What people write by hand, in files.

use expect_test::{Expect, expect};

use crate::migrate::Migration;

const WHOLE: &str = r#"# Made by `makemigrations`. It is part of the source.
after = ["0001_initial"]

[[operations]]
op = "run"
run = "fill_slugs"
undo = "nothing"

[[operations]]
op = "run"
run = "split"

[[operations]]
op = "sql"
description = "Find titles by their words"
sql.sqlite = "nothing"
sql.postgres = """
create index words on post (title);
select '"""
undo = "drop index words"

[[operations]]
op = "sql"
sql = '''
update post set title = '\';
'''

[[operations]]
op = "add_field"
table = "post"
field = { name = "slug", kind = "slug", max_length = 50 }
only = "state"

[[operations]]
op = "add_index"
table = "post"
index = { parts = ["title"] }
only = "database"
"#;

#[test]
fn what_is_written_is_read() {
    let read = Migration::parse("shop", "0002_post", WHOLE).unwrap();
    assert_eq!(read.to_toml(), WHOLE);
    for odd in ["a\nb", "a\n\"\"\"", "a\n\"", "'''\n\\", "\\\n'", "a\r\nb", "\n", "\na\n", "a\u{1}"]
    {
        let mut migration = read.clone();
        let text = on_one_line(odd);
        let file = format!("[[operations]]\nop = \"sql\"\nsql = {text}\n");
        match Migration::parse("shop", "0002_post", &file) {
            Ok(own) => migration.operations = own.operations,
            Err(error) => assert!(odd.trim().is_empty(), "{odd:?}: {error}"),
        }
        let again = Migration::parse("shop", "0002_post", &migration.to_toml()).unwrap();
        assert_eq!(again, migration, "{odd:?}");
    }
}

/// A text on one line of TOML.
fn on_one_line(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|c| format!("\\u{:04x}", u32::from(c)).into_bytes())
        .map(char::from)
        .collect();
    format!("\"{escaped}\"")
}

#[track_caller]
fn wrong(text: &str, expected: Expect) {
    let error = Migration::parse("shop", "0002_post", text).unwrap_err();
    expected.assert_eq(&error.to_string());
}

#[test]
fn mistakes_are_told_with_their_line() {
    let wrong = |text: &str, expected| wrong(&format!("[[operations]]\n{text}"), expected);
    wrong(
        "op = \"run\"\n",
        expect!["`run` is missing, at migrations/0002_post.toml:1 of the crate shop"],
    );
    wrong(
        "op = \"run\"\nrun = \"a::b\"",
        expect![
            "`a::b` is no name of a function, at migrations/0002_post.toml:3 of the crate shop; write the name alone, as the last word in `steps![…]`"
        ],
    );
    wrong(
        "op = \"run\"\nrun = \"a\"\nundu = \"b\"",
        expect![
            "nobody knows the key `undu`, at migrations/0002_post.toml:4 of the crate shop; did you mean `undo`?"
        ],
    );
    wrong(
        "op = \"sql\"\nundo = \"nothing\"",
        expect!["`sql` is missing, at migrations/0002_post.toml:1 of the crate shop"],
    );
    wrong(
        "op = \"sql\"\n\nsql = \" \"",
        expect![[
            r#"SQL is empty, at migrations/0002_post.toml:4 of the crate shop; where nothing is to be done: `"nothing"`"#
        ]],
    );
    wrong(
        "op = \"sql\"\n\nsql.postgre = \"x\"",
        expect![
            "there is no database `postgre`, at migrations/0002_post.toml:4 of the crate shop; did you mean `postgres`?"
        ],
    );
    wrong(
        "op = \"sql\"\nsql = 3",
        expect![
            "`sql` is no text, and no table with a text for each database, at migrations/0002_post.toml:3 of the crate shop"
        ],
    );
    wrong(
        "op = \"sql\"\nsql = {}",
        expect!["`sql` names no database, at migrations/0002_post.toml:3 of the crate shop"],
    );
    wrong(
        "op = \"sql\"\nsql = \"x\"\ntable = \"post\"",
        expect!["nobody knows the key `table`, at migrations/0002_post.toml:4 of the crate shop"],
    );
    wrong(
        "op = \"sql\"\nsql = \"x\"\nonly = \"state\"",
        expect![[
            r#"`only = "state"` says nothing of what is written by hand, at migrations/0002_post.toml:1 of the crate shop; nobody knows what it changes; say that by operations with `only = "state"` beside it"#
        ]],
    );
    wrong(
        "op = \"delete_table\"\nonly = \"tables\"",
        expect![
            "`tables` is nothing that is changed alone, at migrations/0002_post.toml:3 of the crate shop; there are: state, database"
        ],
    );
    wrong(
        "op = \"sqll\"",
        expect![
            "there is no operation `sqll`, at migrations/0002_post.toml:1 of the crate shop; did you mean `sql`?"
        ],
    );
}
