//! What the database refuses, as errors.

use carafe_core::Kind;
use carafe_db::{Db, Violation, ViolationKind};

async fn shop() -> Db {
    let db = Db::open("sqlite::memory:").await.unwrap();
    let script = "
        create table customer (id integer primary key, name text not null unique, age integer constraint grown check (age >= 18));
        create table sale (id integer primary key, customer integer not null references customer, place text, number integer, unique (place, number));
        create table tag (label text); create unique index lower_label on tag (lower(label)); insert into tag values ('Rust');
        create trigger no_update before update on sale begin select raise(abort, 'sales stay as they are'); end;";
    assert!(db.create_schema(script).await.unwrap());
    db.execute("insert into customer values (1, 'ada', 36)", ()).await.unwrap();
    db.execute("insert into sale values (1, 1, 'Oslo', 5)", ()).await.unwrap();
    db
}

async fn check(sql: &'static str, expected: Violation) {
    let error = shop().await.execute(sql, ()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{sql}");
    assert_eq!(error.cause::<Violation>(), Some(&expected), "{sql}");
    assert!(error.place().unwrap().starts_with(sql), "{error}");
    assert!(error.place().unwrap().contains("errors.rs:"), "{error}");
}

#[tokio::test]
async fn violations_name_table_columns_and_constraint() {
    use ViolationKind::{Check, ForeignKey, NotNull, Trigger, Unique};
    let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    check(
        "insert into customer values (2, 'ada', 20)",
        Violation::new(Unique).on("customer", columns(&["name"])),
    )
    .await;
    check(
        "insert into customer values (1, 'bob', 20)",
        Violation::new(Unique).on("customer", columns(&["id"])),
    )
    .await;
    check("insert into tag values ('RUST')", Violation::new(Unique).named("lower_label")).await;
    check(
        "insert into sale values (2, 1, 'Oslo', 5)",
        Violation::new(Unique).on("sale", columns(&["place", "number"])),
    )
    .await;
    check(
        "insert into customer values (2, null, 20)",
        Violation::new(NotNull).on("customer", columns(&["name"])),
    )
    .await;
    check("insert into customer values (2, 'bob', 3)", Violation::new(Check).named("grown")).await;
    check("insert into sale values (2, 9, 'Rome', 1)", Violation::new(ForeignKey)).await;
    check("delete from customer", Violation::new(ForeignKey)).await;
    check("update sale set number = 1", Violation::new(Trigger).named("sales stay as they are"))
        .await;
}

#[tokio::test]
async fn a_mistake_in_the_sql_shows_the_sql_and_the_line() {
    let db = shop().await;
    let line = line!() + 1;
    let error = db.query_scalar::<i64>("select  nme\n from customer", ()).one().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Internal);
    assert_eq!(error.message(), "no such column: nme");
    assert_eq!(error.place().unwrap(), format!("select nme from customer ({}:{line})", file!()));
}
