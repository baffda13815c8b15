//! What PostgreSQL alone must do.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use carafe_core::{Error, Kind, Result};
use carafe_db::{Access, DatabaseSettings, Db, Executor, FieldType, Sink, Statement, Value};
use carafe_model::{Array, Columns, HStore, PgRange, Reader, SearchVector, Vector};
use driver_tests::postgres::{PASSWORD, url};
use driver_tests::{At, add, all, checks, skip};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::tables::django::the_tables_are_django_s;
use crate::tables::postgres::tables_of_its_own_kinds_and_constraints;
use crate::values::Mood;

checks![
    the_tables_are_django_s,
    tables_of_its_own_kinds_and_constraints,
    a_write_that_waits_holds_up_no_shared_read,
    one_slow_read_holds_up_no_others,
    a_client_that_leaves_harms_no_shared_read,
    a_shared_read_that_nobody_waited_for_is_not_run,
    connections_that_come_back_start_one_task,
    a_statement_that_takes_too_long_is_ended,
    what_is_set_by_hand_stays_with_nobody,
    types_of_its_own_are_read_and_written,
    types_of_its_own_have_their_kinds,
    arrays,
    ranges_words_and_texts_by_name,
    vectors,
    values_of_another_kind_are_told,
    nothing_prepared_by_name_works_as_well,
    operators_with_a_question_mark,
    serialization_failures_are_tried_again,
    lost_connections_heal needs Server,
    a_server_that_is_not_there_is_told needs Server,
    urls_that_mean_nothing_say_what_to_write,
];

/// Takes the first column of every row.
#[derive(Default)]
struct Firsts(Vec<Value>);

impl Sink for Firsts {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.0.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.0.push(reader.value(0)?);
        Ok(())
    }
}

/// A read of which is known that it takes no locks, as models send it: it shares a connection.
async fn read(db: &Db, sql: &'static str, values: Vec<Value>) -> Result<Vec<Value>> {
    let statement = Statement::new(sql, Access::Read);
    let fetched = db.fetch(&statement, values, Box::new(Firsts::default())).await?;
    let sink: Box<dyn std::any::Any> = fetched.sink;
    Ok(sink.downcast::<Firsts>().unwrap().0)
}

/// The deadlock that the server cannot see: one transaction holds a row, another statement waits for
/// it, and a read of the first one's handler must not be queued behind that.
async fn a_write_that_waits_holds_up_no_shared_read(at: At) {
    at.make("create table counter (id {id}, hits {integer})").await;
    at.make("insert into counter values (1, 0)").await;
    let db = at.with(|settings| settings.connections(3).wait(Duration::from_secs(20)));
    let hit = "update counter set hits = hits + 1 where id = 1";
    db.atomic(async |tx| {
        tx.execute(hit, ()).await?;
        let waiting = tokio::spawn({
            let db = db.clone();
            async move { db.execute(hit, ()).await }
        });
        for _ in 0..50 {
            let select = "select hits from counter where id = $1";
            let hits = read(&db.outside(), select, vec![Value::I64(1)]).await?;
            assert_eq!(hits, [Value::I64(0)]);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(!waiting.is_finished());
        Ok(())
    })
    .await
    .unwrap();
}

async fn one_slow_read_holds_up_no_others(at: At) {
    let db = at.db.clone();
    let slow = tokio::spawn({
        let db = db.clone();
        async move { read(&db, "select 1 from pg_sleep(3)", vec![]).await }
    });
    // Old enough to be passed over.
    tokio::time::sleep(Duration::from_millis(200)).await;
    for number in 0..200 {
        let told = read(&db, "select cast($1 as bigint)", vec![Value::I64(number)]).await.unwrap();
        assert_eq!(told, [Value::I64(number)]);
    }
    assert!(!slow.is_finished());
    slow.await.unwrap().unwrap();
}

async fn a_client_that_leaves_harms_no_shared_read(at: At) {
    let tasks: Vec<_> = (0..32_i64)
        .map(|task| {
            let db = at.db.clone();
            tokio::spawn(async move {
                for round in 0..50 {
                    let number = task * 100 + round;
                    let sql = "select cast($1 as bigint) from generate_series(1, 20)";
                    let asked = read(&db, sql, vec![Value::I64(number)]);
                    if round % 3 == 0 {
                        let time = Duration::from_micros((task * 40).unsigned_abs());
                        let _ = tokio::time::timeout(time, asked).await;
                    } else {
                        assert_eq!(asked.await.unwrap(), vec![Value::I64(number); 20]);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn a_shared_read_that_nobody_waited_for_is_not_run(at: At) {
    at.make("create sequence asked").await;
    let next = "select nextval('asked')";
    assert_eq!(read(&at.db, next, vec![]).await.unwrap(), [Value::I64(1)]);
    let statement = Statement::new(next, Access::Read);
    drop(at.db.fetch(&statement, vec![], Box::new(Firsts::default())));
    assert_eq!(read(&at.db, next, vec![]).await.unwrap(), [Value::I64(2)]);
}

async fn connections_that_come_back_start_one_task(at: At) {
    let db = at.with(|settings| settings.connections(1));
    db.execute("select 1", ()).await.unwrap();
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for _ in 0..50 {
        db.execute("select 1", ()).await.unwrap();
    }
    assert_eq!(tasks(), before);
}

async fn a_statement_that_takes_too_long_is_ended(at: At) {
    let db = at.with(|settings| settings.statement(Duration::from_millis(200)));
    let slow = db.execute("select pg_sleep(60)", ()).await.unwrap_err();
    assert_eq!(slow.kind(), Kind::Timeout, "{slow:?}");
    assert!(slow.advice().unwrap().contains("database.statement"), "{slow:?}");
    let slow = read(&db, "select 1 from pg_sleep(60)", vec![]).await.unwrap_err();
    assert_eq!(slow.kind(), Kind::Timeout, "{slow:?}");
    assert_eq!(read(&db, "select 1", vec![]).await.unwrap(), [Value::I64(1)]);
}

async fn what_is_set_by_hand_stays_with_nobody(at: At) {
    let db = at.with(|settings| settings.connections(1));
    db.execute("set search_path = nowhere", ()).await.unwrap();
    let path: String = db.query_scalar("show search_path", ()).one().await.unwrap();
    assert!(path.contains("public"), "{path}");
    let zone: String = db.query_scalar("show timezone", ()).one().await.unwrap();
    assert_eq!(zone, "UTC");
}

async fn types_of_its_own_are_read_and_written(at: At) {
    type Kept = (String, String, String, String, String, i64, i16, i32, f32);
    at.make("create type mood as enum ('good', 'bad')").await;
    at.make("create domain small as integer check (value < 10)").await;
    at.make("create table kept (price numeric(12, 2), host inet, net cidr, lasts interval, mood mood, small small, tags text[], short smallint, middle integer, single real)").await;
    let insert = "insert into kept values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let lasts = "1 year 2 mons 3 days 04:05:06.7";
    let values = ("1234.50", "192.168.0.1", "10.0.0.0/8", lasts, "good", 7, "{a,b}", 1, 2, 0.5);
    at.db.execute(insert, values).await.unwrap();
    let select = "select price, host, net, lasts, mood, small, short, middle, single from kept";
    let row: Kept = at.db.query_as(select, ()).one().await.unwrap();
    let text = |text: &str| text.to_owned();
    let expected = (
        text("1234.50"),
        text("192.168.0.1"),
        text("10.0.0.0/8"),
        text(lasts),
        text("good"),
        7,
        1,
        2,
        0.5,
    );
    assert_eq!(row, expected);
    let price: f64 = at.db.query_scalar("select price from kept", ()).one().await.unwrap();
    assert!((price - 1234.5).abs() < f64::EPSILON);
    // The sum of integers is a NUMERIC.
    let sum: i64 =
        at.db.query_scalar("select sum(cast(middle as bigint)) from kept", ()).one().await.unwrap();
    assert_eq!(sum, 2);
    for number in [
        "0",
        "-0.001",
        "10000",
        "99999999999999999999.9999",
        "0.00000001",
        "1e20",
        "NaN",
        "-12345678",
    ] {
        let (ours, theirs): (String, String) = at
            .db
            .query_as(
                "select cast(? as numeric), cast(cast(? as numeric) as text)",
                (number, number),
            )
            .one()
            .await
            .unwrap();
        assert_eq!(ours, theirs, "{number}");
    }
    for lasts in ["0", "-1 day", "1 mon", "-00:00:00.5", "100:00:00", "2 years -3 days"] {
        let (ours, theirs): (String, String) = at
            .db
            .query_as(
                "select cast(? as interval), cast(cast(? as interval) as text)",
                (lasts, lasts),
            )
            .one()
            .await
            .unwrap();
        assert_eq!(ours, theirs, "{lasts}");
    }
    let array = at.db.query_scalar::<String>("select tags from kept", ()).one().await.unwrap_err();
    assert!(array.message().contains("cast(tags as text)"), "{array:?}");
    let infinite = "select cast('infinity' as timestamptz) as at";
    let infinite = at.db.query_scalar::<jiff::Timestamp>(infinite, ()).one().await.unwrap_err();
    assert!(infinite.message().contains("infinite"), "{infinite:?}");
}

/// In binary where the type is known, and as text where nothing is prepared by name.
async fn types_of_its_own_have_their_kinds(at: At) {
    at.make("create type mood as enum ('good', 'so_so')").await;
    at.make("create table kept (price numeric(12, 2), host inet, lasts interval, mood mood)").await;
    let price: Decimal = "-1234.50".parse().unwrap();
    let host: IpAddr = "2001:db8::1".parse().unwrap();
    let unnamed = at.with(carafe_db::DatabaseSettings::unprepared);
    for db in [&at.db, &unnamed] {
        let insert = "insert into kept (price, host, mood) values (?, ?, ?)";
        db.execute(insert, (price, host, Mood::SoSo)).await.unwrap();
        let select = "select price, host, mood from kept where price = ? and host = ? and mood = ?";
        let row: (Decimal, IpAddr, Mood) =
            db.query_as(select, (price, host, Mood::SoSo)).one().await.unwrap();
        assert_eq!((row.0.to_string().as_str(), row.1, row.2), ("-1234.50", host, Mood::SoSo));
        db.execute("delete from kept", ()).await.unwrap();
    }
    let db = &at.db;
    for number in [
        "0",
        "-0.001",
        "10000",
        "10000.0001",
        "79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "-12345678.90",
    ] {
        let number: Decimal = number.parse().unwrap();
        let select = "select cast(? as numeric), cast(cast(? as numeric) as text)";
        let (back, text): (Decimal, String) =
            db.query_as(select, (number, number)).one().await.unwrap();
        assert_eq!((back, text.as_str()), (number, number.to_string().as_str()));
    }
    let long = "select cast('1.00000000000000000000000000000000001' as numeric) as price";
    let long = db.query_scalar::<Decimal>(long, ()).one().await.unwrap();
    assert_eq!(long, Decimal::ONE);
    let nan = "select cast('NaN' as numeric) as price";
    let nan = db.query_scalar::<Decimal>(nan, ()).one().await.unwrap_err();
    assert_eq!(nan.message(), "the value of column `price` is not a decimal of 28 digits at most");

    let lasts = SignedDuration::from_micros(-93_784_000_001);
    db.execute("insert into kept (lasts) values (?)", (lasts,)).await.unwrap();
    let select = "select lasts from kept where lasts = ?";
    assert_eq!(db.query_scalar::<SignedDuration>(select, (lasts,)).one().await.unwrap(), lasts);
    let days: SignedDuration =
        db.query_scalar("select interval '-2 days 00:00:01'", ()).one().await.unwrap();
    assert_eq!(days, SignedDuration::from_secs(1 - 2 * 86_400));
    let months = "select interval '1 month' as lasts";
    let months = db.query_scalar::<SignedDuration>(months, ()).one().await.unwrap_err();
    assert!(months.message().contains("it has months"), "{months:?}");
    let network = "select cast('10.0.0.0/8' as inet) as host";
    let network = db.query_scalar::<IpAddr>(network, ()).one().await.unwrap_err();
    assert!(network.message().contains("it is a network"), "{network:?}");
    let wrong = db.execute("insert into kept (host) values (?)", ("nowhere",)).await.unwrap_err();
    assert_eq!(wrong.kind(), Kind::Invalid, "{wrong:?}");
}

async fn arrays(at: At) {
    at.make("create type mood as enum ('good', 'so_so')").await;
    let text = |text: &str| Value::Text(text.to_owned());
    let hostile = ["", " ", "a,b", "{}", "NULL", "\"", "\\", "it's", "é💣"].map(text).to_vec();
    let unnamed = at.with(carafe_db::DatabaseSettings::unprepared);
    for (ty, values) in [
        ("bigint[]", vec![]),
        ("bigint[]", vec![Value::I64(i64::MIN), Value::Null, Value::I64(7)]),
        ("text[]", hostile),
        ("mood[]", vec![text("good"), Value::Null]),
        ("bytea[]", vec![Value::Bytes(vec![0, 255, 34, 92])]),
        ("uuid[]", vec![Value::Uuid([7; 16])]),
        ("numeric[]", vec![Value::Decimal("1.50".to_owned())]),
        ("boolean[]", vec![Value::Bool(true), Value::Bool(false)]),
        ("date[]", vec![Value::Date(0)]),
        ("timestamptz[]", vec![Value::Timestamp(-1)]),
        ("jsonb[]", vec![Value::Json("{\"a\": [1]}".to_owned())]),
        (
            "integer[][]",
            vec![
                Value::Array(vec![Value::I64(1), Value::I64(2)]),
                Value::Array(vec![Value::Null, Value::I64(4)]),
            ],
        ),
    ] {
        for db in [&at.db, &unnamed] {
            let select = format!("select cast(? as {ty}) as kept");
            let array = Value::Array(values.clone());
            let back: Value = db.query_scalar(select, [array.clone()]).one().await.unwrap();
            assert_eq!(back, array, "{ty}");
        }
    }
    let any = "select number from generate_series(1, 9) as all_of (number) where number = any (?)";
    let some = Value::Array(vec![Value::I64(2), Value::I64(3)]);
    let found = at.db.query_scalar::<i64>(any, [some]).all().await.unwrap();
    assert_eq!(found, [2, 3]);
    for (ty, values, kind) in [
        ("integer[]", vec![text("1")], Kind::Internal),
        ("integer[]", vec![Value::I64(i64::MAX)], Kind::Invalid),
        ("text[]", vec![text("\0")], Kind::Invalid),
        ("integer", vec![], Kind::Internal),
        ("integer[]", vec![Value::Array(vec![]), Value::Array(vec![Value::Null])], Kind::Invalid),
    ] {
        let select = format!("select cast(? as {ty}) as kept");
        let wrong = at.db.query_scalar::<Value>(select, [Value::Array(values)]).one().await;
        assert_eq!(wrong.unwrap_err().kind(), kind, "{ty}");
    }
}

async fn ranges_words_and_texts_by_name(at: At) {
    at.make("create extension hstore").await;
    at.make("create extension citext").await;
    let unnamed = at.with(carafe_db::DatabaseSettings::unprepared);
    for db in [&at.db, &unnamed] {
        same(db, "int4range", PgRange::from(-1..5)).await;
        same(db, "int8range", PgRange::from(i64::MIN..i64::MAX)).await;
        same(db, "int4range", PgRange::<i32>::from(..)).await;
        same(db, "int4range", PgRange::<i32>::Empty).await;
        same(db, "numrange", PgRange::from(Decimal::ONE..=Decimal::TEN)).await;
        let date = |text: &str| text.parse::<Date>().unwrap();
        same(db, "daterange", PgRange::from(date("2024-02-29")..date("9999-12-31"))).await;
        let local = date("2026-11-22").at(15, 33, 39, 910_967_000);
        same(db, "tsrange", PgRange::from(local..)).await;
        let instant: Timestamp = "1969-12-31T23:59:59.999999Z".parse().unwrap();
        same(db, "tstzrange", PgRange::from(..=instant)).await;
        let mut pairs: HStore =
            [("a", "1"), ("", ""), ("\"\\", "it's, => {é💣}"), ("n", "NULL")].into_iter().collect();
        pairs.insert("none".to_owned(), None);
        same(db, "hstore", pairs).await;
        same(db, "hstore", HStore::default()).await;
        same(db, "int4range[]", Array(vec![PgRange::from(1..2), PgRange::Empty])).await;
        same(db, "citext[]", Array(vec!["A".to_owned()])).await;
    }
    let db = &at.db;
    // Whole numbers are kept as `[from,to)`.
    let range: PgRange<i32> = db
        .query_scalar("select cast(? as int4range)", (PgRange::from(1..=5),))
        .one()
        .await
        .unwrap();
    assert_eq!(range, PgRange::from(1..6));
    at.make("create table kept (body text, code citext, words tsvector generated always as (setweight(to_tsvector('english', body), 'A')) stored)").await;
    let insert = "insert into kept (body, code) values (?, ?)";
    db.execute(insert, ("The cats sat, o\\'clock, and cats sat", "ABC")).await.unwrap();
    let select = "select words, cast(words as text) from kept where code = ?";
    let (words, text): (SearchVector, String) = db.query_as(select, ("abc",)).one().await.unwrap();
    assert_eq!(words.as_str(), text);
    assert!(text.contains("'cat':2A"), "{text}");
    let plain = r"select v, cast(v as text) from (values (to_tsvector('simple', 'it''s a\\b c')), (cast($$'a b':1B,2C c$$ as tsvector)), (cast('' as tsvector))) as t (v)";
    for (words, text) in db.query_as::<(String, String)>(plain, ()).all().await.unwrap() {
        assert_eq!(words, text);
    }
}

/// A value there and back, in a type of the database.
async fn same<T>(db: &Db, ty: &str, value: T)
where
    T: FieldType + Clone + PartialEq + std::fmt::Debug,
{
    let select = format!("select cast(? as {ty}) as kept, cast(cast(? as {ty}) as text)");
    let (back, _): (T, String) =
        db.query_as(select, (value.clone(), value.clone())).one().await.unwrap();
    assert_eq!(back, value, "{ty}");
}

async fn vectors(at: At) {
    let there = "select count(*) from pg_available_extensions where name = 'vector'";
    if at.db.query_scalar::<i64>(there, ()).one().await.unwrap() == 0 {
        return skip("pgvector is not installed");
    }
    at.make("create extension vector").await;
    let unnamed = at.with(carafe_db::DatabaseSettings::unprepared);
    for db in [&at.db, &unnamed] {
        same(db, "vector(3)", Vector::from([0.1, -2.0, 3e9])).await;
    }
    at.make("create table place (id {id}, it vector(2))").await;
    for (id, place) in (1_i64..).zip([[0.0, 0.0], [3.0, 4.0], [1.0, 0.0]]) {
        let insert = "insert into place values (?, ?)";
        at.db.execute(insert, (id, Vector::from(place))).await.unwrap();
    }
    let nearest = "select id from place order by it <-> ?";
    let nearest = at.db.query_scalar::<i64>(nearest, (Vector::from([2.0, 0.0]),)).all().await;
    assert_eq!(nearest.unwrap(), [3, 1, 2]);
}

async fn values_of_another_kind_are_told(at: At) {
    at.make("create table kept (small smallint, words text, day date)").await;
    let put = async |column: &str, value: Value| {
        let insert = format!("insert into kept ({column}) values (?)");
        at.db.execute(insert, [value]).await.unwrap_err()
    };
    let range = put("small", Value::I64(40_000)).await;
    assert_eq!(
        (range.kind(), range.message()),
        (Kind::Invalid, "parameter 1 is not in the range of `int2`")
    );
    let kind = put("words", Value::I64(7)).await;
    assert_eq!(kind.message(), "parameter 1 is an integer, and a `text` is expected there");
    let kind = put("small", Value::Text("7".into())).await;
    assert_eq!(kind.message(), "parameter 1 is text, and a `int2` is expected there");
    let text = put("day", Value::Text("hunter2".into())).await;
    assert_eq!(text.kind(), Kind::Invalid);
    assert!(!format!("{text:?}").contains("hunter2"), "{text:?}");
}

async fn nothing_prepared_by_name_works_as_well(at: At) {
    type Kept = (
        i64,
        Vec<u8>,
        jiff::Timestamp,
        uuid::Uuid,
        bool,
        f64,
        jiff::civil::Date,
        serde_json::Value,
        String,
    );
    let db = at.with(DatabaseSettings::unprepared);
    at.make("create table kept (id {id}, data {bytes}, at {timestamp}, mark {uuid}, done {bool}, size {float}, day {date}, doc {json}, words {text})").await;
    let now: jiff::Timestamp = "2026-11-22T15:33:39.910967Z".parse().unwrap();
    let day: jiff::civil::Date = "2026-11-22".parse().unwrap();
    let mark = uuid::Uuid::from_u128(7);
    let doc = serde_json::json!({"a": [1, null]});
    let insert = "insert into kept values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = (1_i64, vec![0_u8, 255], now, mark, true, 0.1_f64, day, doc.clone(), "it's \\ ?");
    assert_eq!(db.execute(insert, values.clone()).await.unwrap(), 1);
    let row: Kept = db.query_as("select * from kept where id = ?", (1,)).one().await.unwrap();
    assert_eq!(row, (1, vec![0, 255], now, mark, true, 0.1, day, doc, "it's \\ ?".to_owned()));
    let none: Vec<Kept> = db.query_as("select * from kept where id = ?", (2,)).all().await.unwrap();
    assert!(none.is_empty());
    db.atomic(async |tx| tx.execute("update kept set done = ?", (false,)).await).await.unwrap();
    assert_eq!(
        read(&db, "select id from kept where done = $1", vec![Value::Bool(false)]).await.unwrap(),
        [Value::I64(1)]
    );
    let named: i64 =
        db.query_scalar("select count(*) from pg_prepared_statements", ()).one().await.unwrap();
    assert_eq!(named, 0);
}

async fn operators_with_a_question_mark(at: At) {
    let has = "select cast('{\"a\": 1}' as jsonb) ? 'a'";
    assert!(at.db.query_scalar::<bool>(has, ()).one().await.unwrap());
    let has = "select cast('{\"a\": 1}' as jsonb) ?? ?";
    assert!(at.db.query_scalar::<bool>(has, ("a",)).one().await.unwrap());
    let has = "select cast('{\"a\": 1}' as jsonb) ? $1";
    assert!(!at.db.query_scalar::<bool>(has, ("b",)).one().await.unwrap());
}

async fn serialization_failures_are_tried_again(at: At) {
    at.make("create table counter (id {id}, hits {integer})").await;
    at.make("insert into counter values (1, 0)").await;
    let hit = async || {
        let work = at.db.atomic_retry(50, async |tx| {
            tx.execute("set transaction isolation level serializable", ()).await?;
            let hits: i64 =
                tx.query_scalar("select hits from counter where id = 1", ()).one().await?;
            tokio::time::sleep(Duration::from_millis(3)).await;
            tx.execute("update counter set hits = ? where id = 1", (hits + 1,)).await
        });
        work.await.unwrap();
    };
    tokio::join!(hit(), hit(), hit(), hit());
    let hits: i64 = at.db.query_scalar("select hits from counter", ()).one().await.unwrap();
    assert_eq!(hits, 4);
}

async fn lost_connections_heal(at: At) {
    let Some(server) = at.server.another() else {
        return skip("this server is not the suite's own");
    };
    let settings = DatabaseSettings::new(url(&server.place(), "postgres"));
    let settings = settings.connect(Duration::from_secs(1)).statement(Duration::from_secs(1));
    let db = Db::from_settings(&settings.wait(Duration::from_secs(2))).unwrap();
    db.execute("create table name (name text)", ()).await.unwrap();
    add(&db, "a").await.unwrap();
    read(&db, "select 1", vec![]).await.unwrap();
    // Killed: each statement ends with a clear error and within the time-outs, in the middle or not.
    let open = db.begin().await.unwrap();
    add(open.db(), "lost").await.unwrap();
    let running = tokio::spawn({
        let db = db.clone();
        async move { db.execute("select pg_sleep(30)", ()).await }
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
        check(read(&db, "select 1", vec![]).await.unwrap_err());
    }
    assert!(since.elapsed() < Duration::from_secs(30));
    server.start().unwrap();
    add(&db, "c").await.unwrap();
    assert_eq!(read(&db, "select 1", vec![]).await.unwrap(), [Value::I64(1)]);
    assert_eq!(all(&db).await, "a c");
}

async fn a_server_that_is_not_there_is_told(at: At) {
    let Some(server) = at.server.another() else {
        return skip("this server is not the suite's own");
    };
    let port = server.place().port;
    let open = async |url: String| Db::open(url).await.unwrap_err();
    let encoded = PASSWORD.replace(' ', "%20").replace('&', "%26");
    Db::open(format!("postgres://carafe:{encoded}@127.0.0.1:{port}/postgres")).await.unwrap();
    let wrong = open(format!("postgres://carafe:hunter2@127.0.0.1:{port}/postgres")).await;
    assert_eq!(wrong.kind(), Kind::Settings);
    assert!(wrong.message().contains("password"), "{wrong:?}");
    assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
    let none = open(format!("postgres://carafe@127.0.0.1:{port}/postgres")).await;
    assert!(none.message().contains("password"), "{none:?}");
    let missing = open(url(&server.place(), "nowhere")).await;
    assert_eq!(missing.kind(), Kind::Settings);
    assert!(missing.message().contains("nowhere"), "{missing:?}");
    assert!(missing.advice().unwrap().contains("createdb"), "{missing:?}");
    let stranger = url(&server.place(), "postgres").replace("carafe@", "stranger@");
    let stranger = open(stranger).await;
    assert!(stranger.message().contains("stranger"), "{stranger:?}");
    let socket = url(&server.place(), "postgres");
    server.kill();
    let refused = open(format!("postgres://carafe:hunter2@127.0.0.1:{port}/postgres")).await;
    assert_eq!(refused.kind(), Kind::Unavailable);
    assert!(refused.advice().unwrap().contains("started"), "{refused:?}");
    assert!(refused.place().unwrap().contains("127.0.0.1"), "{refused:?}");
    assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
    assert_eq!(open(socket).await.kind(), Kind::Unavailable);
}

async fn urls_that_mean_nothing_say_what_to_write(_: At) {
    for url in [
        "postgres://user:hunter2@host:port/name",
        "postgres://user:hunter2@host/name?sslmode=maybe",
        "postgresql://user:hunter2@host/name?nonsense=1",
        "postgres:user:hunter2@host",
    ] {
        let error = Db::open(url).await.unwrap_err();
        assert_eq!((error.kind(), error.place()), (Kind::Settings, Some("database.url")), "{url}");
        assert!(error.advice().is_some() && !format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
