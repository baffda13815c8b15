//! The models and rows that the queries ask: those of the recorded answers of Django.

use carafe::prelude::*;
use driver_tests::At;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Publisher {
    pub(crate) id: i64,
    #[model(max_length = 100)]
    pub(crate) name: String,
    #[model(max_length = 2)]
    pub(crate) country: Option<String>,
    #[model(by = Book::PUBLISHER)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Author {
    pub(crate) id: i64,
    #[model(max_length = 100)]
    pub(crate) name: String,
    pub(crate) age: Option<i32>,
    #[model(symmetrical)]
    pub(crate) friends: ManyToMany<Author>,
    #[model(by = Book::AUTHORS)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(ordering(title), check(pages_gt_0, pages > 0))]
#[model(unique(lower(title), name = "uniq_lower_title"))]
pub(crate) struct Book {
    pub(crate) id: i64,
    #[model(max_length = 100)]
    pub(crate) title: String,
    pub(crate) pages: i32,
    #[model(max_digits = 6, decimal_places = 2)]
    pub(crate) price: Decimal,
    pub(crate) published: Date,
    #[model(on_delete = cascade)]
    pub(crate) publisher: Option<ForeignKey<Publisher>>,
    pub(crate) authors: ManyToMany<Author>,
    pub(crate) meta: serde_json::Value,
    #[model(by = Review::BOOK)]
    pub(crate) reviews: HasMany<Review>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Review {
    pub(crate) id: i64,
    pub(crate) book: ForeignKey<Book>,
    #[model(max_length = 50)]
    pub(crate) reviewer: String,
    pub(crate) stars: i32,
    pub(crate) created: Timestamp,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Employee {
    pub(crate) id: i64,
    #[model(max_length = 50)]
    pub(crate) name: String,
    #[model(max_length = 20)]
    pub(crate) dept: String,
    pub(crate) salary: i32,
    #[model(on_delete = set_null)]
    pub(crate) manager: Option<ForeignKey<Employee>>,
    #[model(by = Employee::MANAGER)]
    pub(crate) reports: HasMany<Employee>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) id: i64,
    #[model(max_length = 50)]
    pub(crate) name: String,
    #[model(by = Cafe::PLACE)]
    pub(crate) cafe: HasOne<Cafe>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Cafe {
    #[model(primary_key, parent)]
    pub(crate) place: OneToOne<Place>,
    pub(crate) seats: i32,
}

const TABLES: [&str; 9] = [
    "create table publisher (id {id}, name {key} not null, country {key})",
    "create table author (id {id}, name {key} not null, age {integer})",
    "create table author_friends (id {id}, from_author_id {integer} not null, to_author_id {integer} not null, unique (from_author_id, to_author_id))",
    "create table book (id {id}, title {key} not null, pages {integer} not null, price {decimal} not null, published {date} not null, publisher_id {integer}, meta {json} not null, constraint pages_gt_0 check (pages > 0))",
    "create table book_authors (id {id}, book_id {integer} not null, author_id {integer} not null, unique (book_id, author_id))",
    "create table review (id {id}, book_id {integer} not null, reviewer {key} not null, stars {integer} not null, created {timestamp} not null)",
    "create table employee (id {id}, name {key} not null, dept {key} not null, salary {integer} not null, manager_id {integer})",
    "create table place (id {id}, name {key} not null)",
    "create table cafe (place_id {integer} primary key, seats {integer} not null)",
];

/// The tables, with their rows.
pub(crate) async fn filled(at: &At) -> Db {
    for table in TABLES {
        at.make(table).await;
    }
    let db = &at.db;
    let rows = "insert into publisher (name, country) values ('Acme', 'US'), ('Bits', 'DE'), ('Cave', null)";
    at.make(rows).await;
    at.make("insert into author (name, age) values ('Ann', 30), ('Bob', 45), ('Cid', null), ('Dee', 30)").await;
    at.make("insert into author_friends (from_author_id, to_author_id) values (1, 2), (2, 1), (1, 3), (3, 1)").await;
    let books = [
        (
            "Alpha",
            100,
            "10.00",
            date(2020, 1, 31),
            Some(1),
            r#"{"lang":"en","tags":["x","y"],"n":1}"#,
        ),
        ("beta", 200, "20.50", date(2020, 2, 29), Some(1), r#"{"lang":"de","tags":[],"n":null}"#),
        ("Gamma_1", 300, "30.00", date(2021, 12, 31), Some(2), r#"{"lang":"en","ed":{"no":2}}"#),
        ("Delta%", 50, "5.25", date(2022, 1, 1), None, "{}"),
        ("Éclair", 150, "15.00", date(2022, 6, 15), Some(2), r#"{"lang":"fr","tags":["y"],"n":3}"#),
    ];
    for (title, pages, price, published, publisher, meta) in books {
        let meta: serde_json::Value = serde_json::from_str(meta).unwrap();
        let price: Decimal = price.parse().unwrap();
        let values = (title, pages, price, published, publisher, meta);
        let insert = "insert into book (title, pages, price, published, publisher_id, meta) values (?, ?, ?, ?, ?, ?)";
        db.execute(insert, values).await.unwrap();
    }
    at.make("insert into book_authors (book_id, author_id) values (1, 1), (1, 2), (2, 2), (3, 1), (3, 4), (5, 3), (5, 4), (5, 1)").await;
    for (book, reviewer, stars, created) in [
        (1, "u1", 5, "2024-01-01T00:30:00Z"),
        (1, "u2", 3, "2024-01-01T23:30:00Z"),
        (1, "u3", 4, "2024-03-31T01:30:00Z"),
        (2, "u1", 2, "2024-03-31T02:30:00Z"),
        (3, "u2", 5, "2024-12-31T23:59:00Z"),
        (3, "u1", 5, "2025-01-01T00:00:00Z"),
    ] {
        let created: Timestamp = created.parse().unwrap();
        let insert = "insert into review (book_id, reviewer, stars, created) values (?, ?, ?, ?)";
        db.execute(insert, (book, reviewer, stars, created)).await.unwrap();
    }
    at.make("insert into employee (name, dept, salary, manager_id) values ('Eve', 'eng', 100, null), ('Fay', 'eng', 80, 1), ('Gus', 'eng', 80, 1), ('Hal', 'ops', 70, 1), ('Ivy', 'ops', 60, 4)").await;
    at.make("insert into place (name) values ('Park'), ('Joe')").await;
    at.make("insert into cafe (place_id, seats) values (2, 12)").await;
    at.db.with_models(models![Publisher, Author, Book, Review, Employee, Place, Cafe])
}
