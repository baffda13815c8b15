//! A `Db` that is bound to one transaction.

use carafe_core::{Error, Result};
use driver_tests::{At, add, all, checks};

checks![
    what_is_done_through_it_is_undone_with_it needs Connections,
    it_commits_when_asked_and_rolls_back_when_dropped,
    atomics_of_several_tasks_do_not_mix,
    bound_twice_and_used_inside_of_its_own_atomic_is_refused,
];

async fn what_is_done_through_it_is_undone_with_it(at: At) {
    let db = at.names().await;
    let open = db.begin().await.unwrap();
    let bound = open.db().clone();
    add(&bound, "a").await.unwrap();
    bound.atomic(async |tx| add(tx, "b").await).await.unwrap();
    let failed: Result<()> =
        bound.atomic(async |tx| add(tx, "c").await.and(Err(Error::bad_request("no")))).await;
    assert!(failed.is_err());
    assert_eq!((all(&bound).await.as_str(), all(&db).await.as_str()), ("a b", ""));
    open.rollback().await.unwrap();
    assert_eq!(all(&db).await, "");
    let ended = add(&bound, "d").await.unwrap_err();
    assert!(ended.message().contains("has ended"), "{ended}");
    add(&db, "d").await.unwrap();
}

async fn it_commits_when_asked_and_rolls_back_when_dropped(at: At) {
    let db = at.names().await;
    let open = db.begin().await.unwrap();
    add(open.db(), "a").await.unwrap();
    open.commit().await.unwrap();
    let open = db.begin().await.unwrap();
    let left = open.db().clone();
    add(&left, "b").await.unwrap();
    drop(open);
    // A handle that is left holds nothing up.
    add(&db, "c").await.unwrap();
    assert_eq!(all(&db).await, "a c");
    drop(left);
}

async fn atomics_of_several_tasks_do_not_mix(at: At) {
    let db = at.names().await;
    let open = db.begin().await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|task| {
            let db = open.db().clone();
            tokio::spawn(async move {
                db.atomic(async |tx| {
                    add(tx, &format!("{task:02}a")).await?;
                    tokio::task::yield_now().await;
                    add(tx, &format!("{task:02}b")).await?;
                    if task % 2 == 0 { Ok(()) } else { Err(Error::bad_request("odd")) }
                })
                .await
                .is_ok()
            })
        })
        .collect();
    for (task, joined) in tasks.into_iter().enumerate() {
        assert_eq!(joined.await.unwrap(), task % 2 == 0);
    }
    let names = all(open.db()).await;
    assert_eq!(names.split(' ').count(), 20, "{names}");
    assert!(!names.contains("01a"), "{names}");
}

async fn bound_twice_and_used_inside_of_its_own_atomic_is_refused(at: At) {
    let db = at.names().await;
    let open = db.begin().await.unwrap();
    assert!(
        open.db().begin().await.unwrap_err().message().contains("bound to a transaction already")
    );
    let bound = open.db();
    let refused = bound.atomic(async |_| add(bound, "a").await).await.unwrap_err();
    assert!(refused.advice().unwrap().contains("use `tx`"), "{refused}");
    add(bound, "a").await.unwrap();
}
