//! `&db` inside of its own transaction.

use carafe_db::Db;

use crate::{add, all, in_file, names};

#[tokio::test]
async fn db_inside_of_its_transaction_says_use_tx() {
    let (db, _folder) = in_file().await;
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

#[tokio::test]
async fn outside_steps_out_of_the_transaction() {
    let (db, _folder) = in_file().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        assert_eq!(all(&db.outside()).await, "");
        assert_eq!(all(tx).await, "a");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn other_databases_and_other_tasks_are_free() {
    let (db, other) = (in_file().await, names().await);
    let (db, _folder) = db;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        add(&other, "b").await?;
        other.atomic(async |tx| add(tx, "c").await).await?;
        let elsewhere = tokio::spawn({
            let db: Db = db.clone();
            async move { all(&db).await }
        });
        assert_eq!(elsewhere.await.unwrap(), "");
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!((all(&db).await.as_str(), all(&other).await.as_str()), ("a", "b c"));
}
