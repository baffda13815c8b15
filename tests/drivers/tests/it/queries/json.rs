//! Places in JSON documents.

use carafe::db::functions::{cast, count, json_agg, json_array, json_object};
use carafe::prelude::*;
use driver_tests::{At, checks};
use serde_json::{Value as Json, json};

use super::library::{Book, Publisher, filled};
use super::titles;

checks![
    places_are_compared,
    keys_are_looked_for,
    documents_in_documents,
    places_are_returned,
    documents_are_made,
];

async fn places_are_compared(at: At) {
    let db = &filled(&at).await;
    let lang = || Book::META.key("lang");
    let number = || Book::META.key("n");
    for (filter, expected) in [
        (lang().eq("en"), "Alpha Gamma_1"),
        (number().eq(Json::Null), "beta"),
        (number().is_null(), "Delta% Gamma_1"),
        (number().is_not_null(), "Alpha beta Éclair"),
        (Book::META.key("tags").at(0).eq("x"), "Alpha"),
        (Book::META.key("tags").at(-1).eq("y"), "Alpha Éclair"),
        (Book::META.key("ed").key("no").gt(1), "Gamma_1"),
        (!lang().eq("en"), "beta Éclair"),
        (lang().ne("en"), "beta Éclair"),
        (number().eq(1), "Alpha"),
        (number().eq(1.0), "Alpha"),
        (number().eq("1"), ""),
        (number().gt(2), "Éclair"),
        (number().lt(10) & number().gt(0), "Alpha Éclair"),
        (number().between(1, 2), "Alpha"),
        (lang().is_in(["de", "fr"]), "beta Éclair"),
        (lang().gt("de"), "Alpha Gamma_1 Éclair"),
        (lang().as_text().starts_with("e"), "Alpha Gamma_1"),
        (lang().as_text().icontains("E"), "Alpha Gamma_1 beta"),
        (Book::META.key("tags").eq(json!(["x", "y"])), "Alpha"),
        (Book::META.key("ed").eq(json!({ "no": 2 })), "Gamma_1"),
        (Book::META.eq(json!({})), "Delta%"),
        (Book::META.eq(json!({ "n": 3, "tags": ["y"], "lang": "fr" })), "Éclair"),
        (cast::<i64, _>(number().as_text()).eq(3), "Éclair"),
        (Book::META.key("it's \"quoted\" \\ %").eq(1), ""),
    ] {
        let told = format!("{filter:?}");
        assert_eq!(titles(Book::all().filter(filter), db).await, expected, "{told}");
    }
    assert_eq!(titles(Book::all().exclude(lang().eq("en")), db).await, "beta Éclair");
    let hostile = "a\"b\\c'd.e[0]";
    let set = json!({ hostile: [1, { "x": true }] });
    let changed = Book::all().filter(Book::ID.eq(4)).update(Book::META.set(set)).run(db).await;
    assert_eq!(changed.unwrap(), 1);
    let there = Book::META.key(hostile).at(1).key("x");
    assert_eq!(titles(Book::all().filter(there.eq(true)), db).await, "Delta%");
    assert_eq!(titles(Book::all().filter(there.as_text().eq("true")), db).await, "Delta%");
    assert_eq!(titles(Book::all().filter(Book::META.has_key(hostile)), db).await, "Delta%");
}

async fn keys_are_looked_for(at: At) {
    let db = &filled(&at).await;
    assert_eq!(titles(Book::all().filter(Book::META.has_key("n")), db).await, "Alpha beta Éclair");
    let both = Book::META.has_keys(["n", "lang"]);
    assert_eq!(titles(Book::all().filter(both), db).await, "Alpha beta Éclair");
    let either = Book::META.has_any_keys(["ed", "nope"]);
    assert_eq!(titles(Book::all().filter(either), db).await, "Gamma_1");
    let inside = Book::META.key("ed").has_key("no");
    assert_eq!(titles(Book::all().filter(inside), db).await, "Gamma_1");
    let without = Book::all().exclude(Book::META.has_key("lang"));
    assert_eq!(titles(without, db).await, "Delta%");
}

async fn documents_in_documents(at: At) {
    let db = &filled(&at).await;
    let english = Book::all().filter(Book::META.contains(json!({ "lang": "en" })));
    let small = Book::META.key("tags").contained_by(json!(["y", "z"]));
    if at.can(driver_tests::Ability::JsonContains) {
        assert_eq!(titles(english, db).await, "Alpha Gamma_1");
        assert_eq!(titles(Book::all().filter(small), db).await, "beta Éclair");
    } else {
        let error = english.fetch(db).await.unwrap_err().to_string();
        let sentence = "contains lookup is not supported on this database backend.";
        assert!(error.contains(sentence), "{error}");
        assert!(Book::all().filter(small).fetch(db).await.is_err());
    }
}

async fn places_are_returned(at: At) {
    let db = &filled(&at).await;
    let books = || Book::all().order_by(Book::ID);
    let numbers = books().values(Book::META.key("n")).fetch(db).await.unwrap();
    assert_eq!(numbers, [Some(json!(1)), Some(Json::Null), None, None, Some(json!(3))]);
    let texts = books().values(Book::META.key("n").as_text()).fetch(db).await.unwrap();
    assert_eq!(texts, [Some("1".to_owned()), None, None, None, Some("3".to_owned())]);
    let tags = books().limit(1).values(Book::META.key("tags").as_text()).fetch(db).await.unwrap();
    let tags: Json = serde_json::from_str(tags[0].as_deref().unwrap()).unwrap();
    assert_eq!(tags, json!(["x", "y"]));
    let lang = Book::META.key("lang").as_text();
    let grouped =
        Book::all().values(&lang).annotate(count(Book::ID)).order_by(lang.asc().nulls_last());
    let grouped = grouped.fetch(db).await.unwrap();
    let grouped: Vec<(&str, i64)> =
        grouped.iter().map(|(lang, n)| (lang.as_deref().unwrap_or("-"), *n)).collect();
    assert_eq!(grouped, [("de", 1), ("en", 2), ("fr", 1), ("-", 1)]);
}

async fn documents_are_made(at: At) {
    let db = &filled(&at).await;
    let first = || Book::all().filter(Book::ID.eq(1));
    let array = first().values(json_array((Book::TITLE, Book::PAGES, Book::META.key("n"))));
    assert_eq!(array.get(db).await.unwrap(), json!(["Alpha", 100, 1]));
    let name = Book::PUBLISHER.on(Publisher::NAME);
    let object = first().values(json_object(["by", "meta"], (name, Book::META)));
    let expected = json!({ "by": "Acme", "meta": { "lang": "en", "tags": ["x", "y"], "n": 1 } });
    assert_eq!(object.get(db).await.unwrap(), expected);
    let wrong = first().values(json_object(["a"], (Book::ID, Book::ID))).get(db).await.unwrap_err();
    assert!(wrong.to_string().contains("1 keys, and 2 values"), "{wrong}");
    let pages = json_agg(Book::PAGES).order_by(Book::PAGES);
    let pages = Book::all().aggregate(pages, db).await.unwrap();
    assert_eq!(pages, Some(json!([50, 100, 150, 200, 300])));
    let metas = json_agg(Book::META).filter(Book::ID.eq(4));
    assert_eq!(Book::all().aggregate(metas, db).await.unwrap(), Some(json!([{}])));
}
