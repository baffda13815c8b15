//! Migrations, on a real database: there, back, and there again, with rows that stay.

pub(crate) mod chains;
mod contents;
pub(crate) mod killed;
pub(super) mod live;
pub(super) mod locks;
pub(super) mod online;
pub(crate) mod scenarios;
mod shape;
pub(super) mod squash;
pub(crate) mod steps;
mod way;

use carafe::prelude::*;
use carafe_db::ddl::state::{ExpressionState, FieldState, State, TableState};
use carafe_db::migrate::{
    Ask, Event, History, Id, Migration, Migrator, Target, Why, diff, grouped,
};
use driver_tests::{Ability, At, checks, skip};

pub(crate) use shape::shape;

checks![
    fields_come_and_go,
    fields_are_altered,
    names_change,
    keys_change_with_what_refers_to_them,
    keys_change_with_keys_that_are_made_of_them,
    a_key_becomes_several,
    what_may_be_nothing_comes_back,
    constraints_and_indexes_change,
    relations_come_and_go,
    a_step_that_fails_leaves_nothing needs TransactionalTables,
    what_was_begun_is_gone_on_with,
    what_hangs_on_a_table_stays,
    several_programs_migrate_once needs Connections,
    what_was_applied_is_known,
];

const ID: &str = r#"{ name = "id", kind = "big_integer", primary_key = true, counted = true }"#;

/// Tables from `(name, fields, what else is said)`.
fn state(tables: &[(&str, &str, &str)]) -> State {
    let table = |(name, fields, rest): &(&str, &str, &str)| {
        format!(
            "[[operations]]\nop = \"create_table\"\ntable = \"{name}\"\nmodel = \"{name}\"\nfields = [{ID}, {fields}]\n{rest}\n"
        )
    };
    let text: Vec<String> = tables.iter().map(table).collect();
    let migration = Migration::parse("app", "0001_initial", &text.join("\n")).unwrap();
    let mut state = State::default();
    migration.replay(&mut state).unwrap();
    state
}

/// Renames what can be renamed, and fills with what a test says.
pub(crate) struct Says(pub(crate) &'static str);

impl Ask for Says {
    fn renamed_table(&mut self, _: &TableState, _: &TableState) -> carafe_core::Result<bool> {
        Ok(true)
    }

    fn renamed_field(
        &mut self,
        _: &str,
        _: &FieldState,
        _: &FieldState,
    ) -> carafe_core::Result<bool> {
        Ok(true)
    }

    fn fill(
        &mut self,
        _: &str,
        _: &FieldState,
        _: Why,
    ) -> carafe_core::Result<Option<ExpressionState>> {
        ExpressionState::parse(self.0).map(Some)
    }
}

/// A history that leads through these states.
fn history(states: &[State], fill: &'static str) -> History {
    let mut made: Vec<Migration> = Vec::new();
    let mut before = State::default();
    for (index, after) in states.iter().enumerate() {
        let history = History::new(made.clone()).unwrap();
        let operations = diff(&before, after, &mut Says(fill)).unwrap();
        let mut new = grouped(operations, &before, after, &history);
        assert_eq!(new.len(), 1, "one change is one migration");
        let mut migration = new.remove(0);
        migration.name = format!("{:04}_step", index + 1);
        // What a file holds is what is applied.
        made.push(Migration::parse("app", &migration.name, &migration.to_toml()).unwrap());
        before = after.clone();
    }
    History::new(made).unwrap()
}

fn id(number: usize) -> Id {
    Id { owner: "app".into(), name: format!("{number:04}_step") }
}

async fn go(db: &Db, history: &History, target: Target) -> carafe_core::Result<usize> {
    let mut done = 0;
    let migrator = Migrator::new(db, history);
    migrator
        .run(&target, &mut |event| done += usize::from(matches!(event, Event::Done(..))))
        .await?;
    Ok(done)
}

/// Goes through the states, back to nothing, and through them again: each time the tables are what
/// they would be if they had been made so at once. `rows` fill the first one, and `kept` gives what must
/// still be there in each.
async fn through(at: &At, states: &[State], fill: &'static str, rows: &[&str], kept: &str) {
    let history = history(states, fill);
    let db = &at.db;
    let mut shapes = Vec::new();
    for state in states {
        let fresh = Db::open(&at.server.fresh().await).await.unwrap();
        let single = self::history(std::slice::from_ref(state), fill);
        go(&fresh, &single, Target::Newest).await.unwrap();
        shapes.push(shape(at, &fresh).await);
    }
    for round in 0..2 {
        let mut there = String::new();
        for (index, wanted) in shapes.iter().enumerate() {
            let done = go(db, &history, Target::At(id(index + 1))).await;
            assert_eq!(done.unwrap_or_else(|error| panic!("step {index}: {error:?}")), 1);
            same(
                &shape(at, db).await,
                wanted,
                &format!("round {round}, forwards to {}", index + 1),
            );
            if index == 0 {
                for row in rows {
                    db.execute((*row).to_owned(), ()).await.unwrap();
                }
            }
            let now: Vec<String> = db.query_scalar(kept.to_owned(), ()).all().await.unwrap();
            if index == 0 {
                there = now.join(" ");
                assert!(!there.is_empty());
            }
            assert_eq!(now.join(" "), there, "rows after step {}", index + 1);
        }
        for index in (1..states.len()).rev() {
            let done = go(db, &history, Target::At(id(index))).await;
            assert_eq!(done.unwrap_or_else(|error| panic!("back to {index}: {error:?}")), 1);
            same(
                &shape(at, db).await,
                &shapes[index - 1],
                &format!("round {round}, back to {index}"),
            );
            let now: Vec<String> = db.query_scalar(kept.to_owned(), ()).all().await.unwrap();
            assert_eq!(now.join(" "), there, "rows after going back to {index}");
        }
        assert_eq!(go(db, &history, Target::Zero("app".into())).await.unwrap(), 1);
        assert_eq!(shape(at, db).await, "");
    }
}

/// Two shapes; what only one of them has is told.
#[track_caller]
pub(crate) fn same(found: &str, wanted: &str, when: &str) {
    if let Err(why) = difference(found, wanted) {
        panic!("{when}: {why}");
    }
}

/// An error that tells what only one of two shapes has.
fn difference(found: &str, wanted: &str) -> Result<(), String> {
    let only = |one: &str, other: &str| {
        let lines = one.lines().filter(|line| !other.lines().any(|own| own == *line));
        lines.collect::<Vec<_>>().join("\n")
    };
    let (more, missing) = (only(found, wanted), only(wanted, found));
    if more.is_empty() && missing.is_empty() {
        return Ok(());
    }
    Err(format!("there is\n{more}\ninstead of\n{missing}"))
}

const TITLE: &str = r#"{ name = "title", kind = "text", max_length = 50 }"#;

async fn fields_come_and_go(at: At) {
    let post = |fields: &str| state(&[("post", &format!("{TITLE}{fields}"), "")]);
    let states = [
        post(""),
        post(r#", { name = "slug", kind = "slug", max_length = 50, null = true, indexed = true }"#),
        post(r#", { name = "pages", kind = "positive_integer" }"#),
        post(
            r#", { name = "pages", kind = "positive_integer" }, { name = "n", kind = "integer", default = "3" }, { name = "code", kind = "text", max_length = 9, null = true, unique = true }"#,
        ),
        post(
            r#", { name = "low", kind = "text", max_length = 50, generated = "lower(title)", stored = true }"#,
        ),
        post(""),
    ];
    let rows = [
        "insert into post (title) values ('Hello ?')",
        "insert into post (title) values ('World')",
    ];
    through(&at, &states, "7", &rows, "select title from post order by id").await;
}

async fn fields_are_altered(at: At) {
    let post =
        |field: &str| state(&[("post", &format!("{TITLE}, {{ name = \"n\", {field} }}"), "")]);
    let states = [
        post(r#"kind = "integer", null = true"#),
        post(r#"kind = "integer""#),
        post(r#"kind = "big_integer", default = "4""#),
        post(r#"kind = "big_integer", indexed = true"#),
        post(r#"kind = "positive_big_integer", unique = true, comment = "how many""#),
        post(r#"kind = "text", max_length = 40, unique = true"#),
        post(r#"kind = "text", max_length = 60, null = true, default = '"its"'"#),
    ];
    let rows = [
        "insert into post (title, n) values ('a', null)",
        "insert into post (title, n) values ('b', 5)",
    ];
    through(
        &at,
        &states[..6],
        "9",
        &rows,
        "select case when title = 'a' then '9' else concat(n, '') end from post order by id",
    )
    .await;
}

async fn names_change(at: At) {
    let tag = ("tag", TITLE, "");
    let tags = |table: &str| {
        format!(
            r#"{{ name = "tags", many = "tag", through = "{table}_tags", from = ["{table}_id"], to = ["tag_id"] }}"#
        )
    };
    let states = [
        state(&[
            tag,
            (
                "post",
                &format!(
                    "{TITLE}, {}, {{ name = \"n\", kind = \"positive_integer\" }}",
                    tags("post")
                ),
                "checks = [{ name = \"long\", condition = \"length(title) > 0\" }]\nindexes = [{ parts = [\"title\", \"n\"] }]\nuniques = [{ parts = [\"title\", \"id\"] }]",
            ),
            (
                "comment",
                r#"{ name = "post", references = "post", indexed = true, null = true }"#,
                "",
            ),
        ]),
        state(&[
            tag,
            (
                "post",
                &format!(
                    "{{ name = \"headline\", kind = \"text\", max_length = 50 }}, {}, {{ name = \"n\", kind = \"positive_integer\" }}",
                    tags("post")
                ),
                "checks = [{ name = \"long\", condition = \"length(headline) > 0\" }]\nindexes = [{ parts = [\"headline\", \"n\"] }]\nuniques = [{ parts = [\"headline\", \"id\"] }]",
            ),
            (
                "comment",
                r#"{ name = "post", references = "post", indexed = true, null = true }"#,
                "",
            ),
        ]),
        state(&[
            tag,
            (
                "article",
                &format!(
                    "{{ name = \"headline\", kind = \"text\", max_length = 50 }}, {}, {{ name = \"n\", kind = \"positive_integer\" }}",
                    tags("article")
                ),
                "checks = [{ name = \"long\", condition = \"length(headline) > 0\" }]\nindexes = [{ parts = [\"headline\", \"n\"] }]\nuniques = [{ parts = [\"headline\", \"id\"] }]",
            ),
            (
                "comment",
                r#"{ name = "post", references = "article", indexed = true, null = true }"#,
                "",
            ),
        ]),
    ];
    let rows = [
        "insert into tag (title) values ('rust')",
        "insert into post (title, n) values ('Hello', 1)",
        "insert into comment (post_id) values (1)",
        "insert into post_tags (post_id, tag_id) values (1, 1)",
    ];
    through(
        &at,
        &states,
        "1",
        &rows,
        "select title from tag union all select 'comment' from comment",
    )
    .await;
}

async fn keys_change_with_what_refers_to_them(at: At) {
    let author = |kind: &str| {
        let post = r#"{ name = "author", references = "author", indexed = true }"#;
        let text = format!(
            "[[operations]]\nop = \"create_table\"\ntable = \"author\"\nmodel = \"Author\"\nfields = [{{ name = \"code\", kind = \"{kind}\", primary_key = true }}]\n[[operations]]\nop = \"create_table\"\ntable = \"post\"\nmodel = \"Post\"\nfields = [{ID}, {post}]"
        );
        let mut state = State::default();
        Migration::parse("app", "0001_initial", &text).unwrap().replay(&mut state).unwrap();
        state
    };
    let states = [author("integer"), author("big_integer")];
    let rows = ["insert into author (code) values (7)", "insert into post (author_id) values (7)"];
    through(&at, &states, "1", &rows, "select concat(author_id, '') from post").await;
}

/// A key is part of another key, which a third table refers to.
async fn keys_change_with_keys_that_are_made_of_them(at: At) {
    let line = |kind: &str| {
        let table = |name: &str, fields: &str| {
            format!(
                "[[operations]]\nop = \"create_table\"\ntable = \"{name}\"\nmodel = \"{name}\"\nfields = [{fields}]\n"
            )
        };
        let train = format!(r#"{{ name = "id", kind = "{kind}", primary_key = true }}"#);
        let seat = r#"{ name = "train", references = "train", primary_key = true }, { name = "number", kind = "integer", primary_key = true }"#;
        let ticket = format!(r#"{ID}, {{ name = "seat", references = "seat" }}"#);
        let text = [table("train", &train), table("seat", seat), table("ticket", &ticket)];
        let mut state = State::default();
        Migration::parse("app", "0001_initial", &text.concat())
            .unwrap()
            .replay(&mut state)
            .unwrap();
        state
    };
    let states = [line("integer"), line("big_integer")];
    let rows = [
        "insert into train (id) values (7)",
        "insert into seat (train_id, number) values (7, 3)",
        "insert into ticket (seat_train_id, seat_number) values (7, 3)",
    ];
    through(&at, &states, "1", &rows, "select concat(seat_train_id, '') from ticket").await;
}

/// A key that the database counts, one of two fields, and one that a person gives.
async fn a_key_becomes_several(at: At) {
    let seat = |fields: &str| {
        let text = format!(
            "[[operations]]\nop = \"create_table\"\ntable = \"seat\"\nmodel = \"Seat\"\nfields = [{fields}]"
        );
        let mut state = State::default();
        Migration::parse("app", "0001_initial", &text).unwrap().replay(&mut state).unwrap();
        state
    };
    let key =
        |name: &str| format!(r#"{{ name = "{name}", kind = "integer", primary_key = true }}"#);
    let plain = |name: &str| format!(r#"{{ name = "{name}", kind = "integer" }}"#);
    let states = [
        seat(&format!("{ID}, {}, {}", plain("line"), plain("number"))),
        seat(&format!("{}, {}", key("line"), key("number"))),
        seat(&format!("{}, {}", key("line"), plain("number"))),
        seat(&format!("{ID}, {}, {}", plain("line"), plain("number"))),
    ];
    let rows = [
        "insert into seat (line, number) values (1, 7)",
        "insert into seat (line, number) values (2, 7)",
    ];
    through(&at, &states, "1", &rows, "select concat(line, '') from seat order by line").await;
}

/// A field may be NULL, and a row is; then it is undone.
async fn what_may_be_nothing_comes_back(at: At) {
    let post = |field: &str| state(&[("post", &format!("{TITLE}, {field}"), "")]);
    let states = [
        post(r#"{ name = "pages", kind = "integer" }"#),
        post(r#"{ name = "pages", kind = "integer", null = true }"#),
    ];
    let history = history(&states, "7");
    go(&at.db, &history, Target::Newest).await.unwrap();
    at.db
        .execute("insert into post (title, pages) values ('a', null), ('b', 3)", ())
        .await
        .unwrap();
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    let pages: Vec<i64> =
        at.db.query_scalar("select pages from post order by title", ()).all().await.unwrap();
    assert_eq!(pages, [0, 3]);
}

async fn constraints_and_indexes_change(at: At) {
    let post = |rest: &str| {
        let fields = format!("{TITLE}, {{ name = \"n\", kind = \"integer\" }}");
        state(&[("post", &fields, rest)])
    };
    let states = [
        post("indexes = [{ parts = [\"n\"] }]"),
        post(
            "indexes = [{ parts = [\"n\", \"title\"] }, { name = \"named\", parts = [{ by = \"n\", descending = true }] }]",
        ),
        post("uniques = [{ parts = [\"n\", \"title\"] }]"),
        post("uniques = [{ name = \"once\", parts = [\"n\", \"title\"] }]"),
        post(
            "checks = [{ name = \"some\", condition = \"n > 0\" }, { name = \"few\", condition = \"n < 100\" }]",
        ),
        post("checks = [{ name = \"some\", condition = \"n >= 1\" }]"),
        post("comment = \"what it's for\""),
        post(""),
    ];
    let rows = ["insert into post (title, n) values ('a', 1)"];
    through(&at, &states, "1", &rows, "select title from post").await;
}

async fn relations_come_and_go(at: At) {
    let tag = ("tag", TITLE, "");
    let post = |fields: &str| state(&[tag, ("post", &format!("{TITLE}{fields}"), "")]);
    let states = [
        post(""),
        post(r#", { name = "tag", references = "tag", null = true, indexed = true }"#),
        post(
            r#", { name = "tag", references = "tag", null = true, unique = true, on_delete = "cascade" }"#,
        ),
        post(r#", { name = "tag", kind = "big_integer", null = true }"#),
        post(
            r#", { name = "tags", many = "tag", through = "post_tags", from = ["post_id"], to = ["tag_id"] }"#,
        ),
        post(r#", { name = "tag", references = "tag", indexed = true }"#),
    ];
    let rows = ["insert into tag (title) values ('rust')", "insert into post (title) values ('a')"];
    through(&at, &states, "1", &rows, "select title from post").await;
}

async fn a_step_that_fails_leaves_nothing(at: At) {
    let post = |field: &str| state(&[("post", &format!("{TITLE}{field}"), "")]);
    let states = [
        post(""),
        post(
            r#", { name = "a", kind = "integer", null = true }, { name = "n", kind = "integer", unique = true }"#,
        ),
    ];
    let history = history(&states, "7");
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    let before = shape(&at, &at.db).await;
    at.db.execute("insert into post (title) values ('a')", ()).await.unwrap();
    at.db.execute("insert into post (title) values ('b')", ()).await.unwrap();
    let error = go(&at.db, &history, Target::Newest).await.unwrap_err();
    assert!(error.place().unwrap().contains("app:0002_step (Add field n to post)"), "{error:?}");
    assert_eq!(shape(&at, &at.db).await, before);
    at.db.execute("delete from post where title = 'b'", ()).await.unwrap();
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 1);
}

/// Where a change of a table cannot be undone: after a step that failed, and after a program that died
/// between a step and its note.
async fn what_was_begun_is_gone_on_with(at: At) {
    if at.can(Ability::TransactionalTables) {
        return skip("a migration is whole or not there");
    }
    let post = |field: &str| state(&[("post", &format!("{TITLE}{field}"), "")]);
    let states = [
        post(""),
        post(r#", { name = "n", kind = "integer", unique = true }"#),
        post(
            r#", { name = "n", kind = "integer", unique = true }, { name = "a", kind = "integer", null = true }"#,
        ),
        post(
            r#", { name = "n", kind = "integer", unique = true }, { name = "a", kind = "integer", null = true, unique = true }"#,
        ),
    ];
    let history = history(&states, "7");
    let fresh = Db::open(&at.server.fresh().await).await.unwrap();
    go(&fresh, &history, Target::Newest).await.unwrap();
    let db = &at.db;
    go(db, &history, Target::At(id(1))).await.unwrap();
    db.execute("insert into post (title) values ('a'), ('b')", ()).await.unwrap();
    let error = go(db, &history, Target::At(id(2))).await.unwrap_err();
    assert_eq!(error.kind(), carafe::Kind::Conflict);
    assert!(error.place().unwrap().contains("`migrate` goes on from here"), "{error:?}");
    db.execute("update post set n = id", ()).await.unwrap();
    assert_eq!(go(db, &history, Target::At(id(2))).await.unwrap(), 1);
    // It has died after its step, whose note is that it was begun.
    db.execute("alter table post add column a integer null", ()).await.unwrap();
    let begun = "insert into carafe_migrations (owner, name, begun) values ('app', '0003_step', 1)";
    db.execute(begun, ()).await.unwrap();
    assert_eq!(go(db, &history, Target::At(id(3))).await.unwrap(), 1);
    // What has no name is not made twice.
    db.execute("alter table post add unique (a)", ()).await.unwrap();
    let begun = "insert into carafe_migrations (owner, name, begun) values ('app', '0004_step', 1)";
    db.execute(begun, ()).await.unwrap();
    assert_eq!(go(db, &history, Target::Newest).await.unwrap(), 1);
    same(&shape(&at, db).await, &shape(&at, &fresh).await, "after going on");
    let indexes = "select count(*) from information_schema.statistics where table_schema = database() and column_name = 'a'";
    assert_eq!(db.query_scalar::<i64>(indexes, ()).one().await.unwrap(), 1);
    assert_eq!(go(db, &history, Target::Newest).await.unwrap(), 0);
}

/// Where a table is made anew, as by SQLite.
async fn what_hangs_on_a_table_stays(at: At) {
    if !at.dialect.name.starts_with("SQLite") {
        return skip("tables stay where they are");
    }
    let post = |field: &str| {
        let post = format!("{TITLE}{field}");
        let comment = r#"{ name = "post", references = "post" }"#;
        state(&[("post", &post, ""), ("comment", comment, "")])
    };
    let states = [post(""), post(r#", { name = "n", kind = "integer" }"#)];
    let history = history(&states, "7");
    let db = &at.db;
    go(db, &history, Target::At(id(1))).await.unwrap();
    for sql in [
        "create table log (title text)",
        "create trigger noted after insert on post begin insert into log values (new.title); end",
        "create view titles as select title from post",
        "insert into post (title) values ('a'), ('b')",
        "insert into comment (post_id) values (1)",
        "delete from post where id = 2",
    ] {
        db.execute(sql, ()).await.unwrap();
    }
    assert_eq!(go(db, &history, Target::Newest).await.unwrap(), 1);
    db.execute("insert into post (title, n) values ('c', 1)", ()).await.unwrap();
    let logged: Vec<String> = db.query_scalar("select title from log", ()).all().await.unwrap();
    assert_eq!(logged, ["a", "b", "c"]);
    let seen: Vec<String> = db.query_scalar("select title from titles", ()).all().await.unwrap();
    assert_eq!(seen, ["a", "c"]);
    let ids: Vec<i64> = db.query_scalar("select id from post", ()).all().await.unwrap();
    assert_eq!(ids, [1, 3], "no key is given twice");
    let error = db.execute("insert into comment (post_id) values (99)", ()).await.unwrap_err();
    assert_eq!(error.kind(), carafe::Kind::Conflict, "foreign keys hold as before");
}

async fn several_programs_migrate_once(at: At) {
    let post = |field: &str| state(&[("post", &format!("{TITLE}{field}"), "")]);
    let states = [post(""), post(r#", { name = "a", kind = "integer" }"#), post("")];
    let history = std::sync::Arc::new(history(&states, "7"));
    let mut servers = Vec::new();
    for _ in 0..10 {
        let (history, url) = (history.clone(), at.url.clone());
        servers.push(tokio::spawn(async move {
            let db = Db::open(&url).await.unwrap();
            go(&db, &history, Target::Newest).await.unwrap()
        }));
    }
    let mut done = 0;
    for server in servers {
        done += server.await.unwrap();
    }
    assert_eq!(done, 3);
}

async fn what_was_applied_is_known(at: At) {
    let post = |field: &str| state(&[("post", &format!("{TITLE}{field}"), "")]);
    let states = [post(""), post(r#", { name = "a", kind = "integer" }"#)];
    let history = history(&states, "7");
    let migrator = Migrator::new(&at.db, &history);
    assert!(migrator.applied().await.unwrap().is_empty());
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    assert_eq!(Vec::from_iter(migrator.applied().await.unwrap()), [id(1)]);
    assert_eq!(go(&at.db, &history, Target::At(id(1))).await.unwrap(), 0);
    let way = migrator.way(&Target::Newest).await.unwrap();
    assert_eq!(way.len(), 1);
    let shape_before = shape(&at, &at.db).await;
    migrator.fake().run(&Target::Newest, &mut |_| {}).await.unwrap();
    assert_eq!(shape(&at, &at.db).await, shape_before);
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 0);
}
