//! Migrations that stand in the place of others, on databases that have all, some or none of them; and
//! operations that were merged.

use carafe::prelude::*;
use carafe_db::ddl::state::State;
use carafe_db::migrate::{History, Id, Migration, Rollout, Target, optimize};
use driver_tests::{Ability, At, checks};

use super::shape::shape;
use super::{TITLE, go, history, id, same, state};

checks![
    squashed_where_nothing_is_applied,
    squashed_where_all_are_applied,
    squashed_where_some_are_applied,
    a_squash_that_stops_is_gone_on_with,
    merged_operations_do_the_same,
];

/// Three steps of two tables.
fn states() -> [State; 3] {
    let post = |fields: &str, rest: &str| ("post", format!("{TITLE}{fields}"), rest.to_owned());
    let number = r#", { name = "n", kind = "integer" }"#;
    let comment = r#"{ name = "post", references = "post", indexed = true }"#;
    let of = |(name, fields, rest): (&str, String, String), more: bool| {
        let mut tables = vec![(name, &*fields, &*rest)];
        if more {
            tables.push(("comment", comment, ""));
        }
        state(&tables)
    };
    [
        of(post("", ""), false),
        of(post(number, ""), false),
        of(post(number, "indexes = [{ parts = [\"n\"] }]"), true),
    ]
}

fn squashed_id() -> Id {
    Id { owner: "app".into(), name: "0001_squashed_0003_step".into() }
}

/// The history of the three, and with the one in their place; then without their files, and last
/// without a word of them.
fn histories() -> [History; 4] {
    let plain = history(&states(), "7");
    let all: Vec<Migration> = plain.iter().cloned().collect();
    let operations = all.iter().flat_map(|own| own.operations.clone()).collect();
    let squash = Migration {
        rollout: Rollout::default(),
        owner: "app".into(),
        name: squashed_id().name,
        after: Vec::new(),
        replaces: all.iter().map(Migration::id).collect(),
        operations: optimize(operations),
    };
    assert_eq!(squash.operations.len(), 2);
    // What a file holds is what is applied.
    let squash = Migration::parse("app", &squash.name, &squash.to_toml()).unwrap();
    let alone = Migration { replaces: Vec::new(), ..squash.clone() };
    [
        plain,
        History::new(all.into_iter().chain([squash.clone()])).unwrap(),
        History::new([squash]).unwrap(),
        History::new([alone]).unwrap(),
    ]
}

/// What is noted as applied, and nothing is half done.
async fn noted(db: &Db) -> String {
    let sql = "select name, begun from carafe_migrations order by name";
    let rows: Vec<(String, Option<i64>)> = db.query_as(sql, ()).all().await.unwrap();
    assert!(rows.iter().all(|(_, begun)| begun.is_none()), "{rows:?}");
    rows.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
}

const ALL: &str = "0001_squashed_0003_step 0001_step 0002_step 0003_step";

/// A database that has them one by one.
async fn one_by_one(at: &At, until: usize) -> Db {
    let db = Db::open(&at.server.fresh().await).await.unwrap();
    go(&db, &histories()[0], Target::At(id(until))).await.unwrap();
    db
}

/// What comes after: nothing, whether the files are there or not; and back to nothing.
async fn lasts(at: &At, db: &Db) {
    let wanted = one_by_one(at, 3).await;
    same(&shape(at, db).await, &shape(at, &wanted).await, "after the squash");
    assert_eq!(noted(db).await, ALL);
    let [_, squashed, without_files, alone] = histories();
    for history in [&squashed, &without_files, &alone] {
        assert_eq!(go(db, history, Target::Newest).await.unwrap(), 0);
    }
    assert_eq!(go(db, &without_files, Target::Zero("app".into())).await.unwrap(), 1);
    assert_eq!(shape(at, db).await, "");
    assert_eq!(noted(db).await, "");
    // Another version of the program knows them one by one.
    assert_eq!(go(db, &alone, Target::Newest).await.unwrap(), 1);
    assert_eq!(noted(db).await, squashed_id().name);
}

async fn squashed_where_nothing_is_applied(at: At) {
    let db = &at.db;
    let [plain, squashed, ..] = histories();
    assert_eq!(go(db, &squashed, Target::Newest).await.unwrap(), 1);
    assert_eq!(noted(db).await, ALL);
    assert_eq!(go(db, &plain, Target::Newest).await.unwrap(), 0);
    lasts(&at, db).await;
}

async fn squashed_where_all_are_applied(at: At) {
    let db = one_by_one(&at, 3).await;
    db.execute("insert into post (title, n) values ('a', 1)", ()).await.unwrap();
    let [_, squashed, ..] = histories();
    assert_eq!(noted(&db).await, "0001_step 0002_step 0003_step");
    assert_eq!(go(&db, &squashed, Target::Newest).await.unwrap(), 0);
    assert_eq!(db.query_scalar::<i64>("select count(*) from post", ()).one().await.unwrap(), 1);
    lasts(&at, &db).await;
}

async fn squashed_where_some_are_applied(at: At) {
    let rows =
        ["insert into post (title) values ('a')", "insert into post (title, n) values ('a', 1)"];
    for (row, until) in rows.into_iter().zip(1..) {
        let db = one_by_one(&at, until).await;
        db.execute(row, ()).await.unwrap();
        let [_, squashed, without_files, _] = histories();
        let error = go(&db, &without_files, Target::Newest).await.unwrap_err();
        assert!(error.message().contains("0003_step"), "{error:?}");
        // There and back, one by one, until all of them are there.
        assert_eq!(go(&db, &squashed, Target::At(id(1))).await.unwrap(), until - 1);
        assert_eq!(go(&db, &squashed, Target::Newest).await.unwrap(), 2);
        lasts(&at, &db).await;
    }
}

async fn a_squash_that_stops_is_gone_on_with(at: At) {
    let db = &at.db;
    let [_, squashed, ..] = histories();
    // What the second operation makes is there.
    db.execute(at.sql("create table comment (id integer)"), ()).await.unwrap();
    assert!(go(db, &squashed, Target::Newest).await.is_err());
    let halves = "select count(*) from carafe_migrations where begun is not null";
    let halves = db.query_scalar::<i64>(halves, ()).one().await.unwrap();
    assert_eq!(halves, i64::from(!at.can(Ability::TransactionalTables)));
    db.execute("drop table comment", ()).await.unwrap();
    assert_eq!(go(db, &squashed, Target::Newest).await.unwrap(), 1);
    lasts(&at, db).await;
}

/// Rows of the first state, and the way through the others: by all operations, and by those that are left.
async fn merged_operations_do_the_same(at: At) {
    let post = |fields: &str, rest: &str| {
        let fields = format!("{TITLE}{fields}");
        let tag = r#"{ name = "label", kind = "text", max_length = 9 }"#;
        state(&[("post", &fields, rest), ("tag", tag, "")])
    };
    let chains = [
        vec![
            post("", ""),
            post(r#", { name = "n", kind = "integer", null = true }"#, ""),
            post(r#", { name = "n", kind = "integer" }"#, "indexes = [{ parts = [\"n\"] }]"),
            post(r#", { name = "n", kind = "big_integer" }"#, ""),
            post(r#", { name = "m", kind = "big_integer" }"#, ""),
        ],
        vec![
            post(r#", { name = "n", kind = "integer", null = true }"#, ""),
            post(r#", { name = "n", kind = "integer" }"#, ""),
            post(r#", { name = "n", kind = "integer", null = true }"#, ""),
            post(r#", { name = "m", kind = "integer", null = true }"#, ""),
            post(r#", { name = "m", kind = "integer", null = true, default = "4" }"#, ""),
        ],
        vec![
            post("", ""),
            post(r#", { name = "n", kind = "integer", default = "3" }"#, ""),
            post(r#", { name = "n", kind = "integer", default = "4" }"#, ""),
            post(
                r#", { name = "n", kind = "integer", default = "4" }, { name = "tag", references = "tag", null = true, indexed = true }"#,
                r#"checks = [{ name = "few", condition = "n < 9" }]"#,
            ),
            post(
                r#", { name = "n", kind = "integer", default = "4", indexed = true }, { name = "label", references = "tag", null = true, indexed = true }"#,
                "",
            ),
        ],
    ];
    for (number, chain) in chains.into_iter().enumerate() {
        let long = history(&chain, "7");
        let first = long.get(&id(1)).unwrap().clone();
        let later = long.iter().skip(1).flat_map(|own| own.operations.clone());
        let later: Vec<_> = later.collect();
        let operations = optimize(later.clone());
        assert!(operations.len() < later.len(), "{number}");
        let second = Migration {
            rollout: Rollout::default(),
            owner: "app".into(),
            name: "0002_step".into(),
            after: vec![first.id()],
            replaces: Vec::new(),
            operations,
        };
        let short = History::new([first, second]).unwrap();
        let mut found = Vec::new();
        for history in [&long, &short] {
            let db = Db::open(&at.server.fresh().await).await.unwrap();
            go(&db, history, Target::At(id(1))).await.unwrap();
            db.execute("insert into post (title) values ('a'), ('b')", ()).await.unwrap();
            go(&db, history, Target::Newest).await.unwrap();
            let last = if number == 2 { "n" } else { "m" };
            let rows =
                format!("select concat(coalesce({last}, -1), ' ', title) from post order by id");
            let rows: Vec<String> = db.query_scalar(rows, ()).all().await.unwrap();
            let there = shape(&at, &db).await;
            go(&db, history, Target::At(id(1))).await.unwrap();
            found.push((there, rows, shape(&at, &db).await));
        }
        same(&found[1].0, &found[0].0, &format!("chain {number}, there"));
        assert_eq!(found[1].1, found[0].1, "chain {number}, rows");
        same(&found[1].2, &found[0].2, &format!("chain {number}, back"));
    }
}
