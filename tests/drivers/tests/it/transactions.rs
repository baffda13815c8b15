//! All or nothing.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use carafe_db::{Failure, Tx};
use driver_tests::{Ability, At, add, all, checks};

checks![
    ok_commits_and_err_rolls_back,
    a_panic_rolls_back_and_goes_on,
    a_panic_in_a_savepoint_leaves_the_rest,
    a_dropped_transaction_rolls_back_wherever_it_stood,
    a_dropped_savepoint_is_undone_before_the_next_statement,
    a_dropped_savepoint_is_undone_before_the_commit,
    savepoints_are_undone_alone,
    queries_of_one_transaction_run_together,
    an_error_type_of_ones_own,
    only_transient_errors_are_tried_again,
    a_commit_that_is_refused_rolls_back needs Deferred,
    a_statement_that_failed_and_was_passed_over_fails_the_commit,
    a_transaction_by_hand_is_refused,
    a_transaction_that_is_ended_by_hand_is_refused,
];

async fn ok_commits_and_err_rolls_back(at: At) {
    let db = at.names().await;
    let seven = db
        .atomic(async |tx| {
            add(tx, "a").await?;
            add(tx, "b").await?;
            Ok(7)
        })
        .await
        .unwrap();
    assert_eq!((seven, all(&db).await.as_str()), (7, "a b"));
    let refused: Result<()> = db
        .atomic(async |tx| {
            add(tx, "c").await?;
            Err(Error::bad_request("no"))
        })
        .await;
    assert_eq!((refused.unwrap_err().message(), all(&db).await.as_str()), ("no", "a b"));
}

async fn a_panic_rolls_back_and_goes_on(at: At) {
    let db = at.names().await;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            db.atomic(async |tx| {
                add(tx, "a").await?;
                assert!(all(tx).await.is_empty(), "on purpose");
                Ok(())
            })
            .await
        }
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(all(&db).await, "");
    add(&db, "b").await.unwrap();
    assert_eq!(all(&db).await, "b");
}

async fn a_panic_in_a_savepoint_leaves_the_rest(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        let inner = tx.atomic(async |tx| -> Result<()> {
            add(tx, "b").await?;
            panic!("on purpose")
        });
        let caught = futures_catch(inner).await;
        assert!(caught.is_err());
        add(tx, "c").await?;
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a c");
}

/// Awaits a future and catches its panic.
async fn futures_catch<F: Future>(future: F) -> std::thread::Result<F::Output> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| {
        match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(std::task::Poll::Pending) => std::task::Poll::Pending,
            Ok(std::task::Poll::Ready(value)) => std::task::Poll::Ready(Ok(value)),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    })
    .await
}

async fn a_dropped_transaction_rolls_back_wherever_it_stood(at: At) {
    let db = at.names().await;
    for round in 0..200_u64 {
        let work = db.atomic(async |tx| {
            for name in ["a", "b", "c"] {
                add(tx, name).await?;
            }
            tx.atomic(async |tx| add(tx, "d").await).await?;
            std::future::pending::<Result<()>>().await
        });
        let ended = tokio::time::timeout(Duration::from_micros(round * 7), work).await;
        // A server may still be undoing the transaction of the round before, and the two may meet.
        let met =
            matches!(&ended, Ok(Err(error)) if error.cause().is_some_and(Failure::is_transient));
        assert!(ended.is_err() || met, "round {round}: {ended:?}");
        assert_eq!(all(&db).await, "", "round {round}");
    }
    add(&db, "z").await.unwrap();
    assert_eq!(all(&db).await, "z");
}

async fn a_dropped_savepoint_is_undone_before_the_next_statement(at: At) {
    let db = at.names().await;
    for round in 0..100_u64 {
        db.atomic(async |tx| {
            add(tx, &format!("{round:03}a")).await?;
            let inner = tx.atomic(async |tx| {
                add(tx, "x").await?;
                tx.atomic(async |tx| {
                    add(tx, "y").await?;
                    std::future::pending::<Result<()>>().await
                })
                .await
            });
            assert!(tokio::time::timeout(Duration::from_micros(round * 7), inner).await.is_err());
            add(tx, &format!("{round:03}b")).await?;
            Ok(())
        })
        .await
        .unwrap();
    }
    let names = all(&db).await;
    assert_eq!(names.split(' ').count(), 200);
    assert!(!names.contains(['x', 'y']));
}

async fn a_dropped_savepoint_is_undone_before_the_commit(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        let inner = tx.atomic(async |tx| {
            add(tx, "x").await?;
            std::future::pending::<Result<()>>().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), inner).await.is_err());
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a");
}

async fn savepoints_are_undone_alone(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        let failed: Result<()> = tx
            .atomic(async |tx| {
                add(tx, "b").await?;
                tx.atomic(async |tx| add(tx, "c").await).await?;
                Err(Error::bad_request("no"))
            })
            .await;
        assert!(failed.is_err());
        tx.atomic(async |tx| {
            add(tx, "d").await?;
            let inner = tx.atomic(async |tx| add(tx, "a").await).await;
            assert_eq!(inner.unwrap_err().kind(), Kind::Conflict);
            add(tx, "e").await
        })
        .await?;
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a d e");
}

async fn queries_of_one_transaction_run_together(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        let (one, two) = tokio::try_join!(add(tx, "a"), add(tx, "b"))?;
        assert_eq!((one, two), (1, 1));
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "a b");
}

#[derive(Debug)]
enum Mine {
    Database(Kind),
    Own,
}

impl From<Error> for Mine {
    fn from(error: Error) -> Self {
        Self::Database(error.kind())
    }
}

async fn an_error_type_of_ones_own(at: At) {
    let db = at.names().await;
    let own = db
        .atomic_as(async |tx| add(tx, "a").await.map_err(Mine::from).and(Err::<(), _>(Mine::Own)))
        .await;
    assert!(matches!(own, Err(Mine::Own)));
    let twice = db
        .atomic_as::<_, Mine>(async |tx| {
            add(tx, "a").await?;
            add(tx, "a").await?;
            Ok(())
        })
        .await;
    assert!(matches!(twice, Err(Mine::Database(Kind::Conflict))));
    assert_eq!(all(&db).await, "");
}

async fn only_transient_errors_are_tried_again(at: At) {
    let db = at.names().await;
    let runs = AtomicU32::new(0);
    let work = async |tx: &mut Tx| {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        add(tx, "a").await?;
        if run < 2 {
            Err(Error::new(Kind::Timeout, "met").because(Failure::new("met").transient()))
        } else {
            Ok(run)
        }
    };
    assert_eq!(db.atomic_retry(5, work).await.unwrap(), 2);
    assert_eq!(all(&db).await, "a");
    runs.store(0, Ordering::Relaxed);
    assert!(
        db.atomic_retry(3, async |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            add(tx, "a").await
        })
        .await
        .is_err()
    );
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

async fn a_commit_that_is_refused_rolls_back(at: At) {
    at.make("create table b (id {id})").await;
    at.make("create table a (id {id}, b {integer} references b deferrable initially deferred)")
        .await;
    let db = at.db;
    let refused = db
        .atomic(async |tx| tx.execute("insert into a values (1, 7)", ()).await)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::Conflict);
    assert_eq!(db.query_scalar::<i64>("select count(*) from a", ()).one().await.unwrap(), 0);
    db.execute("insert into b values (1)", ()).await.unwrap();
}

async fn a_statement_that_failed_and_was_passed_over_fails_the_commit(at: At) {
    let db = at.names().await;
    let done = db
        .atomic(async |tx| {
            add(tx, "a").await?;
            assert_eq!(add(tx, "a").await.unwrap_err().kind(), Kind::Conflict);
            Ok(())
        })
        .await;
    // Where the database goes on, the rest is kept; elsewhere nothing is, and that is told.
    if at.can(Ability::GoesOn) {
        done.unwrap();
        assert_eq!(all(&db).await, "a");
    } else {
        let refused = done.unwrap_err();
        assert!(refused.advice().unwrap().contains("tx.atomic"), "{refused:?}");
        assert_eq!(all(&db).await, "");
    }
}

async fn a_transaction_by_hand_is_refused(at: At) {
    let db = at.names().await;
    let refused = db.execute("begin", ()).await.unwrap_err();
    assert!(refused.advice().unwrap().contains("db.atomic"), "{refused}");
    add(&db, "a").await.unwrap();
    assert_eq!(all(&db).await, "a");
}

async fn a_transaction_that_is_ended_by_hand_is_refused(at: At) {
    let db = at.names().await;
    for end in ["commit", "rollback", "/* now */ COMMIT"] {
        let refused = db
            .atomic(async |tx| {
                // Some refuse it at once, others what comes after it.
                tx.execute(end, ()).await?;
                assert!(tx.atomic(async |tx| add(tx, "a").await).await.is_err());
                assert!(add(tx, "b").await.is_err());
                Ok(())
            })
            .await
            .unwrap_err();
        assert!(refused.advice().unwrap().contains("by hand"), "{refused:?}");
        assert_eq!(all(&db).await, "", "{end}");
    }
}
