//! An instance: blank, read from a row, by name.

use carafe::models::model::values;
use carafe::models::{Cursor, Value};
use carafe::prelude::*;

use crate::data::Text;
use crate::sample::{Book, Publisher, Status};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn blank_has_the_defaults() {
    let book = Book::blank();
    assert_eq!((book.id, book.title.as_str(), book.status), (0, "", Status::Planned));
    assert_eq!((book.pk(), book.published), (None, None));
    assert!(book.publisher.is_none());
}

#[test]
fn what_nobody_has_said_is_sent_as_null() {
    let written = values(&Book::blank());
    assert_eq!(written.len(), Book::schema().width());
    let place = |name: &str| Book::schema().offset(Book::schema().field(name).unwrap());
    assert_eq!(written[place("changed")], Value::Null);
    assert_eq!(written[place("title")], text(""));
    assert_eq!(written[place("status")], text("planned"));
}

#[test]
fn a_row_is_read_from_any_column_on() {
    let mut row = Text(vec![Value::Null, Value::I64(7), text("Penguin"), Value::Null]);
    let mut cursor = Cursor::new(&mut row, 1, Publisher::schema());
    let publisher = Publisher::read(&mut cursor).unwrap();
    assert_eq!(cursor.column(), 4);
    assert_eq!((publisher.pk(), publisher.name.as_str()), (Some(7), "Penguin"));
    assert_eq!(publisher.country, None);

    let mut short = Text(vec![Value::I64(7)]);
    assert!(Publisher::read(&mut Cursor::new(&mut short, 0, Publisher::schema())).is_err());
    let mut wrong = Text(vec![text("7"), text("Penguin"), Value::Null]);
    let error = Publisher::read(&mut Cursor::new(&mut wrong, 0, Publisher::schema())).unwrap_err();
    assert_eq!(error.column(), Some("c0"));
}

#[test]
fn a_field_is_reached_by_name() {
    let mut book = Book::blank();
    book.set("title", text("Emma")).unwrap();
    book.set("price", text("12.50")).unwrap();
    book.set("published", text("1815-12-23")).unwrap();
    book.set("status", text("gone")).unwrap();
    book.set("publisher", Value::I64(3)).unwrap();
    assert_eq!((book.title.as_str(), book.status), ("Emma", Status::SoldOut));
    assert_eq!(book.published, Some(jiff::civil::date(1815, 12, 23)));
    assert_eq!(book.get("price"), Ok(Value::Decimal("12.50".into())));
    assert_eq!(book.get("publisher"), Ok(Value::I64(3)));
    book.set("publisher", Value::Null).unwrap();
    assert_eq!(book.publisher, None);

    assert!(book.get("nope").is_err_and(|error| error.is_no_field()));
    assert!(book.set("nope", Value::Null).is_err_and(|error| error.is_no_field()));
    for (name, value) in [
        ("title", Value::I64(1)),
        ("title", Value::Null),
        ("status", text("secret")),
        ("pages", Value::I64(i64::MAX)),
        ("published", text("1815-13-01")),
        ("publisher", text("3")),
    ] {
        assert!(book.set(name, value.clone()).is_err(), "{name} {value:?}");
    }
    // What failed changed nothing.
    assert_eq!(book.title, "Emma");
}

#[test]
fn a_record_needs_no_type() {
    let mut records: Vec<Box<dyn Record>> =
        vec![Box::new(Book::blank()), Box::new(Publisher::blank())];
    let names: Vec<&str> = records.iter().map(|record| record.model().name).collect();
    assert_eq!(names, ["Book", "Publisher"]);
    for record in &mut records {
        record.set("id", Value::I64(9)).unwrap();
        assert_eq!(record.get("id"), Ok(Value::I64(9)));
        assert!(record.field_at(999).is_none());
    }
}
