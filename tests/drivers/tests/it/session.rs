//! One connection for a while, and several questions at once.

use std::time::Duration;

use carafe_core::{Error, Result};
use carafe_db::Executor;
use driver_tests::{At, add, all, checks};

checks![
    what_is_set_stays_until_its_end_and_no_longer,
    statements_stand_alone_and_transactions_are_begun_in_it,
    what_is_dropped_in_it_is_undone_before_the_next_statement,
    one_that_is_given_up_leaves_the_database_usable,
    rows_are_streamed_in_a_transaction_of_it,
    in_a_transaction_it_is_refused_and_of_a_bound_db_it_is_part,
    independent_questions_are_asked_together,
];

const TEMPORARY: &str = "create temporary table found (number {integer})";

async fn what_is_set_stays_until_its_end_and_no_longer(at: At) {
    let db = at.with(|settings| settings.connections(1));
    for _ in 0..3 {
        let counted: i64 = db
            .session(async |conn| {
                conn.execute(at.sql(TEMPORARY), ()).await?;
                conn.execute("insert into found values (1), (2)", ()).await?;
                conn.query_scalar("select count(*) from found", ()).one().await
            })
            .await
            .unwrap();
        assert_eq!(counted, 2);
        // The name is free again, for whoever comes next.
        assert!(db.execute("insert into found values (3)", ()).await.is_err());
        let failed: Result<()> = db
            .session(async |conn| {
                conn.execute(at.sql(TEMPORARY), ()).await?;
                Err(Error::bad_request("no"))
            })
            .await;
        assert_eq!(failed.unwrap_err().message(), "no");
    }
}

async fn statements_stand_alone_and_transactions_are_begun_in_it(at: At) {
    let db = at.names().await;
    let failed: Result<()> = db
        .session(async |conn| {
            add(conn, "a").await?;
            assert!(add(conn, "a").await.is_err());
            conn.atomic(async |tx| {
                add(tx, "b").await?;
                assert!(tx.atomic(async |tx| add(tx, "a").await).await.is_err());
                Ok(())
            })
            .await?;
            let undone = conn.atomic(async |tx| {
                add(tx, "c").await?;
                add(tx, "b").await
            });
            assert!(undone.await.is_err());
            add(conn, "d").await?;
            assert!(conn.execute("begin", ()).await.is_err());
            assert_eq!(all(conn).await, "a b d");
            Err(Error::bad_request("no"))
        })
        .await;
    // It is no transaction.
    assert!(failed.is_err());
    assert_eq!(all(&db).await, "a b d");
}

async fn what_is_dropped_in_it_is_undone_before_the_next_statement(at: At) {
    let db = at.names().await;
    db.session(async |conn| {
        for round in 0..20_u64 {
            let dropped = conn.atomic(async |tx| {
                add(tx, "x").await?;
                std::future::pending::<Result<()>>().await
            });
            assert!(
                tokio::time::timeout(Duration::from_micros(round * 300), dropped).await.is_err()
            );
            add(conn, &format!("{round:02}")).await?;
            conn.atomic(async |tx| add(tx, &format!("{round:02}b")).await).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let names = all(&db).await;
    assert_eq!((names.split(' ').count(), names.contains('x')), (40, false), "{names}");
}

async fn one_that_is_given_up_leaves_the_database_usable(at: At) {
    let db = at.names().await;
    let sql = at.sql("{slow}");
    for round in 0..10_u64 {
        let session = db.session(async |conn| {
            conn.atomic(async |tx| {
                add(tx, "x").await?;
                tx.query_scalar::<i64>(sql.clone(), (3_600_000,)).one().await
            })
            .await
        });
        let done = tokio::time::timeout(Duration::from_millis(round * 2), session).await;
        // Those before it may hold the row until they are undone, and two that wait for it may meet.
        assert!(!matches!(done, Ok(Ok(_))));
    }
    add(&db, "a").await.unwrap();
    assert_eq!(all(&db).await, "a");
}

async fn rows_are_streamed_in_a_transaction_of_it(at: At) {
    let db = at.names().await;
    db.session(async |conn| {
        add(conn, "a").await?;
        let refused = {
            let mut names = conn.query_scalar::<String>("select name from name", ()).stream();
            names.try_next().await.unwrap_err()
        };
        assert!(refused.advice().unwrap().contains("conn.atomic"), "{refused}");
        conn.atomic(async |tx| {
            let mut names = tx.query_scalar::<String>("select name from name", ()).stream();
            assert_eq!(names.try_next().await?.as_deref(), Some("a"));
            Ok(())
        })
        .await
    })
    .await
    .unwrap();
}

async fn in_a_transaction_it_is_refused_and_of_a_bound_db_it_is_part(at: At) {
    let db = at.names().await;
    let refused =
        db.atomic(async |_| db.session(async |conn| add(conn, "a").await).await).await.unwrap_err();
    assert!(refused.advice().unwrap().contains("use `tx`"), "{refused}");
    let open = db.begin().await.unwrap();
    open.db()
        .session(async |conn| {
            add(conn, "a").await?;
            conn.atomic(async |tx| add(tx, "b").await).await?;
            let mut names = conn.query_scalar::<String>("select name from name", ()).stream();
            assert!(names.try_next().await?.is_some());
            assert_eq!(all(conn).await, "a b");
            Ok(())
        })
        .await
        .unwrap();
    open.rollback().await.unwrap();
    assert_eq!(all(&db).await, "");
}

async fn independent_questions_are_asked_together(at: At) {
    let db = at.names().await;
    add(&db, "a").await.unwrap();
    let ask = async |db: &dyn Executor| -> Result<(i64, String, Option<String>)> {
        tokio::try_join!(
            db.query_scalar("select count(*) from name", ()).only_reads().one(),
            db.query_scalar("select min(name) from name", ()).only_reads().one(),
            db.query_scalar("select name from name where name = ?", ("b",)).only_reads().optional(),
        )
    };
    let wanted = (1, "a".to_owned(), None);
    assert_eq!(ask(&db).await.unwrap(), wanted);
    assert_eq!(db.atomic(async |tx| ask(tx).await).await.unwrap(), wanted);
    // The first error ends them all, and the database goes on.
    for _ in 0..20 {
        let failed = tokio::try_join!(
            db.query_scalar::<i64>("select count(*) from nowhere", ()).only_reads().one(),
            db.query_scalar::<i64>(at.sql("{slow}"), (20,)).only_reads().one(),
        );
        assert!(failed.is_err());
    }
    assert_eq!(ask(&db).await.unwrap(), wanted);
}
