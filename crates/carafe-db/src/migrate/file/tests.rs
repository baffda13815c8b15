//! Files, as people see them.

use expect_test::{Expect, expect};

use super::Migration;

const WHOLE: &str = r#"# Made by `makemigrations`. It is part of the source.
after = ["0001_initial", "accounts:0002_user"]

[[operations]]
op = "create_table"
table = "post"
model = "Post"
comment = "What \"we\" write\nit's long"
fields = [
  { name = "id", kind = "big_integer", primary_key = true, counted = true },
  { name = "author", references = "user", on_delete = "cascade", null = true, indexed = true },
  { name = "tags", many = "tag", through = "post_tags", from = ["post_id"], to = ["tag_id"] },
  { name = "title", kind = "text", column = "headline", unique = true, max_length = 200, comment = "shown" },
  { name = "price", kind = "money(decimal)", types = { postgres = "money" }, digits = [10, 2], default = "0" },
  { name = "low", kind = "text", generated = "lower(title)", stored = true },
]
uniques = [
  { name = "once", parts = ["title", { by = "lower(title)", descending = true, class = "text_ops" }], condition = "!(price == 0)", include = ["price"], nulls_equal = true, deferred = true },
]
checks = [
  { name = "named", condition = 'title != "a\\b"' },
]
exclusions = [
  { name = "apart", parts = [{ by = "title", with = "=" }], condition = "price > 1", method = "gist" },
]
indexes = [
  { parts = ["title"], method = "gin" },
]

[[operations]]
op = "add_field"
table = "post"
field = { name = "slug", kind = "slug", max_length = 50 }
fill = '"none"'

[[operations]]
op = "remove_field"
table = "post"
field = { name = "slug", kind = "slug", max_length = 50 }

[[operations]]
op = "alter_field"
table = "post"
from = { name = "price", kind = "decimal", digits = [10, 2] }
to = { name = "price", kind = "decimal", digits = [12, 2] }

[[operations]]
op = "rename_field"
table = "post"
from = "title"
to = "name"

[[operations]]
op = "rename_field"
table = "post"
from = { name = "author", column = "author_id" }
to = { name = "writer", column = "writer_id" }

[[operations]]
op = "rename_table"
from = { table = "post", model = "Post" }
to = { table = "article", model = "Article" }

[[operations]]
op = "alter_table"
table = "article"
from = { model = "Article" }
to = { model = "Article", managed = false }

[[operations]]
op = "move_table"
table = "article"
from = "blog"

[[operations]]
op = "add_index"
table = "article"
index = { parts = ["name"] }

[[operations]]
op = "remove_check"
table = "article"
check = { name = "named", condition = "name > 1" }
"#;

#[test]
fn what_is_written_is_read() {
    let read = Migration::parse("shop", "0002_post", WHOLE).unwrap();
    assert_eq!(read.to_toml(), WHOLE);
    assert_eq!(read.after[1].to_string(), "accounts:0002_user");
    assert_eq!(Migration::parse("shop", "0002_post", &read.to_toml()).unwrap(), read);
}

#[track_caller]
fn wrong(text: &str, expected: Expect) {
    let error = Migration::parse("shop", "0002_post", text).unwrap_err();
    expected.assert_eq(&error.to_string());
}

#[test]
fn mistakes_are_told_with_their_line() {
    wrong(
        "after = [\n",
        expect![
            "it is no TOML: unclosed array, expected `]`, at migrations/0002_post.toml:1 of the crate shop"
        ],
    );
    wrong(
        "after = []\nbefore = []\n",
        expect!["nobody knows the key `before`, at migrations/0002_post.toml:2 of the crate shop"],
    );
    wrong(
        "[[operations]]\nop = \"ad_field\"\ntable = \"post\"",
        expect![
            "there is no operation `ad_field`, at migrations/0002_post.toml:1 of the crate shop; did you mean `add_field`?"
        ],
    );
    wrong(
        "[[operations]]\nop = \"add_field\"\n",
        expect!["`table` is missing, at migrations/0002_post.toml:1 of the crate shop"],
    );
    wrong(
        "[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = { name = \"a\", kind = \"txt\" }",
        expect![
            "there is no kind of field `txt`, at migrations/0002_post.toml:4 of the crate shop; did you mean `text`?"
        ],
    );
    wrong(
        "[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = { name = \"a\", kind = \"text\", nul = true }",
        expect![
            "nobody knows the key `nul`, at migrations/0002_post.toml:4 of the crate shop; did you mean `null`?"
        ],
    );
    wrong(
        "[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = { name = \"a\", kind = \"text\" }\nfill = \"a b\"",
        expect![
            "`a b` is no expression: an operator is missing before `b`, at migrations/0002_post.toml:5 of the crate shop"
        ],
    );
    wrong(
        "[[operations]]\nop = \"create_table\"\ntable = \"post\"\nmodel = \"Post\"\nfields = [\n  { name = \"a\", kind = \"text\", max_length = \"many\" },\n]",
        expect![
            "`max_length` is no number that fits, at migrations/0002_post.toml:6 of the crate shop"
        ],
    );
    wrong(
        "after = []\nreplaces = [\"blog:0001_initial\"]",
        expect![
            "`blog:0001_initial` is replaced, which is no migration of shop, at migrations/0002_post.toml:2 of the crate shop; migrations are replaced by one of their own crate: name them without it"
        ],
    );
    wrong(
        "operations = 3",
        expect!["`operations` is no list, at migrations/0002_post.toml:1 of the crate shop"],
    );
    wrong(
        "operations = [3]",
        expect![
            "an item of `operations` is no table, at migrations/0002_post.toml:1 of the crate shop"
        ],
    );
}

#[track_caller]
fn moved(text: &str, expected: Expect) {
    let mut own = Migration::parse("shop", "0002_post", text).unwrap();
    own.after = vec![own.id(), crate::migrate::Id { owner: "blog".into(), name: "0007_x".into() }];
    let changed = own.with_after(text).unwrap();
    assert_eq!(Migration::parse("shop", "0002_post", &changed).unwrap(), own);
    expected.assert_eq(&changed);
}

#[test]
fn what_comes_before_is_changed_and_nothing_else() {
    moved(
        "# Head.\nafter = [\n  # Why.\n  \"0001_initial\",\n] # Tail.\n",
        expect![[r#"
        # Head.
        after = ["0002_post", "blog:0007_x"] # Tail.
    "#]],
    );
    moved(
        "# Head.\n[[operations]] # First.\nop = \"delete_table\"\ntable = \"a\"\nmodel = \"A\"\n",
        expect![[r#"
            # Head.
            after = ["0002_post", "blog:0007_x"]

            [[operations]] # First.
            op = "delete_table"
            table = "a"
            model = "A"
        "#]],
    );
    moved(
        "",
        expect![[r#"
        after = ["0002_post", "blog:0007_x"]

    "#]],
    );
    moved(
        "# Head.",
        expect![[r#"
        after = ["0002_post", "blog:0007_x"]

        # Head."#]],
    );
}

#[test]
fn a_number_is_that_of_the_last_one() {
    let numbers = ["0002_slugs", "7", "0001_squashed_0004_slugs", "0003_squashed_fruit", "slugs"];
    let numbers = numbers.map(crate::migrate::number);
    assert_eq!(numbers, [Some(2), Some(7), Some(4), Some(3), None]);
}
