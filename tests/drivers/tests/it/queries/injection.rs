//! Texts that try to be SQL, given to every method of a query that takes a text.
//!
//! Each of them is a value or a name. A value is found, compared and given back as it is; a name that
//! the schema or the database does not know is an error. Behind each method the rows are looked at:
//! all of them are there, as they were.

use carafe::db::functions::{
    coalesce, collate, concat, count, from_zone, in_zone, json_object, lpad, null_if,
    raw_condition, raw_expression, replace, rpad, str_index, string_agg, value,
};
use carafe::db::query::named;
use carafe::db::{Databases, Value, Violation};
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{Ability, At, checks};
use jiff::civil::date;
use serde_json::json;

use super::library::{Author, Book, Publisher, Review, filled};

checks![
    conditions_find_the_text_itself,
    expressions_compute_with_the_text_itself,
    texts_are_kept_as_they_are,
    places_in_json_are_named_by_any_text,
    names_are_looked_up_in_the_schema,
    names_of_the_database_are_checked,
    values_by_names_are_only_values,
    tables_and_columns_may_have_any_name,
    nul_changes_nothing,
];

/// No two of them differ by case alone, and none ends in a space: databases see such texts as equal.
pub(super) const HOSTILE: &[&str] = &[
    "'",
    "''",
    "' or '1'='1",
    "'; drop table book; --",
    "'); delete from book; --",
    "\"",
    "\"; drop table book; --",
    "`",
    "`; drop table book; #",
    "\\",
    "\\'",
    "\\\\",
    "\\' or 1=1 --",
    "%",
    "_",
    "%_",
    "\\%",
    "\\_",
    "[a-z]",
    "?",
    "??",
    "? ?2",
    "$1",
    "$$",
    ":title",
    "{0}",
    "@@version",
    "--",
    "-- x",
    "a-b",
    "#",
    "/*",
    "*/",
    "/**/",
    ")",
    ") or (1=1",
    "(select title from book)",
    "title",
    "book.title",
    "null",
    "0",
    "0x27",
    "1; delete from book",
    "e'\\x27'",
    "u&'\\0027'",
    "\u{202e}💣",
    "ʼ or ʼ1ʼ=ʼ1",
    "＇",
    "\n'\n",
    "\t",
    "\r\n;",
    "a\u{0}b",
];

/// Those that every database keeps in a text.
fn texts() -> impl Iterator<Item = &'static str> {
    HOSTILE.iter().copied().filter(|text| !text.contains('\0'))
}

/// A library with one book more for each text, which has it as its title.
async fn library(at: &At) -> Db {
    let db = filled(at).await;
    let books = texts().map(|title| Book {
        title: title.into(),
        pages: 7,
        published: date(2020, 1, 1),
        meta: json!({ title: title }),
        ..Book::blank()
    });
    Book::bulk_create(books).run(&db).await.unwrap();
    db
}

async fn titles(db: &Db) -> Vec<String> {
    Book::all().order_by(Book::ID).values(Book::TITLE).fetch(db).await.unwrap()
}

/// The titles of which a condition is true, sorted.
async fn found(filter: Filter<Book>, db: &Db) -> Result<Vec<String>> {
    let mut found = Book::all().filter(filter).unordered().values(Book::TITLE).fetch(db).await?;
    found.sort();
    Ok(found)
}

async fn conditions_find_the_text_itself(at: At) {
    type Said = fn(&str) -> Filter<Book>;
    type Meant = fn(&str, &str) -> bool;
    let db = &library(&at).await;
    let before = titles(db).await;
    let lower = |title: &str| title.to_lowercase();
    let conditions: &[(&str, Said, Meant)] = &[
        ("eq", |text| Book::TITLE.eq(text), |title, text| title == text),
        ("ne", |text| Book::TITLE.ne(text), |title, text| title != text),
        ("is_in", |text| Book::TITLE.is_in([text, "nope"]), |title, text| title == text),
        ("between", |text| Book::TITLE.between(text, text), |title, text| title == text),
        ("ieq", |text| Book::TITLE.ieq(text), |title, text| title == text),
        ("contains", |text| Book::TITLE.contains(text), |title, text| title.contains(text)),
        (
            "starts_with",
            |text| Book::TITLE.starts_with(text),
            |title, text| title.starts_with(text),
        ),
        ("ends_with", |text| Book::TITLE.ends_with(text), |title, text| title.ends_with(text)),
        ("icontains", |text| Book::TITLE.icontains(text), |title, text| title.contains(text)),
        (
            "istarts_with",
            |text| Book::TITLE.istarts_with(text),
            |title, text| title.starts_with(text),
        ),
        ("iends_with", |text| Book::TITLE.iends_with(text), |title, text| title.ends_with(text)),
        (
            "contains(value)",
            |text| Book::TITLE.contains(value(text.to_owned())),
            |title, text| title.contains(text),
        ),
        ("raw_condition", |text| raw_condition("title = ?", (text,)), |title, text| title == text),
        ("named", |text| named("title", text).unwrap(), |title, text| title == text),
        ("named iexact", |text| named("title__iexact", text).unwrap(), |title, text| title == text),
        (
            "named contains",
            |text| named("title__contains", text).unwrap(),
            |title, text| title.contains(text),
        ),
        (
            "named iendswith",
            |text| named("title__iendswith", text).unwrap(),
            |title, text| title.ends_with(text),
        ),
        (
            "is_among",
            |text| {
                Book::ID
                    .is_among(Book::all().filter(Book::TITLE.eq(text)).unordered().values(Book::ID))
            },
            |title, text| title == text,
        ),
    ];
    for (method, said, meant) in conditions {
        for text in texts() {
            let told = format!("{method}({text:?})");
            let is_meant = |title: &&String| meant(&lower(title), text);
            let mut expected: Vec<String> = before.iter().filter(is_meant).cloned().collect();
            expected.sort();
            assert_eq!(found(said(text), db).await.unwrap(), expected, "{told}");
        }
        assert_eq!(titles(db).await, before, "{method}");
    }
    // A pattern of somebody else's may be none; then it is an error, and nothing more.
    let patterns: &[(&str, Said)] = &[
        ("regex", |text| Book::TITLE.regex(text)),
        ("iregex", |text| Book::TITLE.iregex(text)),
        ("named regex", |text| named("title__regex", text).unwrap()),
    ];
    for (method, said) in patterns {
        for text in texts() {
            let _ = found(said(text), db).await;
        }
        assert_eq!(titles(db).await, before, "{method}");
    }
}

async fn expressions_compute_with_the_text_itself(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    for text in texts() {
        let own = text.to_owned();
        let one = Book::all().filter(Book::TITLE.eq(text));
        let (replaced, place, joined, raw) = one
            .clone()
            .values((
                replace(Book::TITLE, text, "x"),
                str_index(Book::TITLE, text),
                concat((Book::TITLE, value(own.clone()), Book::TITLE)),
                raw_expression::<String, _, _>("replace(title, ?, 'raw')", (text,)),
            ))
            .get(db)
            .await
            .unwrap();
        assert_eq!((&*replaced, place), ("x", 1), "{text:?}");
        assert_eq!(joined, text.repeat(3), "{text:?}");
        assert_eq!(raw, "raw", "{text:?}");
        let letters = u32::try_from(text.chars().count()).unwrap();
        let (left, right, nothing, first) = one
            .values((
                lpad(Book::TITLE, letters * 2, text),
                rpad(Book::TITLE, letters * 2, text),
                null_if(Book::TITLE, text),
                coalesce(Book::PUBLISHER.on(Publisher::COUNTRY), text),
            ))
            .get(db)
            .await
            .unwrap();
        assert_eq!((&*left, &*right), (&*text.repeat(2), &*text.repeat(2)), "{text:?}");
        assert_eq!((nothing, &*first), (None, text), "{text:?}");
        let authors = string_agg(Author::NAME, text).order_by(Author::NAME);
        let authors = Author::all().filter(Author::ID.le(2)).aggregate(authors, db).await.unwrap();
        assert_eq!(authors, Some(format!("Ann{text}Bob")), "{text:?}");
        // As something that is annotated, sorted and grouped by.
        let own = value::<Book, String>(own);
        let rows = Book::all().values(&own).annotate(count(Book::ID)).order_by(&own);
        assert_eq!(
            rows.get(db).await.unwrap(),
            (text.to_owned(), i64::try_from(before.len()).unwrap())
        );
    }
    assert_eq!(titles(db).await, before);
}

async fn texts_are_kept_as_they_are(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    for text in texts() {
        let named = |name: &str| Publisher { name: name.into(), ..Publisher::blank() };
        let mut made = named(text).create(db).await.unwrap();
        let query = Publisher::all().filter(Publisher::NAME.eq(text));
        assert!(!query.get_or_create(named(text), db).await.unwrap().1, "{text:?}");
        let set = Publisher::COUNTRY.set("XX");
        let (changed, new) = query.update_or_create(set, named(text), db).await.unwrap();
        assert_eq!((changed.country.as_deref(), new), (Some("XX"), false), "{text:?}");
        made.name = format!("{text}{text}");
        made.save(db).await.unwrap();
        let set = Publisher::NAME.set(concat((Publisher::NAME, value(text.to_owned()))));
        let row = Publisher::all().filter(Publisher::ID.eq(made.id));
        assert_eq!(row.clone().update(set).run(db).await.unwrap(), 1, "{text:?}");
        made.refresh(db).await.unwrap();
        assert_eq!(made.name, text.repeat(3));
        made.set("name", Value::Text(text.into())).unwrap();
        made.save_fields(["name"], db).await.unwrap();
        Publisher::bulk_update([&mut made], &["name"]).run(db).await.unwrap();
        assert_eq!(row.get(db).await.unwrap().name, text);
        assert_eq!(row.delete(db).await.unwrap().total(), 1, "{text:?}");
    }
    assert_eq!(titles(db).await, before);
    assert_eq!(Publisher::all().count(db).await.unwrap(), 3);
}

async fn places_in_json_are_named_by_any_text(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    for text in texts() {
        if let Err(error) = found(Book::META.key(text).eq(text), db).await {
            // MariaDB has no path to such a key, and says so.
            assert!(text.starts_with('-') && error.to_string().contains("hyphen"), "{error:?}");
            assert_eq!(found(Book::META.has_key(text), db).await.unwrap(), [text]);
            continue;
        }
        for filter in [
            Book::META.key(text).eq(text),
            Book::META.key(text).is_not_null(),
            Book::META.key(text).as_text().eq(text),
            Book::META.has_key(text),
            Book::META.has_keys([text]),
            Book::META.has_any_keys([text, "nope"]),
            Book::META.eq(json!({ text: text })),
        ] {
            let told = format!("{text:?} {filter:?}");
            assert_eq!(found(filter, db).await.unwrap(), [text], "{told}");
        }
        if at.can(Ability::JsonContains) {
            let holds = JsonLookups::contains(&Book::META, json!({ text: text }));
            assert_eq!(found(holds, db).await.unwrap(), [text], "{text:?}");
        }
        assert_eq!(found(Book::META.key(text).key(text).eq(text), db).await.unwrap(), [""; 0]);
        let one = Book::all().filter(Book::TITLE.eq(text));
        let made = one.values(json_object([text, "pages"], (Book::TITLE, Book::PAGES)));
        let expected =
            if text == "pages" { json!({ "pages": 7 }) } else { json!({ text: text, "pages": 7 }) };
        assert_eq!(made.get(db).await.unwrap(), expected, "{text:?}");
    }
    assert_eq!(titles(db).await, before);
}

async fn names_are_looked_up_in_the_schema(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    // Those that are names of Book are left out, and those that JSON takes for places.
    for text in HOSTILE.iter().copied().filter(|text| *text != "title") {
        let told = format!("{text:?}");
        let invalid = |error: Error| assert_eq!(error.kind(), Kind::Invalid, "{told}: {error:?}");
        for name in [text.to_owned(), format!("title__{text}"), format!("publisher__{text}")] {
            invalid(named::<Book>(&name, "x").unwrap_err());
            invalid(Book::all().filter_by(&name, "x").unwrap_err());
            invalid(Book::all().exclude_by(&name, "x").unwrap_err());
            invalid(Book::all().values_by([&*name]).err().unwrap());
            // A question mark is a random order, and nothing else.
            if name != "?" {
                invalid(Book::all().order_by_names([&*name]).err().unwrap());
                invalid(Book::all().order_by_names([&*format!("-{name}")]).err().unwrap());
            }
        }
        let mut row = Book::all().filter(Book::ID.eq(1)).get(db).await.unwrap();
        assert!(row.get(text).is_err() && row.set(text, Value::I64(1)).is_err(), "{told}");
        assert!(row.save_fields([text], db).await.is_err(), "{told}");
        assert!(Book::bulk_update([&mut row], &[text]).run(db).await.is_err(), "{told}");
        let upsert = |fields: &[&str], unique: &[&str]| {
            Book::bulk_create([row.clone()]).update_conflicts(fields, unique).run(db)
        };
        assert!(upsert(&[text], &["id"]).await.is_err(), "{told}");
        assert!(upsert(&["pages"], &[text]).await.is_err(), "{told}");
        let other = Databases::default().with("other", db.clone());
        assert!(other.get(text).is_err(), "{told}");
    }
    assert_eq!(titles(db).await, before);
}

async fn names_of_the_database_are_checked(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    for text in HOSTILE {
        let sorted = Book::all().order_by(collate(Book::TITLE, *text)).values(Book::TITLE);
        assert!(sorted.fetch(db).await.is_err(), "collate({text:?})");
        let compared = Book::all().filter(collate(Book::TITLE, *text).eq("Alpha"));
        assert!(compared.exists(db).await.is_err(), "collate({text:?})");
        // PostgreSQL takes a number for the offset of a zone.
        if text.starts_with('0') {
            continue;
        }
        let shown = Review::all().values(in_zone(Review::CREATED, text));
        assert!(shown.fetch(db).await.is_err(), "in_zone({text:?})");
        let instant = from_zone(in_zone(Review::CREATED, "UTC"), text);
        assert!(Review::all().values(instant).fetch(db).await.is_err(), "from_zone({text:?})");
    }
    assert_eq!(titles(db).await, before);
}

async fn values_by_names_are_only_values(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    for text in texts() {
        for name in [
            "pages",
            "pages__lt",
            "price",
            "publisher",
            "published",
            "published__year",
            "reviews__created",
            "publisher__isnull",
        ] {
            // Some of them are numbers.
            if text == "0" || text == "0x27" {
                continue;
            }
            let refused = named::<Book>(name, text);
            assert!(refused.is_err_and(|error| error.kind() == Kind::Invalid), "{name} {text:?}");
        }
        // A list of texts, with commas between.
        let list = Book::all().filter_by("title__in", text).unwrap();
        let commas = text.contains(',');
        assert_eq!(list.count(db).await.unwrap() == 1, !commas, "{text:?}");
        let key = format!("meta__{text}");
        if text != "title" && !text.contains("__") {
            // A place in JSON: any text may be one, or is a number of an array's element.
            let there = Book::all().filter_by(&key, text);
            match there.unwrap().count(db).await {
                Ok(there) => assert!(there <= 1, "{key:?}"),
                Err(error) => assert!(text.starts_with('-'), "{key:?}: {error:?}"),
            }
        }
    }
    assert_eq!(titles(db).await, before);
}

/// Names stand in quotes, whatever letters they have.
#[derive(Model, Debug)]
#[model(table = "od\"d`'; drop table book; --", check(odd_number, number > 0))]
#[model(unique(number, other, name = "uni\"`'; drop table book; --"))]
struct Odd {
    id: i64,
    #[model(column = "na\"me`'\\; --", unique, max_length = 100)]
    name: String,
    #[model(column = "select", index)]
    number: i64,
    #[model(column = "1) or (1=1")]
    other: Option<ForeignKey<Odd>>,
    #[model(by = Odd::OTHER)]
    others: HasMany<Odd>,
}

async fn tables_and_columns_may_have_any_name(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    let odd = db.with_models(models![Odd]);
    odd.create_tables().await.unwrap();
    let odd = &odd;
    let first = Odd { name: "a".into(), number: 1, ..Odd::blank() }.create(odd).await.unwrap();
    let second = Odd { name: "b".into(), number: 2, other: Some(first.key()), ..Odd::blank() };
    let mut second = second.create(odd).await.unwrap();
    let taken = Odd { name: "b".into(), number: 3, ..Odd::blank() }.create(odd).await.unwrap_err();
    let violation = taken.cause::<Violation>().unwrap();
    assert_eq!(taken.kind(), Kind::Conflict);
    if at.can(Ability::NamesColumns) {
        assert_eq!(violation.columns(), ["na\"me`'\\; --"]);
    }
    second.number = 0;
    assert_eq!(second.save(odd).await.unwrap_err().kind(), Kind::Conflict);
    let query = Odd::all().filter(Odd::OTHER.on(Odd::NAME).eq("a") & Odd::NUMBER.gt(1));
    let query = query.select_related(Odd::OTHER).prefetch_related(Odd::OTHERS);
    let row = query.order_by((Odd::OTHER.on(Odd::NUMBER), Odd::NAME)).get(odd).await.unwrap();
    assert_eq!(row.other.unwrap().get().unwrap().name, "a");
    assert!(row.others.get().unwrap().is_empty());
    let a_name = Odd::all().values(Odd::NAME).annotate(count(Odd::OTHERS)).order_by(Odd::NAME);
    let a_name = a_name.fetch(odd).await.unwrap();
    assert_eq!(a_name, [("a".to_owned(), 1), ("b".to_owned(), 0)]);
    let set = Odd::NUMBER.set(Odd::NUMBER + 1);
    assert_eq!(Odd::all().update(set).run(odd).await.unwrap(), 2);
    assert_eq!(first.delete(odd).await.unwrap().total(), 1);
    assert_eq!(titles(db).await, before);
}

async fn nul_changes_nothing(at: At) {
    let db = &library(&at).await;
    let before = titles(db).await;
    let nul = "a\0' or 1=1 --";
    // SQLite looks for what stands before it.
    let _ = found(Book::TITLE.contains(nul), db).await;
    for filter in [
        Book::TITLE.eq(nul),
        Book::TITLE.regex(nul),
        Book::META.key(nul).eq(nul),
        Book::META.has_key(nul),
        raw_condition("title = ?", (nul,)),
    ] {
        let told = format!("{filter:?}");
        match found(filter, db).await {
            Ok(found) => assert_eq!(found, [""; 0], "{told}"),
            Err(error) => assert_eq!(error.kind(), Kind::Invalid, "{told}: {error:?}"),
        }
    }
    let made = Publisher { name: nul.into(), ..Publisher::blank() }.create(db).await;
    match made {
        Ok(mut made) => {
            made.refresh(db).await.unwrap();
            assert_eq!(made.name, nul);
        }
        Err(error) => {
            assert!(!at.can(Ability::NulInText), "{error:?}");
            assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
        }
    }
    assert_eq!(titles(db).await, before);
}
