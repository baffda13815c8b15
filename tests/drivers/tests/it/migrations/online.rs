//! Operations that keep nobody waiting: they lead to the same tables, and go on where they were stopped.

use carafe_core::Kind;
use carafe_db::MigrateSettings;
use carafe_db::migrate::{History, Id, Migration, Migrator, Target};
use driver_tests::{At, checks};

use super::shape::shape;
use super::{ID, TITLE, go, same};

checks![
    online_leads_to_the_same,
    rows_are_filled_bit_by_bit,
    a_fill_goes_on_where_it_stopped,
    an_index_that_failed_is_made_again,
    a_mirror_keeps_two_fields_in_step,
];

/// A history of these files.
pub(super) fn files(texts: &[&str]) -> History {
    let mut before = String::new();
    let mut all = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let name = format!("{:04}_step", index + 1);
        let text = format!("after = [{before}]\n{text}");
        let migration = Migration::parse("app", &name, &text).unwrap();
        // What is written is read.
        assert_eq!(Migration::parse("app", &name, &migration.to_toml()).unwrap(), migration);
        all.push(migration);
        before = format!("\"{name}\"");
    }
    History::new(all).unwrap()
}

pub(super) fn step(number: usize) -> Target {
    Target::At(Id { owner: "app".into(), name: format!("{number:04}_step") })
}

pub(super) fn table(name: &str, fields: &str) -> String {
    format!(
        "[[operations]]\nop = \"create_table\"\ntable = \"{name}\"\nmodel = \"{name}\"\nfields = [{ID}, {fields}]\n"
    )
}

/// Each an operation on `post`, whose fields are `title` and `n`, which may be NULL.
const OPERATIONS: &[&str] = &[
    "op = \"add_index\"\nindex = { parts = [\"n\"] }",
    "op = \"add_index\"\nindex = { name = \"by_title\", parts = [{ by = \"title\", descending = true }, \"n\"] }",
    "op = \"add_unique\"\nunique = { parts = [\"n\", \"title\"] }",
    "op = \"add_unique\"\nunique = { name = \"once\", parts = [\"n\"], deferred = true }",
    "op = \"add_check\"\ncheck = { name = \"some\", condition = \"n > 0\" }",
    "op = \"add_field\"\nfield = { name = \"tag\", references = \"tag\", null = true, indexed = true }",
    "op = \"add_field\"\nfield = { name = \"code\", kind = \"text\", max_length = 9, null = true, unique = true }",
    "op = \"add_field\"\nfield = { name = \"low\", kind = \"text\", max_length = 50 }\nfill = \"lower(title)\"",
    "op = \"add_field\"\nfield = { name = \"pages\", kind = \"positive_integer\" }\nfill = \"3\"",
    "op = \"alter_field\"\nfrom = { name = \"n\", kind = \"integer\", null = true }\nto = { name = \"n\", kind = \"integer\" }\nfill = \"7\"",
    "op = \"alter_field\"\nfrom = { name = \"n\", kind = \"integer\", null = true }\nto = { name = \"n\", kind = \"positive_integer\", indexed = true }\nfill = \"7\"",
];

async fn online_leads_to_the_same(at: At) {
    let first = format!(
        "{}{}",
        table("tag", TITLE),
        table("post", &format!("{TITLE}, {{ name = \"n\", kind = \"integer\", null = true }}"))
    );
    let plain = files(&[&first]);
    go(&at.db, &plain, Target::Newest).await.unwrap();
    for n in 1..=25 {
        let sql = format!("insert into post (title, n) values ('T{n}', nullif({n}, 4))");
        at.db.execute(sql, ()).await.unwrap();
    }
    let before = shape(&at, &at.db).await;
    // One in memory would be another one.
    let db = if at.url.contains(":memory:") {
        at.db.clone()
    } else {
        at.with(|settings| settings.migrate(MigrateSettings::default().batch(10)))
    };
    for operation in OPERATIONS {
        let of = |end: &str| {
            let text = format!("[[operations]]\ntable = \"post\"\n{operation}\n{end}");
            files(&[&first, &text])
        };
        let mut wanted = None;
        for (how, history) in [("", of("")), ("online", of("online = true"))] {
            let done = go(&db, &history, Target::Newest).await;
            assert_eq!(done.unwrap_or_else(|error| panic!("{operation}: {error:?}")), 1);
            let found = shape(&at, &db).await;
            let wanted = wanted.get_or_insert_with(|| found.clone());
            same(&found, wanted, &format!("{operation} {how}"));
            let done = go(&db, &history, step(1)).await;
            assert_eq!(done.unwrap_or_else(|error| panic!("{operation}, back: {error:?}")), 1);
            same(&shape(&at, &db).await, &before, &format!("{operation} {how}, back"));
        }
    }
    let rows: i64 = db.query_scalar("select count(*) from post", ()).one().await.unwrap();
    assert_eq!(rows, 25);
}

const LOW: &str = "{ name = \"low\", kind = \"text\", max_length = 50, null = true }";

fn with_backfill(batch: u32) -> History {
    files(&[
        &table("post", &format!("{TITLE}, {LOW}")),
        &format!(
            "[[operations]]\nop = \"backfill\"\ntable = \"post\"\nfield = \"low\"\nvalue = \"lower(title)\"\nbatch = {batch}\n"
        ),
    ])
}

async fn insert(at: &At, rows: usize) {
    for n in 1..=rows {
        at.db.execute(format!("insert into post (title) values ('T{n}')"), ()).await.unwrap();
    }
}

async fn rows_are_filled_bit_by_bit(at: At) {
    let history = with_backfill(7);
    go(&at.db, &history, step(1)).await.unwrap();
    let before = shape(&at, &at.db).await;
    insert(&at, 30).await;
    at.db.execute("update post set low = 'own' where id = 3", ()).await.unwrap();
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 1);
    let low: Vec<String> =
        at.db.query_scalar("select low from post order by id", ()).all().await.unwrap();
    let wanted: Vec<String> =
        (1..=30).map(|n| if n == 3 { "own".to_owned() } else { format!("t{n}") }).collect();
    assert_eq!(low, wanted);
    assert_eq!(shape(&at, &at.db).await, before, "what was noted meanwhile is gone");
    assert_eq!(go(&at.db, &history, step(1)).await.unwrap(), 1);
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 1);
}

async fn a_fill_goes_on_where_it_stopped(at: At) {
    let history = with_backfill(5);
    go(&at.db, &history, step(1)).await.unwrap();
    insert(&at, 20).await;
    // The value of one row is refused, as if the program had been killed there.
    let (stop, go_on): (&[&str], &[&str]) = match at.dialect.name {
        "PostgreSQL" | "MariaDB" => (
            &["alter table post add constraint stop check (low <> 't12')"],
            &["alter table post drop constraint stop"],
        ),
        _ => (
            &[
                "create trigger stop before update on post when new.low = 't12' begin select raise(abort, 'stop'); end",
            ],
            &["drop trigger stop"],
        ),
    };
    for sql in stop {
        at.db.execute(*sql, ()).await.unwrap();
    }
    let error = go(&at.db, &history, Target::Newest).await.unwrap_err();
    assert!(error.place().unwrap().contains("goes on from here"), "{error:?}");
    let count = "select count(*) from post where low is not null";
    let filled: i64 = at.db.query_scalar(count, ()).one().await.unwrap();
    assert_eq!(filled, 10, "two bits are done, and the third one not at all");
    // Those are not looked at again.
    at.db.execute("update post set low = null where id = 1", ()).await.unwrap();
    at.db.execute("update post set title = '1' where id = 1", ()).await.unwrap();
    for sql in go_on {
        at.db.execute(*sql, ()).await.unwrap();
    }
    let reached: String =
        at.db.query_scalar("select reached from carafe_backfills", ()).one().await.unwrap();
    assert_eq!(reached, "10");
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 1);
    // But nothing is left empty in the end.
    let low: Vec<String> = at
        .db
        .query_scalar("select low from post where id in (1, 12, 20) order by id", ())
        .all()
        .await
        .unwrap();
    assert_eq!(low, ["1", "t12", "t20"]);
}

async fn an_index_that_failed_is_made_again(at: At) {
    let history = files(&[
        &table("post", TITLE),
        "[[operations]]\nop = \"add_unique\"\ntable = \"post\"\nunique = { parts = [\"title\"] }\nonline = true\n",
    ]);
    go(&at.db, &history, step(1)).await.unwrap();
    let before = shape(&at, &at.db).await;
    at.db.execute("insert into post (title) values ('a'), ('a')", ()).await.unwrap();
    let error = go(&at.db, &history, Target::Newest).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
    assert_eq!(shape(&at, &at.db).await, before, "nothing of it is left");
    at.db.execute("delete from post", ()).await.unwrap();
    at.db.execute("insert into post (title) values ('a')", ()).await.unwrap();
    if at.dialect.name == "PostgreSQL" {
        // As a server leaves it that was killed.
        let name: String = Migrator::new(&at.db, &history)
            .sql(
                &Id { owner: "app".into(), name: "0002_step".into() },
                carafe_db::migrate::Direction::Forwards,
            )
            .unwrap()
            .split('"')
            .nth(1)
            .unwrap()
            .to_owned();
        at.db.execute(format!("create unique index \"{name}\" on post (title)"), ()).await.unwrap();
        let invalid = format!(
            "update pg_index set indisvalid = false where indexrelid = to_regclass('\"{name}\"')"
        );
        at.db.execute(invalid, ()).await.unwrap();
    }
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 1);
    let twice = at.db.execute("insert into post (title) values ('a')", ()).await.unwrap_err();
    assert_eq!(twice.kind(), Kind::Conflict);
}

async fn a_mirror_keeps_two_fields_in_step(at: At) {
    if at.dialect.name != "PostgreSQL" {
        return driver_tests::skip("mirrors are triggers of PostgreSQL");
    }
    let mirror = |op: &str, field: &str, value: &str| {
        format!(
            "[[operations]]\nop = \"{op}\"\ntable = \"post\"\nfield = \"{field}\"\nvalue = \"{value}\"\n"
        )
    };
    let history = files(&[
        &table(
            "post",
            "{ name = \"title\", kind = \"text\", max_length = 50 }, { name = \"headline\", kind = \"text\", max_length = 50, null = true }, { name = \"low\", kind = \"text\", max_length = 50, null = true }, { name = \"n\", kind = \"integer\" }, { name = \"big\", kind = \"big_integer\", null = true }",
        ),
        &[
            mirror("add_mirror", "headline", "title"),
            mirror("add_mirror", "title", "headline"),
            mirror("add_mirror", "low", "lower(headline)"),
            mirror("add_mirror", "big", "n"),
        ]
        .concat(),
    ]);
    let db = &at.db;
    go(db, &history, Target::Newest).await.unwrap();
    for sql in [
        "insert into post (title, n) values ('Old', 1)",
        "insert into post (headline, n) values ('New', 2)",
        "insert into post (title, n) values ('x', 3)",
        "insert into post (headline, n) values ('y', 4)",
        "update post set title = 'Older' where n = 3",
        "update post set headline = 'Newer', n = 5 where n = 4",
    ] {
        db.execute(sql, ()).await.unwrap();
    }
    let rows: Vec<(String, String, String, i64)> = db
        .query_as("select title, headline, low, big from post order by n", ())
        .all()
        .await
        .unwrap();
    let row = |title: &str, low: &str, n| (title.to_owned(), title.to_owned(), low.to_owned(), n);
    // What is filled by an expression is filled once.
    assert_eq!(
        rows,
        [row("Old", "old", 1), row("New", "new", 2), row("Older", "x", 3), row("Newer", "y", 5)]
    );
    assert_eq!(go(db, &history, step(1)).await.unwrap(), 1);
    db.execute("insert into post (title, n) values ('Alone', 6)", ()).await.unwrap();
    let open: i64 = db
        .query_scalar("select count(*) from post where headline is null", ())
        .one()
        .await
        .unwrap();
    assert_eq!(open, 1);
}
