//! What is done once a transaction lasts, and what is undone though its closure returned `Ok`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use carafe_db::{Executor, Failure, Tx};
use driver_tests::{Ability, At, add, all, checks};

checks![
    it_is_done_in_order_after_the_outermost_commit,
    what_an_undone_part_asked_for_is_dropped,
    it_sees_what_was_committed,
    without_a_transaction_it_is_done_at_once,
    the_failure_of_one_ends_the_rest_but_not_of_a_robust_one,
    its_failure_is_not_tried_again,
    a_bound_one_is_done_when_that_commits_or_by_hand,
    a_transaction_that_is_set_to_roll_back_does_so,
    the_statement_that_failed_first_is_named,
];

/// What was done, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn note(&self, word: &'static str) -> impl Future<Output = Result<()>> + Send + use<> {
        let list = self.0.clone();
        async move {
            list.lock().unwrap().push(word);
            Ok(())
        }
    }

    fn taken(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}

/// Leaves something for the commit, and no more.
async fn leave(
    tx: &dyn Executor,
    work: impl Future<Output = Result<()>> + Send + 'static,
) -> Result<()> {
    tx.on_commit(work).await
}

async fn no<T>() -> Result<T> {
    Err(Error::bad_request("no"))
}

async fn it_is_done_in_order_after_the_outermost_commit(at: At) {
    let (db, log) = (at.names().await, Log::default());
    db.atomic(async |tx| {
        tx.atomic(async |tx| {
            tx.on_commit(log.note("in"));
            Ok(())
        })
        .await?;
        tx.on_commit(log.note("a"));
        let failed: Result<()> = tx
            .atomic(async |tx| {
                tx.on_commit(log.note("b"));
                no().await
            })
            .await;
        assert!(failed.is_err());
        tx.on_commit(log.note("c"));
        add(tx, "x").await?;
        assert_eq!(log.taken(), "");
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(log.taken(), "in a c");
    let undone: Result<()> = db
        .atomic(async |tx| {
            tx.on_commit(log.note("a"));
            no().await
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(log.taken(), "");
}

async fn what_an_undone_part_asked_for_is_dropped(at: At) {
    let (db, log) = (at.names().await, Log::default());
    db.atomic(async |tx| {
        tx.on_commit(log.note("a"));
        // All of a part goes with it, what its own parts kept too.
        let failed: Result<()> = tx
            .atomic(async |tx| {
                tx.atomic(async |tx| leave(tx, log.note("b")).await).await?;
                no().await
            })
            .await;
        assert!(failed.is_err());
        let dropped = tx.atomic(async |tx| {
            tx.on_commit(log.note("c"));
            add(tx, "c").await?;
            std::future::pending::<Result<()>>().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), dropped).await.is_err());
        tx.atomic(async |tx| {
            tx.on_commit(log.note("d"));
            tx.set_rollback();
            Ok(())
        })
        .await?;
        tx.atomic(async |tx| leave(tx, log.note("e")).await).await
    })
    .await
    .unwrap();
    assert_eq!(log.taken(), "a e");
}

async fn it_sees_what_was_committed(at: At) {
    let db = at.names().await;
    let seen = Arc::new(Mutex::new(String::new()));
    db.atomic(async |tx| {
        let (db, seen) = (db.clone(), seen.clone());
        tx.on_commit(async move {
            *seen.lock().unwrap() = all(&db).await;
            db.atomic(async |tx| add(tx, "b").await).await.map(drop)
        });
        add(tx, "a").await
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a b");
    assert_eq!(*seen.lock().unwrap(), "a");
}

async fn without_a_transaction_it_is_done_at_once(at: At) {
    let (db, log) = (at.names().await, Log::default());
    let sign_up = async |db: &dyn Executor, name: &str| {
        add(db, name).await?;
        db.on_commit(log.note("mail")).await
    };
    sign_up(&db, "a").await.unwrap();
    assert_eq!(log.taken(), "mail");
    db.atomic(async |tx| {
        sign_up(tx, "b").await?;
        assert_eq!(log.taken(), "");
        let refused = db.on_commit(log.note("db")).await.unwrap_err();
        assert!(refused.advice().unwrap().contains("use `tx`"), "{refused}");
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(log.taken(), "mail");
    assert!(db.on_commit(no()).await.is_err());
    db.on_commit_robust(no()).await.unwrap();
}

async fn the_failure_of_one_ends_the_rest_but_not_of_a_robust_one(at: At) {
    let (db, log) = (at.names().await, Log::default());
    let failed = db
        .atomic(async |tx| {
            tx.on_commit_robust(no());
            tx.on_commit_robust(async { panic!("on purpose") });
            tx.on_commit(log.note("a"));
            tx.on_commit(no());
            tx.on_commit(log.note("b"));
            add(tx, "a").await
        })
        .await
        .unwrap_err();
    assert!(failed.advice().unwrap().contains("is committed"), "{failed}");
    assert_eq!((log.taken().as_str(), all(&db).await.as_str()), ("a", "a"));
}

async fn its_failure_is_not_tried_again(at: At) {
    let db = at.names().await;
    let failed = db
        .atomic_retry(3, async |tx: &mut Tx| {
            tx.on_commit(async {
                let met = Failure::new("met").transient();
                Err(Error::new(Kind::Timeout, "met").because(met))
            });
            add(tx, "a").await
        })
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), Kind::Timeout);
    assert_eq!(all(&db).await, "a");
}

async fn a_bound_one_is_done_when_that_commits_or_by_hand(at: At) {
    let (db, log) = (at.names().await, Log::default());
    let open = db.begin().await.unwrap();
    open.db().atomic(async |tx| leave(tx, log.note("a")).await).await.unwrap();
    open.db().on_commit(log.note("b")).await.unwrap();
    assert_eq!((open.waiting(), log.taken().as_str()), (2, ""));
    // What is done may leave more to do.
    let (bound, again) = (open.db().clone(), log.note("d"));
    open.db()
        .on_commit(async move {
            bound.atomic(async |tx| leave(tx, again).await).await?;
            add(&bound, "c").await.map(drop)
        })
        .await
        .unwrap();
    assert_eq!(open.run_on_commit().await.unwrap(), 4);
    assert_eq!((open.waiting(), log.taken().as_str()), (0, "a b d"));
    open.db().on_commit(log.note("e")).await.unwrap();
    let bound = open.db().clone();
    open.commit().await.unwrap();
    assert_eq!((log.taken().as_str(), all(&db).await.as_str()), ("e", "c"));
    assert!(bound.on_commit(log.note("f")).await.unwrap_err().message().contains("has ended"));
    let open = db.begin().await.unwrap();
    open.db().on_commit(log.note("g")).await.unwrap();
    open.rollback().await.unwrap();
    assert_eq!(log.taken(), "");
}

async fn a_transaction_that_is_set_to_roll_back_does_so(at: At) {
    let db = at.names().await;
    let tried = db
        .atomic(async |tx| {
            tx.set_rollback();
            add(tx, "a").await?;
            Ok(all(tx).await)
        })
        .await
        .unwrap();
    assert_eq!((tried.as_str(), all(&db).await.as_str()), ("a", ""));
    db.atomic(async |tx| {
        add(tx, "b").await?;
        tx.atomic(async |tx| {
            tx.set_rollback();
            add(tx, "c").await
        })
        .await
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "b");
}

async fn the_statement_that_failed_first_is_named(at: At) {
    let db = at.names().await;
    let done = db
        .atomic(async |tx| {
            add(tx, "a").await?;
            let first = tx.execute("insert into name (name) values (?)", ("a",)).await;
            assert_eq!(first.unwrap_err().kind(), Kind::Conflict);
            let next = add(tx, "b").await;
            if at.can(Ability::GoesOn) {
                return next;
            }
            let next = next.unwrap_err();
            assert!(next.message().contains("has failed before"), "{next:?}");
            assert!(next.message().contains("insert into name (name) values (?)"), "{next:?}");
            assert!(next.message().contains("on_commit.rs:"), "{next:?}");
            assert!(next.advice().unwrap().contains("tx.atomic"), "{next:?}");
            Ok(0)
        })
        .await;
    if at.can(Ability::GoesOn) {
        assert_eq!(done.unwrap(), 1);
        return;
    }
    // The commit says it too, and a part that is undone takes it along.
    let refused = done.unwrap_err();
    assert!(refused.message().contains("insert into name (name)"), "{refused:?}");
    db.atomic(async |tx| {
        add(tx, "a").await?;
        assert!(tx.atomic(async |tx| add(tx, "a").await).await.is_err());
        assert!(add(tx, "a").await.is_err());
        let next = add(tx, "b").await.unwrap_err();
        assert_eq!(next.message().matches("insert into").count(), 1, "{next:?}");
        no::<()>().await
    })
    .await
    .unwrap_err();
}
