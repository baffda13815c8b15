//! Who sees the statements that run.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use carafe_core::{Error, Result};
use carafe_db::{Db, assert_queries};
use driver_tests::{At, add, all, checks};

checks![
    statements_are_counted_wherever_they_run,
    what_they_did_is_told_and_no_values,
    a_count_that_is_wrong_lists_them,
    others_are_not_counted,
];

async fn statements_are_counted_wherever_they_run(at: At) {
    let counted = at.names().await.counted();
    add(&*counted, "a").await.unwrap();
    counted.assert_count(1);
    counted
        .atomic(async |tx| {
            add(tx, "b").await?;
            tx.atomic(async |tx| add(tx, "c").await).await?;
            let mut names = tx.query_scalar::<String>("select name from name", ()).stream();
            while names.try_next().await?.is_some() {}
            Ok(())
        })
        .await
        .unwrap();
    counted.assert_count(4);
    counted.reset();
    let open = counted.begin().await.unwrap();
    add(open.db(), "d").await.unwrap();
    open.db().atomic(async |tx| add(tx, "e").await).await.unwrap();
    open.rollback().await.unwrap();
    counted.clone().atomic_retry(2, async |tx| add(tx, "f").await).await.unwrap();
    assert_eq!(counted.count(), 3);
    assert_eq!(all(counted.db()).await, "a b c f");
    assert_eq!(counted.count(), 4);
}

async fn what_they_did_is_told_and_no_values(at: At) {
    let db = at.names().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = seen.clone();
    let watched = db.watch(move |ran| {
        let line = ran.caller().map(|caller| caller.file().ends_with("watch.rs"));
        let told = (ran.sql().to_owned(), ran.rows(), ran.changed(), ran.error().is_some());
        list.lock().unwrap().push((told, line, ran.to_string()));
    });
    let insert = "insert into name values (?), (?)";
    watched.execute(insert, ("secret", "hidden")).await.unwrap();
    let select = "select name from name where name > ?";
    let names: Vec<String> = watched.query_scalar(select, ("a",)).all().await.unwrap();
    assert_eq!(names.len(), 2);
    assert!(watched.execute(insert, ("secret", "other")).await.is_err());
    let mut stream = watched.query_scalar::<String>(select, ("a",)).stream().batches_of(1);
    assert!(stream.try_next().await.unwrap().is_some());
    drop(stream);
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let told: Vec<_> = seen.iter().map(|(told, ..)| told.clone()).collect();
    let wanted =
        [(insert, 0, 2, false), (select, 2, 0, false), (insert, 0, 0, true), (select, 1, 0, false)];
    assert_eq!(
        told,
        wanted.map(|(sql, rows, changed, failed)| (sql.to_owned(), rows, changed, failed))
    );
    assert!(seen.iter().all(|(_, line, _)| *line == Some(true)), "{seen:?}");
    assert!(seen.iter().all(|(.., text)| !text.contains("secret")), "{seen:?}");
    assert!(seen[2].2.ends_with("failed"), "{seen:?}");
}

async fn a_count_that_is_wrong_lists_them(at: At) {
    let db = at.names().await;
    let two = async |db: &Db| -> Result<()> {
        add(db, "a").await?;
        all(db).await;
        db.execute("delete from name", ()).await.map(drop)
    };
    assert_queries(3, async || two(&db).await).await.unwrap();
    let wrong = tokio::spawn({
        let db = db.clone();
        async move { assert_queries(2, async || two(&db).await).await }
    });
    let panic = wrong.await.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.starts_with("3 statements ran where 2 were expected ("), "{message}");
    assert!(message.contains("\n  3. delete from name ("), "{message}");
    assert!(message.matches("watch.rs:").count() >= 2, "{message}");
    let counted = db.counted();
    add(&*counted, "b").await.unwrap();
    let wrong = std::panic::catch_unwind(AssertUnwindSafe(|| counted.assert_count(0)));
    assert!(wrong.is_err());
}

async fn others_are_not_counted(at: At) {
    let db = at.names().await;
    let counted = db.counted();
    add(&db, "a").await.unwrap();
    counted.assert_count(0);
    let done = assert_queries(1, async || {
        let other = tokio::spawn({
            let db = db.clone();
            async move { all(&db).await }
        });
        other.await.map_err(|_| Error::internal("it panicked"))?;
        add(&db, "b").await
    });
    done.await.unwrap();
}
