//! Transactions with options.

use carafe_core::Result;
use carafe_db::{Db, Isolation};
use driver_tests::{At, add, all, checks};

checks![
    every_isolation_can_be_asked_for,
    one_that_only_reads_refuses_to_write,
    one_that_only_reads_waits_for_no_writer needs Connections,
    repeatable_reads_see_one_state needs Connections,
    two_that_meet_are_tried_again needs Serializable,
    a_durable_one_is_part_of_no_other,
    a_durable_one_stands_in_a_test,
];

async fn every_isolation_can_be_asked_for(at: At) {
    let db = at.names().await;
    let levels = [
        Isolation::ReadUncommitted,
        Isolation::ReadCommitted,
        Isolation::RepeatableRead,
        Isolation::Serializable,
    ];
    for level in levels {
        db.transaction()
            .isolation(level)
            .atomic(async |tx| add(tx, level.sql()).await)
            .await
            .unwrap();
    }
    let open = db.transaction().serializable().read_only().deferrable().begin().await.unwrap();
    assert_eq!(
        all(open.db()).await,
        "READ COMMITTED READ UNCOMMITTED REPEATABLE READ SERIALIZABLE"
    );
    open.commit().await.unwrap();
}

async fn one_that_only_reads_refuses_to_write(at: At) {
    let db = at.names().await;
    add(&db, "a").await.unwrap();
    let reading = db.transaction().read_only();
    let refused = reading
        .atomic(async |tx| {
            assert_eq!(all(tx).await, "a");
            add(tx, "b").await
        })
        .await
        .unwrap_err();
    assert!(refused.advice().unwrap().contains("read_only"), "{refused:?}");
    assert!(refused.place().unwrap().starts_with("insert into name"), "{refused:?}");
    let nested = reading.atomic(async |tx| tx.atomic(async |tx| add(tx, "b").await).await).await;
    assert!(nested.is_err());
    // Nothing of it stays with the connection.
    for name in ["c", "d", "e", "f"] {
        assert!(!reading.atomic(async |tx| Ok(all(tx).await)).await.unwrap().is_empty());
        add(&db, name).await.unwrap();
        db.atomic(async |tx| add(tx, &name.repeat(2)).await).await.unwrap();
    }
    assert_eq!(all(&db).await, "a c cc d dd e ee f ff");
}

async fn one_that_only_reads_waits_for_no_writer(at: At) {
    let db = at.names().await;
    let writing = db.begin().await.unwrap();
    add(writing.db(), "a").await.unwrap();
    let seen = db.transaction().read_only().atomic(async |tx| Ok(all(tx).await)).await.unwrap();
    assert_eq!(seen, "");
    writing.commit().await.unwrap();
    assert_eq!(all(&db).await, "a");
}

async fn repeatable_reads_see_one_state(at: At) {
    let db = at.names().await;
    add(&db, "a").await.unwrap();
    let reading = db.transaction().repeatable_read().read_only();
    reading
        .atomic(async |tx| {
            assert_eq!(all(tx).await, "a");
            add(&db.outside(), "b").await?;
            assert_eq!((all(tx).await.as_str(), all(&db.outside()).await.as_str()), ("a", "a b"));
            Ok(())
        })
        .await
        .unwrap();
}

async fn two_that_meet_are_tried_again(at: At) {
    at.make("create table counter (id {integer}, hits {integer})").await;
    at.make("insert into counter values (1, 0), (2, 0)").await;
    let (db, dialect) = (at.db, at.dialect);
    // Each reads both rows and writes one: together they would see what no order of them could.
    let hit = async |db: &Db, row: i64| -> Result<()> {
        db.transaction()
            .serializable()
            .atomic_retry(20, async |tx| {
                let sum: i64 = tx
                    .query_scalar(
                        dialect.sql("select cast(sum(hits) {as integer}) from counter"),
                        (),
                    )
                    .one()
                    .await?;
                tokio::task::yield_now().await;
                tx.execute("update counter set hits = ? where id = ?", (sum + 1, row)).await?;
                Ok(())
            })
            .await
    };
    for _ in 0..10 {
        tokio::try_join!(hit(&db, 1), hit(&db, 2)).unwrap();
    }
    let rows: Vec<i64> =
        db.query_scalar("select hits from counter order by hits", ()).all().await.unwrap();
    // One after the other, each larger than the sum before it.
    assert!(rows[1] > rows[0] && rows[0] > 0, "{rows:?}");
}

async fn a_durable_one_is_part_of_no_other(at: At) {
    let db = at.names().await;
    let durable = db.transaction().durable();
    durable.atomic(async |tx| add(tx, "a").await).await.unwrap();
    let nested = db
        .atomic(async |tx| {
            add(tx, "b").await?;
            durable.atomic(async |tx| add(tx, "c").await).await
        })
        .await
        .unwrap_err();
    assert!(nested.message().contains("cannot be nested within another"), "{nested}");
    let begun = db.atomic(async |_| durable.begin().await.map(drop)).await.unwrap_err();
    assert!(begun.message().contains("cannot be nested within another"), "{begun}");
    assert_eq!(all(&db).await, "a");
}

async fn a_durable_one_stands_in_a_test(at: At) {
    let db = at.names().await;
    let open = db.begin().await.unwrap();
    let durable = open.db().transaction().durable();
    durable.atomic(async |tx| add(tx, "a").await).await.unwrap();
    let nested = open.db().atomic(async |_| durable.atomic(async |_| Ok(())).await).await;
    assert!(nested.unwrap_err().message().contains("durable"));
    open.rollback().await.unwrap();
    assert_eq!(all(&db).await, "");
}
