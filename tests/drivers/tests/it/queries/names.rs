//! Queries by names that are known only when the program runs.

use carafe::db::Value;
use carafe::db::query::named;
use carafe::models::Array;
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{At, checks};

use super::library::{Author, Book, Employee, Place, Review, filled};
use super::titles;

checks![names_are_looked_up, values_are_read_by_kind, rows_are_sorted_by_names, columns_by_names];

async fn names_are_looked_up(at: At) {
    let db = &filled(&at).await;
    for (name, value, expected) in [
        ("title", "Alpha", "Alpha"),
        ("title__exact", "Alpha", "Alpha"),
        ("title__iexact", "ALPHA", "Alpha"),
        ("title__icontains", "ALPH", "Alpha"),
        ("title__contains", "%", "Delta%"),
        ("title__startswith", "Gam", "Gamma_1"),
        ("title__iendswith", "A%", "Delta%"),
        ("title__regex", "^[A-D]", "Alpha Delta%"),
        ("title__in", "Alpha,beta,nope", "Alpha beta"),
        ("title__in", "", ""),
        ("title__gte", "b", "beta Éclair"),
        ("id", "3", "Gamma_1"),
        ("pk", " 3 ", "Gamma_1"),
        ("pages__lt", "100", "Delta%"),
        ("pages__range", "100,150", "Alpha Éclair"),
        ("pages__startswith", "1", "Alpha Éclair"),
        ("price", "10", "Alpha"),
        ("price__gt", "20.50", "Gamma_1"),
        ("publisher", "2", "Gamma_1 Éclair"),
        ("publisher_id", "2", "Gamma_1 Éclair"),
        ("publisher__pk__in", "1", "Alpha beta"),
        ("publisher__isnull", "true", "Delta%"),
        ("publisher__country__isnull", "True", "Delta%"),
        ("publisher__isnull", "0", "Alpha Gamma_1 beta Éclair"),
        ("publisher__name__istartswith", "ac", "Alpha beta"),
        ("authors__name", "Bob", "Alpha beta"),
        ("authors__friends__name", "Ann", "Alpha beta Éclair"),
        ("reviews__stars__lte", "3", "Alpha beta"),
        ("reviews__reviewer", "u3", "Alpha"),
        ("reviews__created__date", "2024-12-31", "Gamma_1"),
        ("published", "2020-01-31", "Alpha"),
        ("published__year", "2020", "Alpha beta"),
        ("published__year__gt", "2021", "Delta% Éclair"),
        ("published__iso_year", "2021", "Delta% Gamma_1"),
        ("published__month__in", "1,2", "Alpha Delta% beta"),
        ("published__week_day", "1", ""),
        ("published__gte", "2022-01-01", "Delta% Éclair"),
        ("reviews__created__hour__gte", "23", "Alpha Gamma_1"),
        ("reviews__created__gt", "2024-12-31 23:59:30", "Gamma_1"),
        ("meta__lang", "en", "Alpha Gamma_1"),
        ("meta__has_key", "n", "Alpha beta Éclair"),
        ("meta__has_any_keys", "ed,nope", "Gamma_1"),
        ("meta__tags__0", "x", "Alpha"),
        ("meta__tags__-1", "y", "Alpha Éclair"),
        ("meta__n__isnull", "1", "Delta% Gamma_1"),
        ("meta__lang__istartswith", "E", "Alpha Gamma_1"),
        ("meta__lang__in", "de,fr", "beta Éclair"),
        ("meta__lang", "' or 1 = 1 --", ""),
        ("title", "'; drop table book; --", ""),
    ] {
        let found = Book::all().filter_by(name, value).unwrap();
        let told = format!("{name} = {value}");
        let found = titles(found.distinct(), db).await;
        assert_eq!(found, expected, "{told}");
    }
    for (name, value, expected) in [
        ("meta__ed__no__gt", Value::I64(1), "Gamma_1"),
        ("meta__n", Value::Null, "beta"),
        ("meta__n__gte", Value::I64(1), "Alpha Éclair"),
        ("publisher", Value::Null, "Delta%"),
        ("pages__in", Value::Array(vec![Value::I64(50), Value::I64(100)]), "Alpha Delta%"),
    ] {
        let found = titles(Book::all().filter_by(name, value).unwrap(), db).await;
        assert_eq!(found, expected, "{name}");
    }
    let both = named::<Book>("authors__name", "Ann").unwrap() & named("authors__age", 45).unwrap();
    assert_eq!(titles(Book::all().filter(both), db).await, "");
    let two = Book::all().filter_by("authors__name", "Ann").unwrap();
    assert_eq!(titles(two.filter_by("authors__age", "45").unwrap(), db).await, "Alpha");
    let without = Book::all().exclude_by("authors__name", "Ann").unwrap();
    assert_eq!(titles(without, db).await, "Delta% beta");
    let list = Book::all().filter_by("pk__in", Array(vec![1_i64, 4])).unwrap();
    assert_eq!(titles(list, db).await, "Alpha Delta%");
    let seats = Place::all().filter_by("cafe__seats", "12").unwrap();
    assert_eq!(seats.get(db).await.unwrap().name, "Joe");
    let second = Employee::all().filter_by("manager__manager__name", "Eve").unwrap();
    assert_eq!(second.get(db).await.unwrap().name, "Ivy");
}

async fn values_are_read_by_kind(_: At) {
    for (name, value, sentence) in [
        (
            "nope",
            "1",
            "Cannot resolve keyword 'nope' into field. Choices are: authors, id, meta, pages, price, published, publisher, publisher_id, reviews, title",
        ),
        ("publisher__nope", "1", "Related Field got invalid lookup: nope"),
        (
            "pages__foo",
            "1",
            "Unsupported lookup 'foo' for IntegerField or join on the field not permitted.",
        ),
        (
            "title__name__gt",
            "1",
            "Unsupported lookup 'name' for CharField or join on the field not permitted.",
        ),
        (
            "published__hour",
            "1",
            "Unsupported lookup 'hour' for DateField or join on the field not permitted.",
        ),
        ("pages", "abc", "Field 'pages' expected a number but got 'abc'."),
        ("pages__in", "1,x", "Field 'pages' expected a number but got 'x'."),
        ("pages", "99999999999", "Field 'pages' expected a number but got '99999999999'."),
        ("publisher", "abc", "Field 'publisher' expected a number but got 'abc'."),
        ("price", "1e", "“1e” value must be a decimal number."),
        (
            "published",
            "2020-02-30",
            "“2020-02-30” value has an invalid date format. It must be in YYYY-MM-DD format.",
        ),
        (
            "publisher__isnull",
            "maybe",
            "The QuerySet value for an isnull lookup must be True or False.",
        ),
        ("pages__range", "1", "`range` takes two values"),
        ("", "1", "Cannot resolve keyword '' into field."),
        ("title__", "1", "Unsupported lookup '' for CharField"),
    ] {
        let error = named::<Book>(name, value).unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{name}");
        assert!(error.to_string().contains(sentence), "{name}: {error}");
    }
    let null = named::<Book>("pages__gt", Value::Null).unwrap_err();
    assert!(null.to_string().contains("Cannot use None as a query value"), "{null}");
    let friends = "friends__".repeat(9);
    assert!(named::<Author>(&format!("{friends}name"), "Ann").is_err());
    let moment = named::<Review>("created", "yesterday").unwrap_err();
    assert!(moment.to_string().contains("YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]"), "{moment}");
}

async fn rows_are_sorted_by_names(at: At) {
    let db = &filled(&at).await;
    let sorted = async |names: &[&str]| {
        let books = Book::all().order_by_names(names.iter().copied()).unwrap();
        books.values(Book::TITLE).fetch(db).await.unwrap().join(" ")
    };
    assert_eq!(sorted(&["-pages"]).await, "Gamma_1 beta Éclair Alpha Delta%");
    assert_eq!(sorted(&["published__year", "-id"]).await, "beta Alpha Gamma_1 Éclair Delta%");
    assert_eq!(sorted(&["pk"]).await, "Alpha beta Gamma_1 Delta% Éclair");
    assert_eq!(sorted(&["?"]).await.split(' ').count(), 5);
    let unknown = Book::all().order_by_names(["-nope"]).unwrap_err();
    assert!(unknown.to_string().contains("Cannot resolve keyword 'nope'"), "{unknown}");
    let lookup = Book::all().order_by_names(["title__icontains"]).unwrap_err();
    assert!(lookup.to_string().contains("Unsupported lookup 'icontains'"), "{lookup}");
    let sliced = Book::all().limit(1).order_by_names(["id"]).unwrap().fetch(db).await;
    assert!(sliced.unwrap_err().to_string().contains("Cannot reorder a query"));
}

async fn columns_by_names(at: At) {
    let db = &filled(&at).await;
    let text = |text: &str| Value::Text(text.to_owned());
    let pairs = Book::all().order_by_names(["pk", "authors__pk"]).unwrap();
    let pairs = pairs.limit(4).values_by(["title", "authors__name"]).unwrap();
    let expected = [("Alpha", "Ann"), ("Alpha", "Bob"), ("beta", "Bob"), ("Gamma_1", "Ann")];
    let expected = expected.map(|(book, author)| vec![text(book), text(author)]);
    assert_eq!(pairs.fetch(db).await.unwrap(), expected);
    let names = ["id", "price", "published", "publisher", "publisher__country"];
    let rows = Book::all().filter(Book::ID.ge(3)).order_by(Book::ID).values_by(names).unwrap();
    let rows = rows.limit(2).fetch(db).await.unwrap();
    assert_eq!(rows[0][0], Value::I64(3));
    assert!(matches!(&rows[0][1], Value::Decimal(price) if price.starts_with("30")), "{rows:?}");
    assert_eq!(rows[0][2..], [Value::Date(18_992), Value::I64(2), text("DE")]);
    assert_eq!(rows[1][3..], [Value::Null, Value::Null]);
    let years = Book::all().order_by(Book::ID).values_by(["published__year"]).unwrap();
    assert_eq!(years.first(db).await.unwrap(), Some(vec![Value::I64(2020)]));
    let unknown = Book::all().values_by(["nope"]).unwrap_err();
    assert!(unknown.to_string().contains("Cannot resolve keyword 'nope'"), "{unknown}");
}
