//! Rows that come batch by batch.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use carafe_core::{Error, Result};
use carafe_db::{Executor, RowStream, ScalarStream};
use carafe_model::{Columns, Order, Reader, Row, Scalar};
use driver_tests::{Ability, At, add, all, checks};
use tokio::sync::Mutex;

checks![
    rows_come_in_order_over_batches,
    a_query_without_an_end_is_read_as_far_as_one_likes needs Streams,
    other_statements_run_meanwhile needs Connections,
    other_statements_of_the_transaction_run_meanwhile,
    several_are_read_in_turn_in_a_transaction,
    a_future_that_is_dropped_loses_no_row,
    one_that_is_dropped_gives_its_connection_back needs Streams,
    one_of_an_undone_part_does_no_harm needs Streams,
    only_queries_are_streamed_and_errors_have_their_place,
    a_bound_db_streams_in_its_turn,
    a_change_of_the_tables_is_no_error,
    a_batch_of_rows_is_in_memory_and_no_more,
];

/// More numbers than anybody waits for.
const ENDLESS: i64 = 2_000_000_000;

/// Numbers up to a limit, made as they are read.
fn numbers<'e>(at: &At, db: &'e dyn Executor, limit: i64) -> ScalarStream<'e, i64> {
    db.query_scalar(at.sql("{numbers}"), (limit,)).stream()
}

async fn read(mut stream: ScalarStream<'_, i64>) -> Result<Vec<i64>> {
    let mut read = Vec::new();
    while let Some(number) = stream.try_next().await? {
        read.push(number);
    }
    assert!(stream.next().await.is_none());
    Ok(read)
}

async fn rows_come_in_order_over_batches(at: At) {
    let db = at.db.clone();
    let wanted: Vec<i64> = (1..=20).collect();
    for size in [1, 7, 10, 20, 21, 500] {
        assert_eq!(read(numbers(&at, &db, 20).batches_of(size)).await.unwrap(), wanted, "{size}");
        let inside = db.atomic(async |tx| read(numbers(&at, tx, 20).batches_of(size)).await).await;
        assert_eq!(inside.unwrap(), wanted, "{size}");
    }
    at.names().await;
    let mut none = db.query_as::<(String,)>("select name from name", ()).stream();
    assert!(none.try_next().await.unwrap().is_none());
    add(&db, "a").await.unwrap();
    let mut one = db.query_as::<(String,)>("select name from name", ()).stream();
    assert_eq!(one.next().await.unwrap().unwrap().0, "a");
    assert!(one.next().await.is_none());
    assert_eq!(read(numbers(&at, &db, 3000)).await.unwrap().len(), 3000);
}

async fn a_query_without_an_end_is_read_as_far_as_one_likes(at: At) {
    let db = at.db.clone();
    for _ in 0..3 {
        let mut endless = numbers(&at, &db, ENDLESS).batches_of(10);
        for wanted in 1..=25 {
            assert_eq!(endless.try_next().await.unwrap(), Some(wanted));
        }
        drop(endless);
        db.atomic(async |tx| {
            let mut endless = numbers(&at, tx, ENDLESS).batches_of(10);
            assert_eq!(endless.try_next().await?, Some(1));
            Ok(())
        })
        .await
        .unwrap();
    }
}

async fn other_statements_run_meanwhile(at: At) {
    let db = at.names().await;
    let mut stream = numbers(&at, &db, 9).batches_of(2);
    while let Some(number) = stream.try_next().await.unwrap() {
        add(&db, &number.to_string()).await.unwrap();
        db.atomic(async |tx| add(tx, &format!("{number}b")).await).await.unwrap();
    }
    assert_eq!(all(&db).await, "1 1b 2 2b 3 3b 4 4b 5 5b 6 6b 7 7b 8 8b 9 9b");
}

async fn other_statements_of_the_transaction_run_meanwhile(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        let mut stream = numbers(&at, tx, 9).batches_of(2);
        while let Some(number) = stream.try_next().await? {
            add(tx, &number.to_string()).await?;
        }
        assert_eq!(all(tx).await, "1 2 3 4 5 6 7 8 9");
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "1 2 3 4 5 6 7 8 9");
}

async fn several_are_read_in_turn_in_a_transaction(at: At) {
    let db = at.db.clone();
    let sums = db
        .atomic(async |tx| {
            let (mut one, mut two) =
                (numbers(&at, tx, 10).batches_of(3), numbers(&at, tx, 20).batches_of(2));
            let (mut first, mut second) = (0, 0);
            while let Some(number) = one.try_next().await? {
                first += number;
                for _ in 0..2 {
                    second += two.try_next().await?.unwrap_or_default();
                }
                let mut inner = numbers(&at, tx, number).batches_of(1);
                assert_eq!(inner.try_next().await?, Some(1));
            }
            Ok((first, second))
        })
        .await
        .unwrap();
    assert_eq!(sums, (55, 210));
}

async fn a_future_that_is_dropped_loses_no_row(at: At) {
    let db = at.db.clone();
    let mut stream = numbers(&at, &db, 3000).batches_of(20);
    let mut read = Vec::new();
    let mut dropped = 0;
    loop {
        // Looked at once, and given up where it has to wait.
        let looked = {
            let mut next = pin!(stream.try_next());
            poll_fn(|context| Poll::Ready(next.as_mut().poll(context))).await
        };
        match looked {
            Poll::Ready(Ok(Some(number))) => read.push(number),
            Poll::Ready(done) => break assert!(done.unwrap().is_none()),
            Poll::Pending => {
                dropped += 1;
                tokio::task::yield_now().await;
            }
        }
    }
    assert!(dropped > 0);
    assert_eq!(read, (1..=3000).collect::<Vec<i64>>());
}

async fn one_that_is_dropped_gives_its_connection_back(at: At) {
    let db = at.with(|settings| settings.connections(1));
    for round in 0..40_u64 {
        let endless = numbers(&at, &db, ENDLESS).batches_of(3);
        let reading = async {
            let mut endless = endless;
            while endless.try_next().await?.is_some() {}
            Ok::<(), Error>(())
        };
        assert!(tokio::time::timeout(Duration::from_micros(round * 100), reading).await.is_err());
        let one = db.query_scalar::<i64>("select 1", ()).one().await;
        assert_eq!(one.unwrap(), 1, "round {round}");
    }
}

async fn one_of_an_undone_part_does_no_harm(at: At) {
    let db = at.names().await;
    db.atomic(async |tx| {
        for round in 0..3 {
            let mut outer = numbers(&at, tx, ENDLESS).batches_of(2);
            assert_eq!(outer.try_next().await?, Some(1));
            drop(outer);
            let failed: Result<()> = tx
                .atomic(async |tx| {
                    let mut inner = numbers(&at, tx, ENDLESS).batches_of(2);
                    assert_eq!(inner.try_next().await?, Some(1));
                    add(tx, "x").await?;
                    Err(Error::bad_request("no"))
                })
                .await;
            assert_eq!(failed.unwrap_err().message(), "no");
            add(tx, &round.to_string()).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "0 1 2");
}

async fn only_queries_are_streamed_and_errors_have_their_place(at: At) {
    let db = at.names().await;
    let insert = "insert into name values ('a') returning name";
    for sql in [insert, "select nothing from nowhere"] {
        let mut stream = db.query_scalar::<String>(sql, ()).stream();
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(error.place().unwrap().starts_with(sql), "{error:?}");
        assert!(error.place().unwrap().contains("stream.rs:"), "{error:?}");
        assert!(stream.next().await.is_none());
    }
    let mut wrong = db.query_as::<(i64, i64)>("select 1", ()).stream();
    assert!(wrong.next().await.unwrap().is_err());
    if at.can(Ability::Streams) {
        it_fails_late(&at).await;
    }
    assert_eq!(all(&db).await, "");
    if !at.can(Ability::GoesOn) {
        let passed_over = db
            .atomic(async |tx| {
                let mut wrong = tx.query_scalar::<i64>("select no", ()).stream();
                assert!(wrong.next().await.unwrap().is_err());
                add(tx, "a").await
            })
            .await
            .unwrap_err();
        assert!(passed_over.message().contains("select no"), "{passed_over:?}");
    }
}

/// It fails when some rows have been read already.
async fn it_fails_late(at: &At) {
    let mut late = at.db.query_scalar::<i64>(at.sql("{failing}"), ()).stream().batches_of(2);
    for wanted in [5, 4, 3, 2] {
        assert_eq!(late.try_next().await.unwrap(), Some(wanted));
    }
    // The row before it belongs to the same batch.
    assert!(late.try_next().await.is_err());
    assert!(late.next().await.is_none());
}

async fn a_bound_db_streams_in_its_turn(at: At) {
    let db = at.names().await;
    let open = db.begin().await.unwrap();
    let bound = &open.db().clone();
    let mut stream = numbers(&at, bound, 6).batches_of(2);
    while let Some(number) = stream.try_next().await.unwrap() {
        add(bound, &number.to_string()).await.unwrap();
        let undone: Result<()> = bound
            .atomic(async |tx| {
                add(tx, "x").await?;
                assert_eq!(read(numbers(&at, tx, 5).batches_of(2)).await?.len(), 5);
                Err(Error::bad_request("no"))
            })
            .await;
        assert!(undone.is_err());
    }
    assert_eq!(all(bound).await, "1 2 3 4 5 6");
    let left = open.db().clone();
    let mut stream = numbers(&at, &left, 6).batches_of(2);
    assert_eq!(stream.try_next().await.unwrap(), Some(1));
    open.rollback().await.unwrap();
    assert_eq!(stream.try_next().await.unwrap(), Some(2));
    assert!(stream.try_next().await.unwrap_err().message().contains("has ended"));
    drop(stream);
    assert_eq!(all(&db).await, "");
}

async fn a_change_of_the_tables_is_no_error(at: At) {
    let db = at.names().await;
    add(&db, "a").await.unwrap();
    let read = async || {
        let mut rows = db.query_as::<Vec<carafe_db::Value>>("select * from name", ()).stream();
        rows.try_next().await.unwrap().unwrap().len()
    };
    assert_eq!(read().await, 1);
    at.make("alter table name add column more {integer}").await;
    assert_eq!(read().await, 2);
}

/// How many there are, all streams of the check together.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// Taken by who counts: databases may be tested at the same time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A row that is counted as long as it is there.
struct Counted(i64);

impl Row for Counted {
    fn order(columns: &dyn Columns) -> carafe_model::Result<Order> {
        Scalar::<i64>::order(columns)
    }

    fn from_row(reader: &mut dyn Reader, order: &Order) -> carafe_model::Result<Self> {
        let Scalar(number) = Scalar::<i64>::from_row(reader, order)?;
        HELD.fetch_add(1, Ordering::Relaxed);
        Ok(Self(number))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn a_batch_of_rows_is_in_memory_and_no_more(at: At) {
    let db = at.db.clone();
    let sql = at.sql("{numbers}");
    let _alone = ALONE.lock().await;
    let held = async |mut rows: RowStream<'_, Counted>| {
        let (mut read, mut most) = (0, 0);
        while let Some(row) = rows.try_next().await? {
            read += 1;
            assert_eq!(row.0, read);
            most = most.max(HELD.load(Ordering::Relaxed));
        }
        Ok::<_, Error>((read, most))
    };
    let rows = db.query_as(sql.clone(), (100_000,)).stream().batches_of(100);
    assert_eq!(held(rows).await.unwrap(), (100_000, 100));
    let inside = db.atomic(async |tx| held(tx.query_as(sql, (2000,)).stream()).await).await;
    assert_eq!(inside.unwrap(), (2000, 500));
    assert_eq!(HELD.load(Ordering::Relaxed), 0);
}
