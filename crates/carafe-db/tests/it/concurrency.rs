//! Many at once.

use crate::{add, in_file};

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
