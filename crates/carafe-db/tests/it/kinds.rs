//! Every kind of value goes in and comes back, and is stored as Django stores it.

use carafe_db::{Db, FieldType};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

async fn check<T: FieldType + Clone + PartialEq + std::fmt::Debug>(value: T, stored: &str) {
    let db = Db::open("sqlite::memory:").await.unwrap();
    let (back, text): (T, String) =
        db.query_as("select ?1, quote(?1)", (value.clone(),)).one().await.unwrap();
    assert_eq!((back, text.as_str()), (value, stored));
}

#[tokio::test]
async fn numbers_and_text() {
    check(true, "1").await;
    check(i64::MIN, "-9223372036854775808").await;
    check(i8::MIN, "-128").await;
    check(u32::MAX, "4294967295").await;
    check(-0.5_f64, "-0.5").await;
    check(0.1_f32, "0.10000000149011612").await;
    check(f64::INFINITY, "9.0e+999").await;
    check("it's".to_owned(), "'it''s'").await;
    check(String::new(), "''").await;
    check(vec![0_u8, 255], "X'00FF'").await;
    check(None::<i64>, "NULL").await;
    check(Some(7_i16), "7").await;
}

#[tokio::test]
async fn times() {
    check("2026-11-22".parse::<Date>().unwrap(), "'2026-11-22'").await;
    check("15:33:39.910967".parse::<Time>().unwrap(), "'15:33:39.910967'").await;
    check("15:33:39".parse::<Time>().unwrap(), "'15:33:39'").await;
    check(
        "2026-11-22T15:33:39.000001".parse::<DateTime>().unwrap(),
        "'2026-11-22 15:33:39.000001'",
    )
    .await;
    check(
        "2026-11-22T15:33:39.910967Z".parse::<Timestamp>().unwrap(),
        "'2026-11-22 15:33:39.910967'",
    )
    .await;
    check(
        "1960-01-01T00:00:00.5-01:00".parse::<Timestamp>().unwrap(),
        "'1960-01-01 01:00:00.500000'",
    )
    .await;
    check(Date::MIN, "'-9999-01-01'").await;
    check(Date::MAX, "'9999-12-31'").await;
}

#[tokio::test]
async fn what_is_finer_than_a_microsecond_is_cut_off() {
    let db = Db::open("sqlite::memory:").await.unwrap();
    let fine: Timestamp = "1969-12-31T23:59:59.9999999Z".parse().unwrap();
    let back: Timestamp = db.query_scalar("select ?", (fine,)).one().await.unwrap();
    assert_eq!(back.to_string(), "1969-12-31T23:59:59.999999Z");
}

#[tokio::test]
async fn uuids_and_json() {
    check(uuid::Uuid::from_u128(0x1234), "'00000000000000000000000000001234'").await;
    check(serde_json::json!({"a": [1, "é", null]}), "'{\"a\":[1,\"é\",null]}'").await;
}

#[tokio::test]
async fn current_timestamp_of_sqlite_is_read() {
    let db = Db::open("sqlite::memory:").await.unwrap();
    let now: Timestamp = db.query_scalar("select current_timestamp", ()).one().await.unwrap();
    assert!(Timestamp::now().duration_since(now).as_secs().abs() < 5);
}

#[tokio::test]
async fn nan_is_refused() {
    let db = Db::open("sqlite::memory:").await.unwrap();
    let error = db.query_scalar::<f64>("select ?", (f64::NAN,)).one().await.unwrap_err();
    assert_eq!(error.kind(), carafe_core::Kind::Invalid);
}
