//! Each kind of field: what it is in the schema, and there and back.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use carafe::models::schema::{CustomKind, Kind};
use carafe::models::{
    Blank, Column, ColumnType, FieldType, FilePath, JsonField, Reader, Result, StoredFile,
    StoredImage, Validate, Value,
};
use carafe::prelude::*;
use jiff::civil::{Date, DateTime, Time, date, time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Point(i32, i32);

impl FieldType for Point {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let text = reader.str(column)?;
        let wrong = || carafe::models::Error::unfit("point", "a point (`1 2`)");
        let (x, y) = text.split_once(' ').ok_or_else(wrong)?;
        Ok(Self(x.parse().map_err(|_| wrong())?, y.parse().map_err(|_| wrong())?))
    }

    fn into_value(self) -> Value {
        Value::Text(format!("{} {}", self.0, self.1))
    }
}

impl ColumnType for Point {
    const KIND: Kind = Kind::Custom(&CustomKind {
        name: "point",
        base: Kind::Text,
        types: &[("postgres", "geometry(Point)")],
    });
}

impl Blank for Point {
    fn blank() -> Self {
        Self(0, 0)
    }
}

#[derive(Model)]
struct Everything {
    id: i64,
    tiny: i8,
    small: i16,
    medium: i32,
    byte: u8,
    word: u16,
    long: u32,
    single: f32,
    double: f64,
    yes: bool,
    text: String,
    bytes: Vec<u8>,
    address: IpAddr,
    day: Date,
    hour: Time,
    local: DateTime,
    instant: Timestamp,
    length: SignedDuration,
    uuid: Uuid,
    decimal: Decimal,
    any: serde_json::Value,
    sizes: JsonField<Vec<u32>>,
    point: Point,
    maybe: Option<Point>,
    #[model(slug)]
    slug: String,
    #[model(url, max_length = 500)]
    url: String,
    #[model(positive)]
    positive: i64,
    old_address: Ipv4Addr,
    new_address: Ipv6Addr,
    file: StoredFile,
    image: Option<StoredImage>,
    #[model(max_length = 30)]
    path: FilePath,
}

/// What is written is read again.
#[track_caller]
fn check<T>(column: Column<Everything, T>, kind: Kind, value: T)
where
    T: carafe::models::Field + PartialEq + std::fmt::Debug,
{
    let schema = column.schema().unwrap();
    assert_eq!(schema.kind, kind, "{column}");
    let mut instance = Everything::blank();
    *column.of_mut(&mut instance).unwrap() = value.clone();
    let written = instance.get(schema.name).unwrap();
    let mut other = Everything::blank();
    other.set(schema.name, written).unwrap();
    assert_eq!(column.of(&other), Some(&value), "{column}");
}

#[test]
fn each_kind_goes_there_and_back() {
    check(Everything::TINY, Kind::TinyInteger, i8::MIN);
    check(Everything::SMALL, Kind::SmallInteger, i16::MAX);
    check(Everything::MEDIUM, Kind::Integer, i32::MIN);
    check(Everything::ID, Kind::BigInteger, i64::MAX);
    check(Everything::BYTE, Kind::PositiveTinyInteger, u8::MAX);
    check(Everything::WORD, Kind::PositiveSmallInteger, u16::MAX);
    check(Everything::LONG, Kind::PositiveInteger, u32::MAX);
    check(Everything::SINGLE, Kind::Real, 0.1);
    check(Everything::DOUBLE, Kind::Float, 1e300);
    check(Everything::YES, Kind::Bool, true);
    check(Everything::TEXT, Kind::Text, "Ünïcödé \u{0} '\"".to_owned());
    check(Everything::BYTES, Kind::Binary, vec![0, 255]);
    check(Everything::ADDRESS, Kind::Ip, "2001:db8::1".parse().unwrap());
    check(Everything::DAY, Kind::Date, date(2024, 2, 29));
    check(Everything::HOUR, Kind::Time, time(23, 59, 59, 999_999_000));
    check(Everything::LOCAL, Kind::DateTime, date(1, 1, 1).at(0, 0, 0, 0));
    check(Everything::INSTANT, Kind::Timestamp, "1969-12-31T23:59:59.5Z".parse().unwrap());
    check(Everything::LENGTH, Kind::Duration, SignedDuration::from_micros(-1));
    check(Everything::UUID, Kind::Uuid, Uuid::from_u128(7));
    check(Everything::DECIMAL, Kind::Decimal, "-12.3400".parse().unwrap());
    check(Everything::ANY, Kind::Json, serde_json::json!({"a": [1, null]}));
    check(Everything::SIZES, Kind::Json, JsonField(vec![1, 2]));
    check(Everything::POINT, Point::KIND, Point(1, -2));
    check(Everything::MAYBE, Point::KIND, Some(Point(3, 4)));
    check(Everything::MAYBE, Point::KIND, None);
    check(Everything::SLUG, Kind::Slug, "a-b_1".to_owned());
    check(Everything::URL, Kind::Url, "https://carafe.rs/".to_owned());
    check(Everything::POSITIVE, Kind::PositiveBigInteger, i64::MAX);
    check(Everything::OLD_ADDRESS, Kind::Ip, Ipv4Addr::LOCALHOST);
    check(Everything::NEW_ADDRESS, Kind::Ip, Ipv6Addr::LOCALHOST);
    check(Everything::FILE, Kind::File, "songs/é.ogg".into());
    check(Everything::IMAGE, Kind::Image, Some("a.png".into()));
    check(Everything::PATH, Kind::FilePath, "/srv/a".into());
}

#[test]
fn lengths_and_digits_have_defaults() {
    let field = |name: &str| *Everything::schema().field(name).unwrap();
    assert_eq!((field("slug").max_length, field("url").max_length), (Some(50), Some(500)));
    assert_eq!(
        (field("decimal").max_digits, field("decimal").decimal_places),
        (Some(28), Some(10))
    );
    assert_eq!(field("text").max_length, None);
    assert_eq!((field("file").max_length, field("image").max_length), (Some(100), Some(100)));
    assert_eq!(field("path").max_length, Some(30));
    assert!(Everything::schema().fields.iter().all(|field| field.kind.is_portable()));
}

/// A database that has no decimals cuts zeros off.
#[test]
fn a_decimal_has_the_places_of_its_column() {
    let mut instance = Everything::blank();
    instance.set("decimal", Value::F64(0.1 + 0.2)).unwrap();
    assert_eq!(instance.decimal.to_string(), "0.3000000000");
    instance.set("decimal", Value::I64(7)).unwrap();
    assert_eq!(instance.decimal.to_string(), "7.0000000000");
    // Too many are for validation to tell.
    instance.set("decimal", Value::Decimal("0.12345678901".into())).unwrap();
    assert_eq!(instance.decimal.to_string(), "0.12345678901");
}

#[test]
fn a_positive_number_is_not_negative() {
    let mut instance = Everything::blank();
    instance.positive = -1;
    let errors = instance.validate().unwrap_err();
    assert_eq!(
        errors.field("positive")[0].message,
        "Ensure this value is greater than or equal to 0."
    );
}

#[test]
fn a_kind_has_a_base_and_a_range() {
    assert_eq!(Point::KIND.base(), Kind::Text);
    assert!(Point::KIND.is_text() && Kind::Email.is_text() && !Kind::Json.is_text());
    assert_eq!(Kind::PositiveSmallInteger.range(), Some((0, 65_535)));
    assert_eq!(Kind::Float.range(), None);
}

/// Nobody has said yet: such a value cannot be saved by accident.
#[test]
fn blank_moments_and_uuids_are_null() {
    let blank = Everything::blank();
    for name in ["day", "local", "instant", "uuid", "address", "old_address", "new_address"] {
        assert_eq!(blank.get(name), Ok(Value::Null), "{name}");
    }
}
