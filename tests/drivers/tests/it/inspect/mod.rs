//! What a database says of its tables, and models that say the same.
//!
//! Expected sources are files, which are compiled here too: `UPDATE_EXPECT=1` writes them.

use carafe::prelude::*;
use carafe_db::Models;
use carafe_db::ddl::state::{State, snapshot};
use carafe_db::inspect::{Found, Inspect};
use carafe_db::migrate::{History, Migrator, Target, diff, grouped};
use driver_tests::{At, checks};
use expect_test::expect_file;

use crate::migrations::{Says, same, shape};

checks![
    made_tables_are_found,
    tables_of_every_kind_are_found,
    django_s_tables_are_found,
    odd_names_and_types_are_found,
    an_empty_database_has_nothing,
    tables_are_chosen,
];

/// The module that was printed for each database.
macro_rules! printed {
    ($($name:ident)*) => {$(
        #[allow(
            clippy::duplicated_attributes,
            dead_code,
            unreachable_pub,
            reason = "it is as it was printed"
        )]
        mod $name {
            include!(concat!(stringify!($name), ".rs"));
        }
    )*};
}

printed![django_sqlite django_postgres django_mysql odd_sqlite odd_postgres odd_mysql];

async fn found(db: &Db) -> Found {
    Inspect::of(db).managed().find().await.unwrap()
}

/// What the database says, a line for each thing that it says, in an order that does not depend on when
/// it was made.
async fn described(db: &Db) -> String {
    let mut lines = Vec::new();
    for table in Inspect::of(db).describe().await.unwrap() {
        let name = &table.name;
        lines.push(format!("{name}: {:?} {:?} {:?}", table.shape, table.comment, table.key));
        lines.extend(table.columns.iter().map(|own| format!("{name}: {own:?}")));
        lines.extend(table.references.iter().map(|own| format!("{name}: {own:?}")));
        lines.extend(table.checks.iter().map(|own| format!("{name}: {own:?}")));
        lines.extend(table.indexes.iter().map(|own| format!("{name}: {own:?}")));
        lines.extend(table.exclusions.iter().map(|own| format!("{name}: {own:?}")));
    }
    lines.sort();
    lines.join("\n")
}

/// A history of one migration that makes these tables.
fn history(state: &State) -> History {
    let operations = diff(&State::default(), state, &mut Says("1")).unwrap();
    let made = grouped(operations, &State::default(), state, &History::default());
    History::new(made).unwrap()
}

/// The tables that a state says, in a database of their own.
async fn made(at: &At, state: &State) -> Db {
    let fresh = Db::open(&at.server.fresh().await).await.unwrap();
    let history = history(state);
    Migrator::new(&fresh, &history).run(&Target::Newest, &mut |_| {}).await.unwrap();
    fresh
}

/// What is found in a database makes the same tables again, but for lines with one of these words.
async fn again(at: &At, db: &Db, but: &[&str]) -> Found {
    let but = |text: String| {
        let lines = text.lines().filter(|line| but.iter().all(|word| !line.contains(word)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let found = found(db).await;
    let fresh = made(at, &found.state()).await;
    let twice = self::found(&fresh).await;
    for (one, other) in found.tables.iter().zip(&twice.tables) {
        assert_eq!(one, other);
    }
    assert_eq!(found, twice);
    let (one, other) = (described(&fresh).await, described(db).await);
    same(&but(one), &but(other), "what the database says");
    let (one, other) = (shape(at, &fresh).await, shape(at, db).await);
    same(&but(one), &but(other), "made of what was found");
    found
}

async fn made_tables_are_found(at: At) {
    let db = at.db.with_models(crate::tables::library());
    db.create_tables().await.unwrap();
    let found = again(&at, &db, &[]).await;
    let notes: Vec<&String> = found.tables.iter().flat_map(|table| &table.notes).collect();
    assert!(notes.is_empty(), "{notes:?}");
    let names: Vec<&str> = found.tables.iter().map(|own| own.state.model.as_str()).collect();
    let expected =
        ["Author", "AuthorFriends", "Book", "BookAuthors", "Chapter", "Publisher", "Shelf"];
    assert_eq!(names, expected);
}

async fn tables_of_every_kind_are_found(at: At) {
    let db = at.db.with_models(crate::tables::kinds());
    db.create_tables().await.unwrap();
    again(&at, &db, &[]).await;
}

/// Models that were printed for a database: what they say is what was found, and what they make is
/// what was there.
async fn printed(at: &At, found: &Found, all: Models) {
    let mut wanted = snapshot(&all).unwrap().kept();
    for table in wanted.tables.changing(|_| true) {
        table.owner = String::new();
    }
    for (name, table) in wanted.tables.iter() {
        assert_eq!(Some(table), found.state().tables.get(name));
    }
    assert_eq!(wanted, found.state());
    let fresh = Db::open(&at.server.fresh().await).await.unwrap().with_models(all);
    fresh.create_tables().await.unwrap();
    assert_eq!(&self::found(&fresh).await, found);
}

/// Migrations take the tables over as they are, and find nothing to do.
async fn taken_over(at: &At, db: &Db, all: &Models) {
    let before = shape(at, db).await;
    let state = snapshot(all).unwrap();
    let history = history(&state);
    let migrator = Migrator::new(db, &history).fake_initial();
    migrator.run(&Target::Newest, &mut |_| {}).await.unwrap();
    assert_eq!(Migrator::new(db, &history).way(&Target::Newest).await.unwrap().len(), 0);
    same(&shape(at, db).await, &before, "taken over");
    let replayed = history.state().unwrap();
    assert!(diff(&replayed, &state, &mut Says("1")).unwrap().is_empty());
}

async fn django_s_tables_are_found(at: At) {
    let (script, file, all) = match at.dialect.name {
        "PostgreSQL" => (
            include_str!("django_postgres.sql"),
            expect_file!["django_postgres.rs"],
            django_postgres::all(),
        ),
        "MariaDB" | "MySQL" => {
            (include_str!("django_mysql.sql"), expect_file!["django_mysql.rs"], django_mysql::all())
        }
        _ => (
            include_str!("django_sqlite.sql"),
            expect_file!["django_sqlite.rs"],
            django_sqlite::all(),
        ),
    };
    at.db.script(&carafe_db::Statement::raw(script)).await.unwrap();
    let found = self::found(&at.db).await;
    file.assert_eq(&found.source());
    // The table of Django's cache, which no model of its describes, lacks an index for the beginnings of
    // its key; and Django's names are one character longer on MySQL than on other databases.
    let but = ["django_cache_cache_key_ad06b414_like", "_078bbc8b_fk_django_fl"];
    assert_eq!(again(&at, &at.db, &but).await, found);
    printed(&at, &found, all.clone()).await;
    taken_over(&at, &at.db, &all).await;
}

async fn odd_names_and_types_are_found(at: At) {
    let (script, file, all) = match at.dialect.name {
        "PostgreSQL" => {
            (include_str!("odd_postgres.sql"), expect_file!["odd_postgres.rs"], odd_postgres::all())
        }
        "MariaDB" | "MySQL" => {
            (include_str!("odd_mysql.sql"), expect_file!["odd_mysql.rs"], odd_mysql::all())
        }
        _ => (include_str!("odd_sqlite.sql"), expect_file!["odd_sqlite.rs"], odd_sqlite::all()),
    };
    at.db.script(&carafe_db::Statement::raw(script)).await.unwrap();
    let inspect = Inspect::of(&at.db).managed().with_views().with_partitions();
    let found = inspect.find().await.unwrap();
    file.assert_eq(&found.source());
    let mut wanted = snapshot(&all).unwrap().kept();
    for table in wanted.tables.changing(|_| true) {
        table.owner = String::new();
    }
    for (name, table) in wanted.tables.iter() {
        assert_eq!(Some(table), found.state().tables.get(name));
    }
    assert_eq!(wanted, found.state());
}

async fn an_empty_database_has_nothing(at: At) {
    let found = Inspect::of(&at.db).with_views().with_partitions().find().await.unwrap();
    assert_eq!(found.tables, []);
    assert!(found.source().contains("// There are no tables."));
    // Where migrations note what was applied is no table of anybody.
    let history = history(&State::default());
    Migrator::new(&at.db, &history).run(&Target::Newest, &mut |_| {}).await.unwrap();
    assert_eq!(self::found(&at.db).await.tables, []);
}

async fn tables_are_chosen(at: At) {
    at.make("create table one (id {id})").await;
    at.make("create table two (id {id}, one_id bigint not null references one (id))").await;
    at.make("create view three as select id from one").await;
    let names = async |inspect: Inspect<'_>| {
        let found = inspect.find().await.unwrap();
        let names = found.tables.into_iter().map(|own| own.state.name);
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(Inspect::of(&at.db)).await, "one two");
    assert_eq!(names(Inspect::of(&at.db).with_views()).await, "one three two");
    assert_eq!(names(Inspect::of(&at.db).tables(["two"])).await, "two");
    assert_eq!(names(Inspect::of(&at.db).tables(["three"])).await, "three");
    let alone = Inspect::of(&at.db).tables(["two"]).find().await.unwrap();
    assert!(alone.source().contains("pub one_id: i64,"), "{}", alone.source());
    let error = Inspect::of(&at.db).tables(["tow"]).find().await.unwrap_err();
    assert_eq!(error.message(), "the database has no table `tow`");
    assert_eq!(error.advice(), Some("did you mean `two`?"));
}
