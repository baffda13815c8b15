//! A value of every kind, through its table and back.

use std::net::IpAddr;

use carafe::prelude::*;
use jiff::civil::{Date, DateTime, Time, date, time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
enum Status {
    #[choice(default)]
    Draft,
    Public,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Kept {
    id: i64,
    yes: bool,
    tiny: i8,
    small: i16,
    int: i32,
    tiny_positive: u8,
    small_positive: u16,
    positive: u32,
    real: f32,
    float: f64,
    #[model(max_digits = 12, decimal_places = 4)]
    exact: Decimal,
    #[model(max_length = 20)]
    text: String,
    long: String,
    #[model(slug)]
    slug: String,
    bytes: Vec<u8>,
    ip: IpAddr,
    date: Date,
    time: Time,
    date_time: DateTime,
    timestamp: Timestamp,
    lasts: SignedDuration,
    mark: Uuid,
    doc: serde_json::Value,
    status: Status,
    none: Option<Uuid>,
}

pub(super) fn models() -> carafe_db::Models {
    models![Kept]
}

pub(crate) async fn all_come_back(db: &Db) {
    let db = db.with_models(models![Kept]);
    db.create_tables().await.unwrap();
    let day = date(2026, 2, 28);
    let largest = Kept {
        id: 1,
        yes: true,
        tiny: i8::MIN,
        small: i16::MIN,
        int: i32::MIN,
        tiny_positive: u8::MAX,
        small_positive: u16::MAX,
        positive: u32::MAX,
        real: 0.5,
        float: 0.1,
        exact: Decimal::new(-123_456_789, 4),
        text: "it's \\ ? ü".into(),
        long: "x".repeat(70_000),
        slug: "a-b".into(),
        bytes: vec![0, 255, b'\''],
        ip: "2001:db8::1".parse().unwrap(),
        date: day,
        time: time(23, 59, 59, 123_456_000),
        date_time: day.at(1, 2, 3, 4_000),
        timestamp: Timestamp::from_microsecond(1_767_225_600_123_456).unwrap(),
        lasts: SignedDuration::from_micros(-90_000_001),
        mark: Uuid::from_u128(7 << 100),
        doc: serde_json::json!({"a": [1, null, "ü"]}),
        status: Status::Public,
        none: None,
    };
    let kept = largest.clone().create(&db).await.unwrap();
    assert_eq!(Kept::all().filter(Kept::ID.eq(kept.id)).get(&db).await.unwrap(), largest);
    let several = [
        Kept { id: 2, none: Some(largest.mark), text: String::new(), ..largest.clone() },
        Kept { id: 3, status: Status::Draft, text: "{\"a\", NULL}".into(), ..largest.clone() },
        Kept { id: 4, doc: serde_json::Value::Null, ..largest.clone() },
    ];
    let made = Kept::bulk_create(several.clone()).run(&db).await.unwrap();
    let read = Kept::all().filter(Kept::ID.gt(1)).order_by(Kept::ID).fetch(&db).await.unwrap();
    assert_eq!((&made[..], &read[..]), (&several[..], &several[..]));
    assert_eq!(Kept::all().filter(Kept::ID.gt(1)).delete(&db).await.unwrap().total(), 3);
    // What is never negative, and no JSON, the table itself refuses.
    let put = async |sql: &str| db.execute(sql.to_owned(), ()).await;
    assert!(put("update kept set tiny_positive = -1").await.is_err());
    assert!(put("update kept set positive = -1").await.is_err());
    assert!(put("update kept set doc = '{'").await.is_err());
    assert_eq!(put("update kept set tiny_positive = 0, doc = '[]'").await.unwrap(), 1);
}
