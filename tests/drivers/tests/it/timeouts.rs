//! What is slow, and what is not there.

use std::time::Duration;

use carafe_core::Kind;
use driver_tests::{At, add, all, checks};

checks![
    nobody_waits_for_ever_for_a_connection needs Connections,
    a_slow_query_holds_up_nobody_else needs Connections,
    a_query_that_is_given_up_leaves_the_database_usable,
    a_query_that_is_given_up_leaves_its_transaction_alive needs Interrupts,
];

async fn nobody_waits_for_ever_for_a_connection(at: At) {
    let db = at.with(|settings| settings.connections(1).wait(Duration::from_millis(100)));
    let open = db.begin().await.unwrap();
    let late = db.begin().await.unwrap_err();
    assert_eq!(late.kind(), Kind::Timeout, "{late:?}");
    open.rollback().await.unwrap();
    db.begin().await.unwrap().rollback().await.unwrap();
}

async fn a_slow_query_holds_up_nobody_else(at: At) {
    let db = at.names().await;
    let slow = tokio::spawn({
        let (db, sql) = (db.clone(), at.sql("{slow}"));
        async move { db.query_scalar::<i64>(sql, (1000,)).one().await }
    });
    let mut others = 0;
    while !slow.is_finished() {
        assert_eq!(all(&db).await, "");
        others += 1;
        tokio::task::yield_now().await;
    }
    slow.await.unwrap().unwrap();
    assert!(others > 3, "{others}");
}

async fn a_query_that_is_given_up_leaves_the_database_usable(at: At) {
    let db = at.names().await;
    for _ in 0..20 {
        let endless = db.query_scalar::<i64>(at.sql("{slow}"), (3_600_000,)).one().await_for(5);
        assert!(endless.await.is_err());
    }
    let given_up = db.atomic(async |tx| {
        add(tx, "x").await?;
        tx.query_scalar::<i64>(at.sql("{slow}"), (3_600_000,)).one().await
    });
    assert!(given_up.await_for(20).await.is_err());
    add(&db, "a").await.unwrap();
    assert_eq!(all(&db).await, "a");
}

async fn a_query_that_is_given_up_leaves_its_transaction_alive(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        let endless = tx.query_scalar::<i64>(at.sql("{slow}"), (3_600_000,)).one();
        assert!(endless.await_for(5).await.is_err());
        add(tx, "b").await
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a b");
}

/// Gives a future up after some milliseconds.
trait AwaitFor: Future + Sized {
    fn await_for(self, millis: u64) -> tokio::time::Timeout<Self> {
        tokio::time::timeout(Duration::from_millis(millis), self)
    }
}

impl<F: Future> AwaitFor for F {}
