//! What MariaDB and MySQL alone must do.

use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result};
use carafe_db::{DatabaseSettings, Db, Value, Violation, ViolationKind};
use driver_tests::mysql::{socket_url, url};
use driver_tests::{At, add, all, checks, skip};

checks![
    a_statement_that_takes_too_long_is_ended,
    a_lock_that_is_held_for_long_is_told,
    what_is_set_by_hand_stays_with_nobody,
    sessions_are_strict_and_in_utc,
    types_of_its_own_are_read_and_written,
    values_that_do_not_fit_are_told,
    more_is_told_of_what_is_refused,
    a_transaction_that_was_undone_takes_nothing_more,
    a_table_that_is_made_in_a_transaction_ends_its_parts,
    matched_rows_are_counted_and_keys_are_told,
    prepared_statements_are_bounded,
    nothing_kept_works_as_well,
    statements_that_cannot_be_prepared_run,
    whoever_reads_slowly_is_not_cut_off needs Streams,
    rows_are_set_aside_up_to_a_bound needs Streams,
    a_marked_connection_is_closed_while_it_still_gives_rows needs Streams,
    lost_connections_heal needs Server,
    a_server_that_is_not_there_is_told needs Server,
    urls_that_mean_nothing_say_what_to_write,
];

async fn a_statement_that_takes_too_long_is_ended(at: At) {
    let db = at.with(|settings| settings.statement(Duration::from_millis(200)).connections(1));
    let slow = "select count(*) from information_schema.columns a, information_schema.columns b, information_schema.columns c";
    let slow = db.query_scalar::<i64>(slow, ()).one().await.unwrap_err();
    assert_eq!(slow.kind(), Kind::Timeout, "{slow:?}");
    assert!(slow.advice().unwrap().contains("database.statement"), "{slow:?}");
    assert_eq!(db.query_scalar::<i64>("select 1", ()).one().await.unwrap(), 1);
}

async fn a_lock_that_is_held_for_long_is_told(at: At) {
    let db = at.names().await;
    let other = at.with(|settings| settings.wait(Duration::from_secs(1)));
    add(&db, "a").await.unwrap();
    let change = "update name set name = 'b'";
    db.atomic(async |tx| {
        tx.execute(change, ()).await?;
        other
            .atomic(async |inner| {
                add(inner, "c").await?;
                let late = inner.execute(change, ()).await.unwrap_err();
                assert_eq!(late.kind(), Kind::Timeout, "{late:?}");
                assert!(late.advice().unwrap().contains("database.wait"), "{late:?}");
                // The statement alone is undone.
                add(inner, "d").await
            })
            .await?;
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(all(&db).await, "b c d");
}

async fn what_is_set_by_hand_stays_with_nobody(at: At) {
    let db = at.with(|settings| settings.connections(1));
    let mode = async || db.query_scalar::<String>("select @@sql_mode", ()).one().await.unwrap();
    db.execute("set sql_mode = ''", ()).await.unwrap();
    assert!(mode().await.contains("STRICT_ALL_TABLES"));
    db.atomic(async |tx| {
        tx.execute("create temporary table passing (a integer)", ()).await?;
        tx.execute("insert into passing values (1)", ()).await
    })
    .await
    .unwrap();
    let gone = db.execute("select * from passing", ()).await.unwrap_err();
    assert!(gone.message().contains("passing"), "{gone:?}");
    let got = "select get_lock('carafe test', 0)";
    assert_eq!(db.query_scalar::<i64>(got, ()).one().await.unwrap(), 1);
    // It goes with its connection, which the server is told soon.
    for _ in 0..1000 {
        let free = "select is_free_lock('carafe test')";
        if db.query_scalar::<i64>(free, ()).one().await.unwrap() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the lock was not given back");
}

async fn sessions_are_strict_and_in_utc(at: At) {
    type Session = (String, String, String, String);
    let select = "select @@time_zone, @@character_set_client, @@character_set_results, @@sql_mode";
    let session: Session = at.db.query_as(select, ()).one().await.unwrap();
    assert_eq!((&*session.0, &*session.1, &*session.2), ("+00:00", "utf8mb4", "utf8mb4"));
    assert!(session.3.contains("NO_ZERO_DATE"), "{}", session.3);
    at.make("create table strict (id {id}, short varchar(3), day {date})").await;
    let long = at.db.execute("insert into strict (short) values ('abcd')", ()).await.unwrap_err();
    assert_eq!(long.kind(), Kind::Invalid, "{long:?}");
    let zero = at.db.execute("insert into strict (day) values ('0000-00-00')", ()).await;
    assert_eq!(zero.unwrap_err().kind(), Kind::Invalid);
    // 0 is a key like any other.
    at.make("insert into strict (id) values (0)").await;
    let ids = at.db.query_scalar::<i64>("select id from strict", ()).all().await.unwrap();
    assert_eq!(ids, [0]);
}

async fn types_of_its_own_are_read_and_written(at: At) {
    at.make("create table kept (price decimal(12, 2), tiny tinyint, flag bool, short smallint unsigned, large bigint unsigned, single float, mood enum('good', 'bad'), bits bit(10), year year, at timestamp(6) null, fixed binary(2), words text)").await;
    let insert = "insert into kept values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let at_once: jiff::Timestamp = "2026-11-22T15:33:39.910967Z".parse().unwrap();
    let values = (
        "1234.50",
        -7,
        true,
        65_535,
        i64::MAX,
        0.5,
        "good",
        513,
        2026,
        at_once,
        vec![0_u8, 255],
        "é",
    );
    at.db.execute(insert, values).await.unwrap();
    type Kept =
        (String, i8, bool, u16, i64, f32, String, i64, i64, jiff::Timestamp, Vec<u8>, String);
    let row: Kept = at.db.query_as("select * from kept", ()).one().await.unwrap();
    let expected = (
        "1234.50".to_owned(),
        -7,
        true,
        65_535,
        i64::MAX,
        0.5,
        "good".to_owned(),
        513,
        2026,
        at_once,
        vec![0, 255],
        "é".to_owned(),
    );
    assert_eq!(row, expected);
    let kinds: Vec<Value> =
        at.db.query_as("select tiny, flag, price, at from kept", ()).one().await.unwrap();
    assert!(
        matches!(
            kinds[..],
            [Value::I64(-7), Value::Bool(true), Value::Decimal(_), Value::Timestamp(_)]
        ),
        "{kinds:?}"
    );
    // The sum of integers is a decimal, and their mean.
    let sums = "select sum(short), sum(short) / 2, avg(tiny), sum(price) from kept";
    let (sum, half, mean, price): (i64, f64, f64, String) =
        at.db.query_as(sums, ()).one().await.unwrap();
    assert_eq!((sum, price.as_str()), (65_535, "1234.50"));
    assert!((half - 32_767.5).abs() < f64::EPSILON && (mean + 7.0).abs() < f64::EPSILON);
    let fraction = at.db.query_scalar::<i64>("select price from kept", ()).one().await.unwrap_err();
    assert!(fraction.message().contains("price"), "{fraction:?}");
    at.make("update kept set large = 18446744073709551615").await;
    let large = at.db.query_scalar::<i64>("select large from kept", ()).one().await.unwrap_err();
    assert!(large.message().contains("large"), "{large:?}");
    let bytes = at.db.query_scalar::<String>("select fixed from kept", ()).one().await.unwrap_err();
    assert_eq!(bytes.message(), "column `fixed` holds bytes where text is expected");
    if at.dialect.name == "MariaDB" {
        at.make("create table native (it uuid, host inet6)").await;
        let uuid = uuid::Uuid::from_u128(0x1234_5678);
        let host: std::net::IpAddr = "2001:db8::1".parse().unwrap();
        at.db.execute("insert into native values (?, ?)", (uuid, host)).await.unwrap();
        let select = "select it, host from native where it = ?";
        let row: (uuid::Uuid, std::net::IpAddr) =
            at.db.query_as(select, (uuid,)).one().await.unwrap();
        assert_eq!(row, (uuid, host));
    }
    let long = "select cast('25:00:00' as time) as lasts";
    let long = at.db.query_scalar::<jiff::civil::Time>(long, ()).one().await.unwrap_err();
    assert!(long.message().contains("lasts"), "{long:?}");
}

async fn values_that_do_not_fit_are_told(at: At) {
    at.make("create table kept (small smallint, words varchar(3), day date)").await;
    let put = async |column: &str, value: Value| {
        let insert = format!("insert into kept ({column}) values (?)");
        at.db.execute(insert, [value]).await.unwrap_err()
    };
    for (column, value) in [
        ("small", Value::I64(40_000)),
        ("small", Value::Text("hunter2' for column `small`".into())),
        ("words", Value::Text("hunter2".into())),
        ("day", Value::Text("hunter2".into())),
    ] {
        let error = put(column, value).await;
        assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
        assert!(error.message().contains(column), "{error:?}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    for value in [Value::F64(f64::NAN), Value::Date(i32::MIN), Value::Array(vec![])] {
        let error = put("small", value).await;
        assert!(error.message().starts_with("parameter 1 is "), "{error:?}");
    }
}

async fn more_is_told_of_what_is_refused(at: At) {
    at.make("create table kept (id {id}, it {integer} not null, age {integer} check (age > 3))")
        .await;
    let refused = async |sql: &'static str| {
        let error = at.db.execute(sql, ()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
        error.cause::<Violation>().unwrap().clone()
    };
    let missing = refused("insert into kept (age) values (4)").await;
    assert_eq!(missing.kind(), ViolationKind::NotNull);
    assert_eq!((missing.table(), missing.columns()), (Some("kept"), &["it".to_owned()][..]));
    at.make("insert into kept (it) values (1)").await;
    let check = refused("update kept set age = 1").await.kind();
    assert_eq!(check, ViolationKind::Check);
    at.make("create trigger never before delete on kept for each row signal sqlstate '45000' set message_text = 'keep them'").await;
    let kept = refused("delete from kept").await;
    assert_eq!((kept.kind(), kept.constraint()), (ViolationKind::Trigger, Some("keep them")));
}

async fn a_transaction_that_was_undone_takes_nothing_more(at: At) {
    at.make("create table counter (id {id}, hits {integer})").await;
    at.make("insert into counter values (1, 0), (2, 0)").await;
    let hit = "update counter set hits = hits + 1 where id = ?";
    let meet = async |first: i64, second: i64| {
        at.db
            .atomic(async |tx| {
                tx.execute(hit, (first,)).await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
                if tx.execute(hit, (second,)).await.is_err() {
                    // Alone, it would be committed.
                    tx.execute("update counter set hits = 1000", ()).await.unwrap_err();
                }
                Ok(())
            })
            .await
    };
    let (one, two) = tokio::join!(meet(1, 2), meet(2, 1));
    let failed = one.and(two).unwrap_err();
    assert!(failed.advice().unwrap().contains("atomic_retry"), "{failed:?}");
    let hits = at.db.query_scalar::<i64>("select hits from counter order by id", ());
    assert_eq!(hits.all().await.unwrap(), [1, 1]);
}

async fn a_table_that_is_made_in_a_transaction_ends_its_parts(at: At) {
    let db = at.names().await;
    let undone: Result<()> = db
        .atomic(async |tx| {
            add(tx, "a").await?;
            tx.execute("create table other (a integer)", ()).await?;
            // A part that is begun after it is whole again.
            add(tx, "b").await?;
            Err(Error::bad_request("no"))
        })
        .await;
    undone.unwrap_err();
    assert_eq!(all(&db).await, "a");
    db.atomic(async |tx| {
        let kept = tx.atomic(async |tx| tx.execute("create table third (a integer)", ()).await);
        kept.await?;
        let lost = tx
            .atomic(async |tx| {
                tx.execute("create table fourth (a integer)", ()).await?;
                Err::<(), _>(Error::bad_request("no"))
            })
            .await;
        lost.unwrap_err();
        let told = add(tx, "c").await.unwrap_err();
        assert!(told.advice().unwrap().contains("make, change or drop"), "{told:?}");
        Err::<(), _>(told)
    })
    .await
    .unwrap_err();
    assert_eq!(all(&db).await, "a");
}

async fn matched_rows_are_counted_and_keys_are_told(at: At) {
    use carafe_db::{Access, Executor as _, Sink, Statement};
    struct Nothing;
    impl Sink for Nothing {
        fn start(&mut self, _: &dyn carafe_model::Columns) -> Result<()> {
            Ok(())
        }
        fn row(&mut self, _: &mut dyn carafe_model::Reader) -> Result<()> {
            Ok(())
        }
    }
    at.make("create table kept (id {id}, it {integer})").await;
    let insert = Statement::new("insert into kept (it) values (1), (2)", Access::Write);
    let fetched = at.db.fetch(&insert, vec![], Box::new(Nothing)).await.unwrap();
    assert_eq!((fetched.changed, fetched.last_id), (2, Some(1)));
    // What stays as it was was found all the same.
    assert_eq!(at.db.execute("update kept set it = 1", ()).await.unwrap(), 2);
    assert_eq!(at.db.execute("update kept set it = 1", ()).await.unwrap(), 2);
    if at.can(driver_tests::Ability::Returning) {
        let back = "insert into kept (it) values (1), (2), (3) returning id";
        assert_eq!(at.db.execute(back, ()).await.unwrap(), 3);
        assert_eq!(at.db.execute("delete from kept returning id", ()).await.unwrap(), 5);
    }
}

async fn prepared_statements_are_bounded(at: At) {
    let db = at.with(|settings| settings.connections(1));
    let count = "select variable_value from information_schema.session_status where variable_name = 'Com_stmt_close'";
    if at.dialect.name != "MariaDB" {
        return skip("MySQL has this count elsewhere");
    }
    for round in 0..2 {
        for number in 0..300 {
            let sql = format!("select {number} + ?");
            assert_eq!(db.query_scalar::<i64>(sql, (1,)).one().await.unwrap(), number + 1);
        }
        let closed: String = db.query_scalar(count, ()).one().await.unwrap();
        assert!(closed.parse::<i64>().unwrap() >= 44 + round * 300 - 1, "{closed}");
    }
}

async fn nothing_kept_works_as_well(at: At) {
    let db = at.with(|settings| settings.unprepared().connections(1));
    at.make("create table kept (id {id}, data {bytes}, words {text})").await;
    for id in 1..=3 {
        let insert = "insert into kept values (?, ?, ?)";
        db.execute(insert, (id, vec![0_u8, 255], "it's \\ ?")).await.unwrap();
    }
    let row: (i64, Vec<u8>, String) =
        db.query_as("select * from kept where id = ?", (2,)).one().await.unwrap();
    assert_eq!(row, (2, vec![0, 255], "it's \\ ?".to_owned()));
    let twice = db.execute("insert into kept (id) values (?)", (1,)).await.unwrap_err();
    assert_eq!(twice.kind(), Kind::Conflict);
    db.atomic(async |tx| tx.execute("delete from kept", ()).await).await.unwrap();
}

async fn statements_that_cannot_be_prepared_run(at: At) {
    let db = at.names().await;
    add(&db, "a").await.unwrap();
    // What comes as text is read as what it is.
    let block = "begin not atomic select count(*), 1.5, current_date, current_time from name; end";
    if at.dialect.name == "MariaDB" {
        let (count, half, _, _): (i64, f64, jiff::civil::Date, jiff::civil::Time) =
            db.query_as(block, ()).one().await.unwrap();
        assert_eq!(count, 1);
        assert!((half - 1.5).abs() < f64::EPSILON);
    }
    db.execute("flush tables", ()).await.unwrap();
    assert_eq!(all(&db).await, "a");
}

/// More than the sockets between the two hold.
const LARGE: &str = "select repeat('x', 5000) from seq_1_to_10000";

async fn whoever_reads_slowly_is_not_cut_off(at: At) {
    let db = at.with(|settings| settings.statement(Duration::from_millis(300)).connections(1));
    let mut texts = db.query_scalar::<String>(LARGE, ()).stream().batches_of(10);
    let mut read = 0;
    while texts.try_next().await.unwrap().is_some() {
        read += 1;
        if read == 10 {
            tokio::time::sleep(Duration::from_millis(900)).await;
        }
    }
    assert_eq!(read, 10_000);
    // A batch has the limit of a statement, and so has what follows on the connection.
    for slow in ["select sleep(60)", "select sleep(60), seq from seq_1_to_9"] {
        let mut slow = db.query_scalar::<i64>(slow, ()).stream();
        let slow = slow.try_next().await.map(drop).unwrap_err();
        assert_eq!(slow.kind(), Kind::Timeout, "{slow:?}");
    }
    let slow = db.query_scalar::<i64>("select sleep(60)", ()).one().await.unwrap_err();
    assert_eq!(slow.kind(), Kind::Timeout, "{slow:?}");
    let none: Option<i64> = db
        .query_scalar("select i from (select 1 as i) as one where sleep(0.1) > 0", ())
        .optional()
        .await
        .unwrap();
    assert_eq!(none, None);
}

async fn rows_are_set_aside_up_to_a_bound(at: At) {
    let db = at.with(|settings| settings.connections(1));
    for (limit, wanted) in [(100_001, Ok(100_001)), (100_002, Err(())), (2_000_000_000, Err(()))] {
        let read = db
            .atomic(async |tx| {
                let mut numbers =
                    tx.query_scalar::<i64>(at.sql("{numbers}"), (limit,)).stream().batches_of(1);
                let mut last = numbers.try_next().await?.unwrap_or_default();
                tx.query_scalar::<i64>("select 1", ()).one().await?;
                loop {
                    match numbers.try_next().await {
                        Ok(Some(number)) => last = number,
                        Ok(None) => return Ok(Ok(last)),
                        Err(error) => {
                            assert!(error.advice().unwrap().contains("to its end"), "{error:?}");
                            return Ok(Err(()));
                        }
                    }
                }
            })
            .await;
        assert_eq!(read.unwrap(), wanted, "{limit}");
    }
}

async fn a_marked_connection_is_closed_while_it_still_gives_rows(at: At) {
    let marked = "select @marked := seq from seq_1_to_2000000000";
    let mut numbers = at.db.query_scalar::<i64>(marked, ()).stream();
    assert_eq!(numbers.try_next().await.unwrap(), Some(1));
    drop(numbers);
    let runs =
        "select count(*) from information_schema.processlist where info like 'select @marked %'";
    while at.db.query_scalar::<i64>(runs, ()).one().await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
}

async fn lost_connections_heal(at: At) {
    let Some(server) = at.server.another() else {
        return skip("this server is not the suite's own");
    };
    let settings = DatabaseSettings::new(url(&server.place(), "mysql"));
    let settings = settings.connect(Duration::from_secs(2)).statement(Duration::from_secs(1));
    let admin = Db::from_settings(&settings).unwrap();
    admin.execute("create database healing", ()).await.unwrap();
    let mut settings = settings;
    settings.url = url(&server.place(), "healing").into();
    let db = Db::from_settings(&settings.wait(Duration::from_secs(2))).unwrap();
    db.execute("create table name (name varchar(100))", ()).await.unwrap();
    add(&db, "a").await.unwrap();
    // Killed: each statement ends with a clear error and within the time-outs, in the middle or not.
    let open = db.begin().await.unwrap();
    add(open.db(), "lost").await.unwrap();
    let running = tokio::spawn({
        let db = db.clone();
        async move { db.execute("select sleep(30)", ()).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.kill();
    let check = |error: Error| {
        assert!(matches!(error.kind(), Kind::Unavailable | Kind::Timeout), "{error:?}")
    };
    check(running.await.unwrap().unwrap_err());
    check(open.commit().await.unwrap_err());
    let since = Instant::now();
    for _ in 0..5 {
        check(add(&db, "b").await.unwrap_err());
    }
    assert!(since.elapsed() < Duration::from_secs(30));
    server.start().unwrap();
    add(&db, "c").await.unwrap();
    assert_eq!(all(&db).await, "a c");
    // One that stands still is given up in time, and what waits for it is not held up for ever.
    server.signal("STOP");
    // Its threads do not all stand still at once.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let still = db.execute("select 1", ()).await.unwrap_err();
    server.signal("CONT");
    check(still);
    assert_eq!(all(&db).await, "a c");
}

async fn a_server_that_is_not_there_is_told(at: At) {
    let Some(server) = at.server.another() else {
        return skip("this server is not the suite's own");
    };
    let open = async |url: String| Db::open(url).await.unwrap_err();
    let place = server.place();
    Db::open(socket_url(&place, "mysql")).await.unwrap();
    let wrong = open(format!("mysql://carafe:hunter2@127.0.0.1:{}/mysql", place.port)).await;
    assert_eq!(wrong.kind(), Kind::Settings);
    assert!(wrong.message().contains("password"), "{wrong:?}");
    assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
    let missing = open(url(&place, "nowhere")).await;
    assert_eq!(missing.kind(), Kind::Settings);
    assert!(missing.message().contains("nowhere"), "{missing:?}");
    assert!(missing.advice().unwrap().contains("create database"), "{missing:?}");
    let (tcp, socket) = (url(&place, "mysql"), socket_url(&place, "mysql"));
    server.kill();
    let refused = open(tcp).await;
    assert_eq!(refused.kind(), Kind::Unavailable);
    assert!(refused.advice().unwrap().contains("started"), "{refused:?}");
    assert!(refused.place().unwrap().contains("127.0.0.1"), "{refused:?}");
    assert_eq!(open(socket).await.kind(), Kind::Unavailable);
}

async fn urls_that_mean_nothing_say_what_to_write(_: At) {
    for url in [
        "mysql://user:hunter2@host:port/name",
        "mariadb://user:hunter2@host/name?ssl-mode=maybe",
        "mysql://user:hunter2@host/name?hunter2=1",
        "mysql:user:hunter2@host",
    ] {
        let error = Db::open(url).await.unwrap_err();
        assert_eq!((error.kind(), error.place()), (Kind::Settings, Some("database.url")), "{url}");
        assert!(error.advice().is_some() && !format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
