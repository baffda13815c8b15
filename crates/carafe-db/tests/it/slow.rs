//! A slow query holds up nobody else.

use std::time::Duration;

use carafe_core::Kind;

use crate::{add, all, in_file, names};

const SLOW: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select count(*) from n";

#[tokio::test(flavor = "current_thread")]
async fn a_slow_query_does_not_stop_the_runtime() {
    let (db, _folder) = in_file().await;
    // Quick many times, so that it is trusted; then slow.
    for _ in 0..10 {
        assert_eq!(db.query_scalar::<i64>(SLOW, (10,)).one().await.unwrap(), 10);
    }
    let slow = tokio::spawn({
        let db = db.clone();
        async move { db.query_scalar::<i64>(SLOW, (100_000_000,)).one().await }
    });
    // If it had the only thread, the first turn would come after it.
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(all(&db).await, "");
    }
    assert!(!slow.is_finished());
    slow.abort();
    assert!(slow.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn a_query_that_nobody_waits_for_is_interrupted() {
    for db in [in_file().await, (names().await, tempfile::tempdir().unwrap())] {
        let (db, _folder) = db;
        for _ in 0..10 {
            let endless = db.query_scalar::<i64>(SLOW, (i64::MAX,)).one();
            assert!(tokio::time::timeout(Duration::from_millis(5), endless).await.is_err());
        }
        // Those that went on would hold all connections.
        add(&db, "a").await.unwrap();
        assert_eq!(all(&db).await, "a");
    }
}

#[tokio::test]
async fn a_query_that_is_given_up_leaves_its_transaction_alive() {
    let db = names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        let endless = tx.query_scalar::<i64>(SLOW, (i64::MAX,)).one();
        assert!(tokio::time::timeout(Duration::from_millis(5), endless).await.is_err());
        add(tx, "b").await
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a b");
}

#[tokio::test]
async fn a_row_that_panics_panics_where_it_was_asked_for() {
    struct Panics;
    impl carafe_db::FieldType for Panics {
        fn from_reader(
            reader: &mut dyn carafe_db::Reader,
            column: usize,
        ) -> carafe_model::Result<Self> {
            match reader.i64(column)? {
                1 => panic!("on purpose"),
                _ => Ok(Self),
            }
        }
        fn into_value(self) -> carafe_db::Value {
            carafe_db::Value::Null
        }
    }
    let (db, _folder) = in_file().await;
    for _ in 0..6 {
        db.query_scalar::<Panics>("select ?", (0,)).one().await.unwrap();
        let db = db.clone();
        let task =
            tokio::spawn(
                async move { db.query_scalar::<Panics>("select ?", (1,)).one().await.is_ok() },
            );
        assert!(task.await.unwrap_err().is_panic());
    }
    let error = db.query_scalar::<Panics>("select 'x' as p", ()).one().await.err().unwrap();
    assert_eq!(error.kind(), Kind::Internal);
}
