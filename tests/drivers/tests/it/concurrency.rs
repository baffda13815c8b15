//! Many at once.

use std::time::Duration;

use carafe_core::{Error, Result};
use driver_tests::{At, add, all, checks};

checks![
    transfers_conserve_the_total_and_leak_no_connection,
    many_tasks_write_and_read,
    a_transaction_does_not_hold_readers_up needs Connections,
    transactions_that_meet_are_tried_again needs Serializable,
];

const CONNECTIONS: usize = 6;

async fn transfers_conserve_the_total_and_leak_no_connection(at: At) {
    at.make("create table account (id {id}, cents {integer} not null)").await;
    // A database in memory is that of its handle alone.
    let db = if at.can(driver_tests::Ability::Connections) {
        at.with(|settings| settings.connections(CONNECTIONS).wait(Duration::from_secs(30)))
    } else {
        at.db.clone()
    };
    for id in 0..8 {
        db.execute("insert into account (id, cents) values (?, 1000)", (id + 1,)).await.unwrap();
    }
    let tasks: Vec<_> = (0..64_i64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..8_i64 {
                    // A cheap spread that is the same in every run.
                    let dice = (task * 31 + round * 17) % 11;
                    let (from, to) = ((task + round) % 8 + 1, (task * 3 + round * 5) % 8 + 1);
                    let one = db.clone();
                    let work = tokio::spawn(async move {
                        let work = one.atomic(async |tx| -> Result<()> {
                            let take = "update account set cents = cents - 10 where id = ?";
                            tx.execute(take, (from,)).await?;
                            match dice {
                                0 => return Err(Error::bad_request("no")),
                                1 => panic!("on purpose"),
                                _ => tokio::task::yield_now().await,
                            }
                            let give = "update account set cents = cents + 10 where id = ?";
                            tx.execute(give, (to,)).await?;
                            Ok(())
                        });
                        // Some are dropped half-way; the others have all the time that they need.
                        let time = if dice < 5 { dice.unsigned_abs() * 300 } else { 60_000_000 };
                        let _ = tokio::time::timeout(Duration::from_micros(time), work).await;
                    });
                    let ended = work.await;
                    assert!(ended.is_ok() || (dice == 1 && ended.unwrap_err().is_panic()));
                    let sum = "select cast(sum(cents) as char(20)) from account";
                    let total: String = db.query_scalar(sum, ()).one().await.unwrap();
                    assert_eq!(total.trim(), "8000");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // Every connection can still be had.
    let count = if at.can(driver_tests::Ability::Server) { CONNECTIONS } else { 1 };
    let mut open = Vec::new();
    for _ in 0..count {
        open.push(db.begin().await.unwrap());
    }
}

async fn many_tasks_write_and_read(at: At) {
    let db = at.names().await;
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    add(&db, &format!("{task} {round}")).await.unwrap();
                    let count = db.query_scalar::<i64>("select count(*) from name", ());
                    assert!(count.one().await.unwrap() > round);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(db.query_scalar::<i64>("select count(*) from name", ()).one().await.unwrap(), 320);
}

async fn a_transaction_does_not_hold_readers_up(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        add(tx, "a").await?;
        for _ in 0..20 {
            let db = db.clone();
            assert_eq!(tokio::spawn(async move { all(&db).await }).await.unwrap(), "");
        }
        Ok(())
    })
    .await
    .unwrap();
}

async fn transactions_that_meet_are_tried_again(at: At) {
    at.make("create table counter (id {id}, hits {integer})").await;
    at.make("insert into counter values (1, 0), (2, 0)").await;
    // Half of them lock the rows in the other order: a deadlock, which the database ends.
    let meet = async |first: i64, second: i64| {
        for _ in 0..4 {
            let hit = "update counter set hits = hits + 1 where id = ?";
            let done = at.db.atomic_retry(50, async |tx| {
                tx.execute(hit, (first,)).await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
                tx.execute(hit, (second,)).await
            });
            done.await.unwrap();
        }
    };
    tokio::join!(meet(1, 2), meet(2, 1));
    let hits = at.db.query_scalar::<i64>("select hits from counter order by id", ());
    assert_eq!(hits.all().await.unwrap(), [8, 8]);
}
