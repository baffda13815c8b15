//! Many at once.

use carafe_core::{Error, Result};

use crate::{add, all, in_file, names};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_never_see_busy() {
    let (db, folder) = in_file().await;
    let again =
        carafe_db::Db::open(format!("sqlite:{}", folder.path().join("app.sqlite3").display()))
            .await
            .unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            // A second handle on the file stands for another program: it has a writer of its own.
            let db = if task % 4 == 0 { again.clone() } else { db.clone() };
            tokio::spawn(async move {
                for round in 0..5 {
                    add(&db, &format!("{task} {round}")).await.unwrap();
                    let count: i64 =
                        db.query_scalar("select count(*) from name", ()).one().await.unwrap();
                    assert!(count > round);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(db.query_scalar::<i64>("select count(*) from name", ()).one().await.unwrap(), 320);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn transfers_conserve_the_total() {
    for db in [in_file().await, (names().await, tempfile::tempdir().unwrap())] {
        let (db, _folder) = db;
        db.execute("create table account (id integer primary key, cents integer not null)", ())
            .await
            .unwrap();
        for id in 0..8 {
            db.execute("insert into account values (?, 1000)", (id,)).await.unwrap();
        }
        let tasks: Vec<_> = (0..32_u64)
            .map(|task| {
                let db = db.clone();
                tokio::spawn(async move {
                    for round in 0..10_u64 {
                        // A cheap spread that is the same in every run.
                        let dice = (task * 31 + round * 17) % 11;
                        let work = db.atomic(async |tx| -> Result<()> {
                            let (from, to) = ((task + round) % 8, (task * 3 + round * 5) % 8);
                            tx.execute(
                                "update account set cents = cents - 10 where id = ?",
                                (i64::try_from(from)?,),
                            )
                            .await?;
                            if dice == 0 {
                                return Err(Error::bad_request("no"));
                            }
                            tokio::task::yield_now().await;
                            tx.execute(
                                "update account set cents = cents + 10 where id = ?",
                                (i64::try_from(to)?,),
                            )
                            .await?;
                            Ok(())
                        });
                        // Some are dropped half-way; the others have all the time that they need.
                        let time = if dice < 4 { dice * 40 } else { 60_000_000 };
                        let _ = tokio::time::timeout(std::time::Duration::from_micros(time), work)
                            .await;
                        let total: i64 = db
                            .query_scalar("select sum(cents) from account", ())
                            .one()
                            .await
                            .unwrap();
                        assert_eq!(total, 8000);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_does_not_hold_readers_up() {
    let (db, _folder) = in_file().await;
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

#[tokio::test]
async fn a_transaction_that_is_not_given_up_times_the_next_one_out() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("app.sqlite3").display());
    let settings = carafe_db::DatabaseSettings::new(url).wait(std::time::Duration::from_millis(50));
    let db = carafe_db::Db::from_settings(&settings).unwrap();
    let open = db.begin().await.unwrap();
    let late = db.execute("create table a (a)", ()).await.unwrap_err();
    assert_eq!(late.kind(), carafe_core::Kind::Timeout);
    // The lock of another program is the same to the user.
    let other = carafe_db::Db::from_settings(&settings).unwrap();
    let locked = other.execute("create table a (a)", ()).await.unwrap_err();
    assert_eq!(locked.kind(), carafe_core::Kind::Timeout, "{locked:?}");
    open.rollback().await.unwrap();
    db.execute("create table a (a)", ()).await.unwrap();
}
