//! Every kind of value goes into a column of its kind and comes back.

use std::fmt::Debug;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use carafe::models::Choices;
use carafe_db::FieldType;
use driver_tests::{Ability, At, checks};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

checks![
    numbers,
    text_and_bytes,
    moments,
    uuids_and_json,
    decimals,
    decimals_are_compared_as_numbers,
    durations_and_addresses,
    choices,
    null_is_kept_in_every_kind,
    values_are_compared_by_their_kind,
];

/// A column of a kind, and values that go in and come back.
async fn check<T: FieldType + Clone + PartialEq + Debug>(at: &At, kind: &str, values: &[T]) {
    at.make(&format!("create table kept (id {{id}}, it {{{kind}}})")).await;
    for (id, value) in (1_i64..).zip(values) {
        let insert = "insert into kept (id, it) values (?, ?)";
        at.db.execute(insert, (id, value.clone())).await.unwrap();
        let select = "select it from kept where id = ?";
        let back: T = at.db.query_scalar(select, (id,)).one().await.unwrap();
        assert_eq!(back, *value, "{kind}");
    }
    at.make("drop table kept").await;
}

async fn numbers(at: At) {
    check(&at, "integer", &[0, 1, -1, i64::MIN, i64::MAX]).await;
    check(&at, "integer", &[i8::MIN, i8::MAX]).await;
    check(&at, "integer", &[u32::MAX, 0]).await;
    check(&at, "bool", &[true, false]).await;
    check(&at, "float", &[0.0, -0.5, 0.1, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324]).await;
    check(&at, "float", &[0.1_f32, f32::MAX]).await;
    if at.can(Ability::Infinity) {
        check(&at, "float", &[f64::INFINITY, f64::NEG_INFINITY]).await;
    }
}

async fn text_and_bytes(at: At) {
    let text = ["", " ", "it's", "é\u{301}💣\u{10ffff}", "a\nb\r\n\tc", "\\x00", "NULL", "%_"];
    check(&at, "text", &text.map(str::to_owned)).await;
    check(&at, "bytes", &[vec![], vec![0], vec![0, 255, 39, 92], (0..=255).collect()]).await;
}

async fn moments(at: At) {
    let dates =
        ["0001-01-01", "1582-10-15", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"];
    check(&at, "date", &dates.map(|date| date.parse::<Date>().unwrap())).await;
    if at.can(Ability::NegativeYears) {
        check(&at, "date", &[Date::MIN]).await;
    }
    let times = ["00:00", "15:33:39", "15:33:39.910967", "23:59:59.999999"];
    check(&at, "time", &times.map(|time| time.parse::<Time>().unwrap())).await;
    let both = ["2026-11-22T15:33:39.000001", "1900-01-01T00:00", "9999-12-31T23:59:59.999999"];
    check(&at, "datetime", &both.map(|both| both.parse::<DateTime>().unwrap())).await;
    let instants = ["2026-11-22T15:33:39.910967Z", "1960-01-01T00:00:00.5-01:00"];
    check(&at, "timestamp", &instants.map(|at| at.parse::<Timestamp>().unwrap())).await;
    // What is finer than a microsecond is cut off, towards the past.
    at.make("create table fine (it {timestamp})").await;
    let fine: Timestamp = "1969-12-31T23:59:59.9999999Z".parse().unwrap();
    at.db.execute("insert into fine values (?)", (fine,)).await.unwrap();
    let back: Timestamp = at.db.query_scalar("select it from fine", ()).one().await.unwrap();
    assert_eq!(back.to_string(), "1969-12-31T23:59:59.999999Z");
}

async fn uuids_and_json(at: At) {
    let uuids = [0, 0x1234, u128::MAX].map(uuid::Uuid::from_u128);
    check(&at, "uuid", &uuids).await;
    let documents = ["null", "{}", "[1, \"é\", null, {\"a\": 0.5}]", "\"'\""];
    check(&at, "json", &documents.map(|json| json.parse::<serde_json::Value>().unwrap())).await;
}

async fn decimals(at: At) {
    let decimals = ["0", "-0.5", "12.50", "0.1", "99999.9999999999", "-1234567890", "0.0000000001"];
    check(&at, "decimal", &decimals.map(|decimal| decimal.parse::<Decimal>().unwrap())).await;
    check::<Option<Decimal>>(&at, "decimal", &[None]).await;
    // What a database without decimals adds up is no binary fraction.
    at.make("create table price (it {decimal})").await;
    for price in ["0.1", "0.2"] {
        let price: Decimal = price.parse().unwrap();
        at.db.execute("insert into price values (?)", (price,)).await.unwrap();
    }
    let sum: Decimal = at.db.query_scalar("select sum(it) from price", ()).one().await.unwrap();
    assert_eq!(sum, "0.3".parse().unwrap());
}

async fn decimals_are_compared_as_numbers(at: At) {
    at.make("create table price (id {id}, it {decimal}, many {integer})").await;
    for (id, price) in (1_i64..).zip(["9.5", "10", "100.25", "-3"]) {
        let insert = "insert into price (id, it, many) values (?, ?, 2)";
        at.db.execute(insert, (id, price.parse::<Decimal>().unwrap())).await.unwrap();
    }
    for (condition, than, expected) in [
        ("it < ?", "10", vec![1, 4]),
        ("it <= ?", "10.00", vec![1, 2, 4]),
        ("it = ?", "100.2500", vec![3]),
        ("it > ?", "-3.5", vec![1, 2, 3, 4]),
        // Neither side is a column.
        ("it * many < ?", "20", vec![1, 4]),
        ("? < it * many", "19.5", vec![2, 3]),
        ("it + ? > 10", "0.6", vec![1, 2, 3]),
    ] {
        let select = format!("select id from price where {condition} order by id");
        let than: Decimal = than.parse().unwrap();
        let found = at.db.query_scalar::<i64>(select, (than,)).all().await.unwrap();
        assert_eq!(found, expected, "{condition}");
    }
}

async fn durations_and_addresses(at: At) {
    let durations = [0, 1, -1, 86_400_000_000, i64::MAX, i64::MIN];
    check(&at, "duration", &durations.map(SignedDuration::from_micros)).await;
    let addresses = ["192.168.0.1", "255.255.255.255", "::1", "2001:db8::1", "::ffff:10.0.0.1"];
    check(&at, "ip", &addresses.map(|address| address.parse::<IpAddr>().unwrap())).await;
    check(&at, "ip", &[Ipv4Addr::LOCALHOST]).await;
    check(&at, "ip", &[Some(Ipv6Addr::LOCALHOST), None]).await;
    at.make("create table host (it {ip})").await;
    at.db.execute("insert into host values (?)", (Ipv6Addr::LOCALHOST,)).await.unwrap();
    let wrong = at.db.query_scalar::<Ipv4Addr>("select it from host", ()).one().await.unwrap_err();
    assert_eq!(wrong.message(), "the value of column `it` is not an IP address of version 4");
}

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mood {
    Good,
    SoSo,
}

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
enum Size {
    Small = -1,
    Large = 7,
}

async fn choices(at: At) {
    check(&at, "text", &[Mood::Good, Mood::SoSo]).await;
    check(&at, "integer", &[Size::Small, Size::Large]).await;
    check::<Option<Mood>>(&at, "text", &[None]).await;
    at.make("create table mood (it {text})").await;
    at.make("insert into mood values ('bad')").await;
    let wrong = at.db.query_scalar::<Mood>("select it from mood", ()).one().await.unwrap_err();
    assert_eq!(wrong.message(), "the value of column `it` is not one of \"good\", \"so_so\"");
}

async fn null_is_kept_in_every_kind(at: At) {
    check::<Option<i64>>(&at, "integer", &[None, Some(7)]).await;
    check::<Option<bool>>(&at, "bool", &[None, Some(true)]).await;
    check::<Option<f64>>(&at, "float", &[None, Some(0.5)]).await;
    check::<Option<String>>(&at, "text", &[None, Some(String::new())]).await;
    check::<Option<Vec<u8>>>(&at, "bytes", &[None, Some(vec![])]).await;
    check::<Option<Date>>(&at, "date", &[None]).await;
    check::<Option<Time>>(&at, "time", &[None]).await;
    check::<Option<DateTime>>(&at, "datetime", &[None]).await;
    check::<Option<Timestamp>>(&at, "timestamp", &[None]).await;
    check::<Option<uuid::Uuid>>(&at, "uuid", &[None]).await;
}

async fn values_are_compared_by_their_kind(at: At) {
    at.make(
        "create table event (id {id}, day {date}, at {timestamp}, done {bool}, key {uuid})"
            .replace("key ", "mark ")
            .as_str(),
    )
    .await;
    let day: Date = "2026-11-22".parse().unwrap();
    let instant: Timestamp = "2026-11-22T15:33:39.5Z".parse().unwrap();
    let mark = uuid::Uuid::from_u128(7);
    let insert = "insert into event (id, day, at, done, mark) values (?, ?, ?, ?, ?)";
    at.db.execute(insert, (1, day, instant, true, mark)).await.unwrap();
    let select = "select id from event where day <= ? and at < ? and done = ? and mark = ?";
    let later = instant + jiff::SignedDuration::from_micros(1);
    let found = at.db.query_scalar::<i64>(select, (day, later, true, mark)).all().await.unwrap();
    assert_eq!(found, [1]);
    let found = at.db.query_scalar::<i64>(select, (day, instant, true, mark)).all().await.unwrap();
    assert!(found.is_empty());
}
