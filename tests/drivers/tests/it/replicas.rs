//! Copies that only read. A second database stands for the copy: what it holds tells who answered.

use std::time::Duration;

use carafe_core::Kind;
use carafe_db::{DatabaseSettings, Db, Executor};
use driver_tests::{At, add, all, checks};

checks![
    what_is_known_to_read_goes_to_a_copy,
    after_a_write_the_primary_answers_for_a_while,
    transactions_and_fresh_reads_stay_with_the_primary,
    a_copy_that_is_gone_is_passed_over,
    an_error_of_a_copy_is_an_error,
    settings_name_copies needs Connections,
];

const LONG: Duration = Duration::from_hours(1);

/// A database with the row `primary`, and one with the row `copy`.
async fn two(at: &At) -> (Db, Db) {
    let copy = Db::open(at.server.fresh().await).await.unwrap();
    for (db, name) in [(&at.db, "primary"), (&copy, "copy")] {
        db.execute(at.sql("create table name (name {key} not null unique)"), ()).await.unwrap();
        add(db, name).await.unwrap();
    }
    (at.db.clone(), copy)
}

/// A database that nobody can reach.
fn gone() -> Db {
    let settings = DatabaseSettings::new("sqlite:/nowhere/at/all/copy.sqlite3");
    Db::from_settings(&settings).unwrap()
}

const NAME: &str = "select min(name) from name";

async fn who(db: &dyn Executor) -> String {
    db.query_scalar(NAME, ()).only_reads().one().await.unwrap()
}

async fn what_is_known_to_read_goes_to_a_copy(at: At) {
    let (primary, copy) = two(&at).await;
    let db = primary.with_replicas([copy], LONG);
    for _ in 0..5 {
        assert_eq!(who(&db).await, "copy");
        let mut stream = db.query_scalar::<String>(NAME, ()).only_reads().stream();
        assert_eq!(stream.try_next().await.unwrap().unwrap(), "copy");
        assert!(stream.try_next().await.unwrap().is_none());
    }
    // SQL by hand may do anything.
    let by_hand: String = db.query_scalar(NAME, ()).one().await.unwrap();
    assert_eq!(by_hand, "primary");
}

async fn after_a_write_the_primary_answers_for_a_while(at: At) {
    let (primary, copy) = two(&at).await;
    let db = primary.with_replicas([copy.clone()], LONG);
    assert_eq!(who(&db).await, "copy");
    add(&db, "z").await.unwrap();
    assert_eq!((who(&db).await.as_str(), who(&db.clone()).await.as_str()), ("primary", "primary"));
    // Where nothing is ever behind, the copy answers at once.
    let quick = primary.with_replicas([copy.clone()], Duration::ZERO);
    add(&quick, "y").await.unwrap();
    assert_eq!(who(&quick).await, "copy");
    let db = primary.with_replicas([copy.clone()], LONG);
    assert_eq!(who(&db).await, "copy");
    db.transaction().read_only().atomic(async |tx| Ok(who(tx).await)).await.unwrap();
    assert_eq!(who(&db).await, "copy");
    db.atomic(async |tx| add(tx, "x").await).await.unwrap();
    assert_eq!(who(&db).await, "primary");
}

async fn transactions_and_fresh_reads_stay_with_the_primary(at: At) {
    let (primary, copy) = two(&at).await;
    let db = primary.with_replicas([copy], LONG);
    assert_eq!(who(&db.primary()).await, "primary");
    assert_eq!(who(&db).await, "copy");
    let inside = db.transaction().read_only().atomic(async |tx| Ok(who(tx).await)).await;
    assert_eq!(inside.unwrap(), "primary");
    let open = db.begin().await.unwrap();
    assert_eq!(who(open.db()).await, "primary");
    open.rollback().await.unwrap();
    // A fresh handle that writes is known too.
    let db = primary.with_replicas([db.primary()], LONG);
    add(&db.primary(), "z").await.unwrap();
    assert_eq!(who(&db).await, "primary");
}

async fn a_copy_that_is_gone_is_passed_over(at: At) {
    let (primary, copy) = two(&at).await;
    let db = primary.with_replicas([gone(), copy, gone()], LONG);
    for _ in 0..6 {
        assert_eq!(who(&db).await, "copy");
    }
    let db = primary.with_replicas([gone(), gone()], LONG);
    for _ in 0..3 {
        assert_eq!(who(&db).await, "primary");
        let mut stream = db.query_scalar::<String>(NAME, ()).only_reads().stream();
        assert_eq!(stream.try_next().await.unwrap().unwrap(), "primary");
    }
}

async fn an_error_of_a_copy_is_an_error(at: At) {
    let (primary, copy) = two(&at).await;
    at.make("create table later (id {integer})").await;
    let db = primary.with_replicas([copy], LONG);
    let failed = db.query_scalar::<i64>("select count(*) from later", ()).only_reads().one().await;
    assert_eq!(failed.unwrap_err().kind(), Kind::Internal);
}

async fn settings_name_copies(at: At) {
    let (_, copy) = two(&at).await;
    drop(copy);
    let other = at.server.fresh().await;
    let empty = Db::open(&other).await.unwrap();
    empty.execute(at.sql("create table name (name {key} not null unique)"), ()).await.unwrap();
    add(&empty, "copy").await.unwrap();
    let db = at.with(|settings| settings.replica(&other).lag(LONG));
    assert_eq!(who(&db).await, "copy");
    assert_eq!(who(&db.primary()).await, "primary");
    add(&db, "z").await.unwrap();
    assert_eq!((who(&db).await.as_str(), all(&db).await.as_str()), ("primary", "primary z"));
}
