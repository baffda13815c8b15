//! The first tables.

use driver_tests::{At, all, checks};

checks![
    a_schema_is_made_once_and_whole needs Connections,
    a_schema_with_a_mistake_leaves_nothing needs TransactionalTables,
    a_script_may_hold_many_statements_and_no_open_end,
    a_script_is_part_of_its_transaction,
    a_handle_with_a_schema_makes_it_first,
];

const SCRIPT: &str = "create table a (id integer primary key); create table b (a integer references a (id)); insert into a values (1);";

async fn a_schema_is_made_once_and_whole(at: At) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = at.with(|settings| settings);
            tokio::spawn(async move { db.create_schema(SCRIPT).await.unwrap() })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        made += usize::from(task.await.unwrap());
    }
    assert_eq!(made, 1);
    assert_eq!(at.db.query_scalar::<i64>("select count(*) from a", ()).one().await.unwrap(), 1);
}

async fn a_schema_with_a_mistake_leaves_nothing(at: At) {
    const BROKEN: &str = "create table a (a integer); create tabel b (b integer);";
    let error = at.db.create_schema(BROKEN).await.unwrap_err();
    assert_eq!(error.place(), Some("the schema script"));
    assert!(at.db.create_schema("create table a (a integer)").await.unwrap());
}

async fn a_script_may_hold_many_statements_and_no_open_end(at: At) {
    let db = at.names().await;
    let script = "insert into name values ('a;b'); insert into name values ('c')";
    db.execute_script(script).await.unwrap();
    let open = db.execute_script("begin; insert into name values ('d')").await.unwrap_err();
    assert!(open.advice().unwrap().contains("COMMIT"), "{open}");
    assert_eq!(all(&db).await, "a;b c");
}

async fn a_script_is_part_of_its_transaction(at: At) {
    let db = at.names().await;
    let whole = "insert into name values ('a'); insert into name values ('?')";
    db.atomic(async |tx| tx.execute_script(whole).await).await.unwrap();
    let broken = "insert into name values ('b'); insert into name values ('a')";
    let failed = db.atomic(async |tx| tx.execute_script(broken).await).await.unwrap_err();
    assert_eq!(failed.kind(), carafe_core::Kind::Conflict);
    assert!(failed.place().unwrap().contains("schema.rs"), "{failed:?}");
    assert_eq!(all(&db).await, "? a");
}

async fn a_handle_with_a_schema_makes_it_first(at: At) {
    const SCRIPT: &str = "create table a (a integer); insert into a values (1)";
    let count = async |db: &carafe_db::Db| {
        db.query_scalar::<i64>("select count(*) from a", ()).one().await.unwrap()
    };
    let (one, two) = (at.db.with_schema(SCRIPT), at.db.with_schema(SCRIPT));
    assert_eq!(tokio::join!(count(&one), count(&two), count(&one)), (1, 1, 1));
}
