//! What the database refuses, as errors.

use carafe_core::Kind;
use carafe_db::{Failure, Violation, ViolationKind};
use driver_tests::{Ability, At, checks};

checks![
    violations_name_table_columns_and_constraint,
    an_index_over_an_expression_has_a_name needs ExpressionIndexes,
    a_mistake_in_the_sql_shows_the_sql_and_the_line,
    a_missing_table_is_told,
];

async fn shop(at: &At) {
    at.make("create table customer (id {id}, name {key} not null, age {integer}, constraint grown check (age >= 18), constraint name_once unique (name))").await;
    at.make("create table sale (id {id}, customer {integer} not null, place {key}, number {integer}, constraint place_once unique (place, number), constraint of_customer foreign key (customer) references customer (id))").await;
    at.make("insert into customer values (1, 'ada', 36)").await;
    at.make("insert into sale values (1, 1, 'Oslo', 5)").await;
}

async fn check(
    at: &At,
    sql: &'static str,
    kind: ViolationKind,
    constraint: &str,
    table: &str,
    columns: &[&str],
) {
    let error = at.db.execute(sql, ()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{sql}: {error:?}");
    let violation = error.cause::<Violation>().unwrap();
    assert_eq!(violation.kind(), kind, "{sql}");
    // What the database tells must be right, and those that tell the columns tell the name.
    match violation.constraint() {
        Some(told) => assert_eq!(told, constraint, "{sql}"),
        None => assert!(constraint.is_empty() || !at.can(Ability::NamesColumns), "{sql}"),
    }
    if at.can(Ability::NamesColumns) || !violation.columns().is_empty() {
        assert_eq!(violation.table(), Some(table), "{sql}");
        assert_eq!(violation.columns(), columns, "{sql}");
    }
    assert!(error.place().unwrap().starts_with(sql), "{error}");
    assert!(error.place().unwrap().contains("errors.rs:"), "{error}");
    // It is the same in a transaction.
    let inside = at.db.atomic(async |tx| tx.execute(sql, ()).await).await.unwrap_err();
    assert_eq!(inside.cause::<Violation>(), Some(violation), "{sql}");
}

async fn violations_name_table_columns_and_constraint(at: At) {
    use ViolationKind::{Check, ForeignKey, NotNull, Unique};
    shop(&at).await;
    let name_once = "insert into customer values (2, 'ada', 20)";
    check(&at, name_once, Unique, "name_once", "customer", &["name"]).await;
    let place_once = "insert into sale values (2, 1, 'Oslo', 5)";
    check(&at, place_once, Unique, "place_once", "sale", &["place", "number"]).await;
    let key = "insert into customer values (1, 'bob', 20)";
    let name = if at.dialect.name == "PostgreSQL" { "customer_pkey" } else { "PRIMARY" };
    check(&at, key, Unique, name, "customer", &["id"]).await;
    let null = "insert into customer values (2, null, 20)";
    check(&at, null, NotNull, "", "customer", &["name"]).await;
    let grown = "insert into customer values (2, 'bob', 3)";
    check(&at, grown, Check, "grown", "customer", &["age"]).await;
    let missing = "insert into sale values (2, 9, 'Rome', 1)";
    check(&at, missing, ForeignKey, "of_customer", "sale", &["customer"]).await;
    let held = "delete from customer where id = 1";
    check(&at, held, ForeignKey, "of_customer", "sale", &["customer"]).await;
}

async fn an_index_over_an_expression_has_a_name(at: At) {
    at.make("create table tag (label {key})").await;
    at.make("create unique index lower_label on tag ((lower(label)))").await;
    at.make("insert into tag values ('Rust')").await;
    let error = at.db.execute("insert into tag values ('RUST')", ()).await.unwrap_err();
    assert_eq!(error.cause::<Violation>().unwrap().constraint(), Some("lower_label"));
}

async fn a_mistake_in_the_sql_shows_the_sql_and_the_line(at: At) {
    shop(&at).await;
    let line = line!() + 2;
    let query = at.db.query_scalar::<i64>("select  nme\n from customer", ());
    let error = query.one().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Internal);
    assert!(error.message().contains("nme"), "{error:?}");
    assert_eq!(error.place().unwrap(), format!("select nme from customer ({}:{line})", file!()));
}

async fn a_missing_table_is_told(at: At) {
    let error = at.db.execute("delete from nowhere", ()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Internal);
    assert!(error.message().contains("nowhere"), "{error:?}");
    // Whether a migration is missing is asked for such errors only.
    let is_unknown =
        |error: &carafe_core::Error| error.cause::<Failure>().unwrap().is_unknown_name();
    assert!(is_unknown(&error));
    shop(&at).await;
    for sql in ["select nme from customer", "insert into customer (nme) values ('ada')"] {
        let error = at.db.execute(sql, ()).await.unwrap_err();
        assert!(is_unknown(&error), "{sql}: {error:?}");
    }
    let error = at.db.execute("select from from from", ()).await.unwrap_err();
    assert!(!is_unknown(&error), "{error:?}");
}
