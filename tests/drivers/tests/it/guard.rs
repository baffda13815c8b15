//! `&db` inside of its own transaction.

use carafe_db::Db;
use driver_tests::{At, add, all, checks};

checks![
    db_inside_of_its_transaction_says_use_tx,
    outside_steps_out_of_the_transaction needs Connections,
    other_databases_and_other_tasks_are_free needs Connections,
];

async fn db_inside_of_its_transaction_says_use_tx(at: At) {
    let db = at.names().await;
    let refused = db
        .atomic(async |tx| {
            add(tx, "a").await?;
            tx.atomic(async |_| add(&db, "b").await).await
        })
        .await
        .unwrap_err();
    assert!(refused.advice().unwrap().contains("use `tx`"), "{refused}");
    assert!(refused.place().unwrap().starts_with("insert into name values (?)"), "{refused}");
    let nested = db
        .atomic(async |_| db.clone().atomic(async |tx| add(tx, "c").await).await)
        .await
        .unwrap_err();
    assert!(nested.advice().unwrap().contains("use `tx`"), "{nested}");
    assert_eq!(all(&db).await, "");
}

async fn outside_steps_out_of_the_transaction(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        assert_eq!(all(&db.outside()).await, "");
        assert_eq!(all(tx).await, "a");
        Ok(())
    })
    .await
    .unwrap();
}

async fn other_databases_and_other_tasks_are_free(at: At) {
    let db = at.names().await;
    let other = at.with(|settings| settings);
    db.atomic(async |tx| {
        assert_eq!(all(&other).await, "");
        add(tx, "a").await?;
        assert_eq!(all(&other).await, "");
        let elsewhere = tokio::spawn({
            let db: Db = db.clone();
            async move { all(&db).await }
        });
        assert_eq!(elsewhere.await.unwrap(), "");
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&other).await, "a");
}
