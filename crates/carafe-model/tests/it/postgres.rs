//! Kinds that PostgreSQL has and others have not.

use std::ops::Bound;

use carafe::models::schema::Kind;
use carafe::models::{
    Array, ColumnType, FieldType, HStore, PgRange, SearchVector, Value, Vector, validate,
};
use carafe::prelude::*;
use expect_test::{Expect, expect};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;

use crate::data::Text;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(max_length = 3, min_length = 2)]
    tags: Array<String>,
    #[model(blank)]
    sizes: Option<Array<Option<i32>>>,
    #[model(max_digits = 6, decimal_places = 2, blank)]
    prices: Array<Decimal>,
    #[model(blank)]
    table: Array<Array<i64>>,
    during: PgRange<Timestamp>,
    extra: HStore,
    #[model(citext, blank)]
    code: String,
    #[model(generated = to_tsvector("english", code), stored)]
    words: SearchVector,
    place: Vector<3>,
}

/// What is written is read again, in the form of that text.
#[track_caller]
fn check<T: FieldType + Clone + PartialEq + std::fmt::Debug>(value: T, expected: Expect) {
    let written = value.clone().into_value();
    let text = match &written {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    expected.assert_eq(&text);
    assert_eq!(T::from_reader(&mut Text(vec![written]), 0), Ok(value));
}

#[track_caller]
fn refused<T: FieldType + std::fmt::Debug>(texts: &[&str]) {
    for text in texts {
        let read = T::from_reader(&mut Text(vec![Value::Text((*text).to_owned())]), 0);
        assert_eq!(read.unwrap_err().column(), Some("c0"), "{text}");
    }
}

#[test]
fn arrays() {
    check(Array(vec![1_i64, -2]), expect!["Array([I64(1), I64(-2)])"]);
    check(Array::<String>::default(), expect!["Array([])"]);
    check(Array(vec![Some(7_i32), None]), expect!["Array([I64(7), Null])"]);
    check(
        Array(vec![Array(vec![true]), Array(vec![false])]),
        expect!["Array([Array([Bool(true)]), Array([Bool(false)])])"],
    );
    assert_eq!(Array::<Array<i64>>::KIND, Kind::Array(&Kind::Array(&Kind::BigInteger)));
    refused::<Array<i64>>(&["{1}"]);
    let wrong = Value::Array(vec![Value::Text("1".to_owned())]);
    assert!(Array::<i64>::from_reader(&mut Text(vec![wrong]), 0).is_err());
    let mut tags: Array<&str> = ["a", "b"].into_iter().collect();
    tags.push("c");
    assert_eq!((tags.len(), tags.contains(&"c")), (3, true));
    assert_eq!(serde_json::to_string(&Array(vec![1, 2])).unwrap(), "[1,2]");
}

#[test]
fn ranges() {
    check(PgRange::from(1..5), expect!["[1,5)"]);
    check(PgRange::from(1_i64..=5), expect!["[1,5]"]);
    check(PgRange::<i32>::from(..), expect!["(,)"]);
    check(PgRange::from(7..), expect!["[7,)"]);
    check(PgRange::from(..=-7), expect!["(,-7]"]);
    check(PgRange::<i32>::Empty, expect!["empty"]);
    check(PgRange::Between(Bound::Excluded(1), Bound::Excluded(9)), expect!["(1,9)"]);
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    check(PgRange::from(decimal("-0.50")..decimal("1.25")), expect!["[-0.50,1.25)"]);
    let date = |text: &str| text.parse::<Date>().unwrap();
    check(
        PgRange::from(date("2026-01-01")..date("2026-02-01")),
        expect!["[2026-01-01,2026-02-01)"],
    );
    let local = |text: &str| text.parse::<DateTime>().unwrap();
    check(
        PgRange::from(local("2026-01-01T00:00")..local("2026-01-01T12:30:00.5")),
        expect![[r#"["2026-01-01 00:00:00","2026-01-01 12:30:00.500000")"#]],
    );
    let instant = |text: &str| text.parse::<Timestamp>().unwrap();
    check(
        PgRange::from(instant("2026-01-01T00:00Z")..),
        expect![[r#"["2026-01-01 00:00:00+00",)"#]],
    );
    refused::<PgRange<i32>>(&[
        "", "[", "[1", "[1,2", "1,2)", "[1,2)x", "[a,2)", "[1;2)", "[\"1,2)",
    ]);

    let pages = PgRange::from(10..20);
    assert!(pages.contains(&10) && !pages.contains(&20) && !pages.is_empty());
    assert_eq!(pages.bounds(), Some((Bound::Included(&10), Bound::Excluded(&20))));
    assert!(!PgRange::Empty.contains(&1));
    assert_eq!(PgRange::<i64>::KIND, Kind::Range(&Kind::BigInteger));
    assert_eq!(serde_json::to_string(&pages).unwrap(), "\"[10,20)\"");
}

#[test]
fn texts_by_name() {
    check(HStore::default(), expect![""]);
    let mut pairs: HStore =
        [("a", "1"), ("", "it's"), ("k\"\\", ", => NULL")].into_iter().collect();
    pairs.insert("none".to_owned(), None);
    pairs.insert("word".to_owned(), Some("NULL".to_owned()));
    check(
        pairs.clone(),
        expect![[r#"""=>"it's", "a"=>"1", "k\"\\"=>", => NULL", "none"=>NULL, "word"=>"NULL""#]],
    );
    refused::<HStore>(&["a", "\"a\"=\"b\"", "\"a=>1", "\"a\"=>\"1"]);
    let json = serde_json::to_value(&pairs).unwrap();
    assert_eq!((&json["a"], &json["none"]), (&"1".into(), &serde_json::Value::Null));
}

#[test]
fn vectors_and_words() {
    check(Vector::from([0.1, -2.0, 3e9]), expect!["[0.1,-2,3000000000]"]);
    refused::<Vector<2>>(&["", "[]", "[1]", "[1,2,3]", "[1,a]", "1,2"]);
    assert_eq!(
        Vector::<2>::try_from(vec![1.0]).unwrap_err().to_string(),
        "a vector of 2 numbers is made of 1"
    );
    check(SearchVector::from("'wine':3A".to_owned()), expect!["'wine':3A"]);
    let mut place = Vector::from([1.0, 2.0]);
    place[1] = 5.0;
    assert_eq!(serde_json::to_string(&place).unwrap(), "[1.0,5.0]");
}

#[test]
fn the_schema_says_what_a_database_needs() {
    let kind = |name: &str| Post::schema().field(name).unwrap().kind;
    let told = |name: &str| (kind(name).is_portable(), kind(name).extension());
    for (name, extension) in [
        ("tags", None),
        ("during", None),
        ("words", None),
        ("extra", Some("hstore")),
        ("code", Some("citext")),
        ("place", Some("vector")),
    ] {
        assert_eq!(told(name), (false, extension), "{name}");
    }
    assert_eq!(told("id"), (true, None));
    assert_eq!(kind("place"), Kind::Vector(3));
    assert!(kind("code").is_text());
    let prices = Post::schema().field("prices").unwrap();
    assert_eq!((prices.max_digits, prices.decimal_places), (Some(6), Some(2)));
    assert!(Post::schema().field("sizes").unwrap().null);
}

#[test]
fn arrays_are_counted() {
    let told = |tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let during = PgRange::from(..);
        let extra: HStore = [("a", "b")].into_iter().collect();
        let post = Post { tags, during, extra, ..Post::blank() };
        validate::record(&post).err().map(|errors| errors.to_string()).unwrap_or_default()
    };
    assert_eq!(told(&["a", "b"]), "");
    assert_eq!(
        told(&["a", "b", "c", "d"]),
        "tags: List contains 4 items, it should contain no more than 3 items."
    );
    assert_eq!(
        told(&["a"]),
        "tags: List contains 1 item, it should contain no fewer than 2 items."
    );
    assert_eq!(told(&[]), "tags: This field cannot be blank.");
}
