//! Rows of which a part is read: columns that are left out, and models that are read of SQL by hand.

use carafe::models::Deferred;
use carafe::prelude::*;
use driver_tests::{At, checks};
use jiff::civil::{Date, date};

use super::library::{Publisher, filled};

checks![
    columns_are_left_out,
    what_was_left_out_is_saved_as_it_is,
    the_latest_is_said_by_the_model,
    models_are_read_of_sql_by_hand,
    what_sql_by_hand_lacks_is_told,
];

/// The books again, with less to read.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "book", unmanaged, latest_by(published, -pages))]
struct Shelf {
    id: i64,
    title: String,
    pages: i32,
    published: Date,
    publisher: Option<ForeignKey<Publisher>>,
    meta: Deferred<serde_json::Value>,
    price: Deferred<f64>,
}

async fn columns_are_left_out(at: At) {
    let db = &filled(&at).await;
    let read = async |books: QuerySet<Shelf>| {
        let book = books.filter(Shelf::ID.eq(3)).get(db).await.unwrap();
        assert_eq!(book.title, "Gamma_1");
        (book.meta.is_loaded(), book.price.is_loaded())
    };
    assert_eq!(read(Shelf::all()).await, (true, true));
    assert_eq!(read(Shelf::all().defer(Shelf::META)).await, (false, true));
    assert_eq!(read(Shelf::all().only(Shelf::PRICE)).await, (false, true));
    assert_eq!(read(Shelf::all().only((Shelf::TITLE, Shelf::META))).await, (true, false));
    assert_eq!(read(Shelf::all().only(Shelf::ID)).await, (false, false));
    assert_eq!(
        read(Shelf::all().only(Shelf::ID).only((Shelf::META, Shelf::PRICE))).await,
        (true, true)
    );
    let over = Shelf::all().only(Shelf::PUBLISHER.on(Publisher::NAME)).fetch(db).await.unwrap_err();
    assert!(over.to_string().contains("own model"), "{over}");
}

async fn what_was_left_out_is_saved_as_it_is(at: At) {
    let db = &filled(&at).await;
    let mut book = Shelf::all().only(Shelf::ID).filter(Shelf::ID.eq(1)).get(db).await.unwrap();
    let left_out: Vec<&str> = book.deferred().iter().map(|field| field.name).collect();
    assert_eq!(left_out, ["meta", "price"]);
    assert!(book.price.get().unwrap_err().to_string().contains("`.only(…)`"));
    book.pages = 101;
    book.save(db).await.unwrap();
    let book = Shelf::all().filter(Shelf::ID.eq(1)).get(db).await.unwrap();
    assert_eq!((book.pages, book.price.get().unwrap()), (101, &10.0));
    assert_eq!(book.meta.get().unwrap()["lang"], "en");
}

async fn the_latest_is_said_by_the_model(at: At) {
    let db = &filled(&at).await;
    assert_eq!(Shelf::all().latest((), db).await.unwrap().title, "Éclair");
    assert_eq!(Shelf::all().earliest((), db).await.unwrap().title, "Alpha");
    assert_eq!(Shelf::all().latest(Shelf::PAGES, db).await.unwrap().title, "Gamma_1");
    assert_eq!(Shelf::all().earliest(Shelf::PAGES, db).await.unwrap().title, "Delta%");
    let untold = Publisher::all().latest((), db).await.unwrap_err();
    assert!(untold.to_string().contains("something to go by"), "{untold}");
    assert!(untold.advice().unwrap().contains("latest_by"));
    let none = Shelf::all().filter(Shelf::ID.eq(99)).latest((), db).await.unwrap_err();
    assert_eq!(none.kind(), carafe_core::Kind::NotFound);
}

async fn models_are_read_of_sql_by_hand(at: At) {
    let db = &filled(&at).await;
    // The columns stand anywhere, and others among them.
    let sql = "select pages * 2 as twice, publisher_id, published, pages, title, id from book where pages > ? order by id";
    let books = db.query_as::<Shelf>(sql, (120,)).all().await.unwrap();
    let titles: Vec<&str> = books.iter().map(|book| &*book.title).collect();
    assert_eq!(titles, ["beta", "Gamma_1", "Éclair"]);
    assert_eq!(books[1].published, date(2021, 12, 31));
    assert_eq!(books[1].publisher.as_ref().unwrap().pk(), Some(&2));
    assert!(!books[1].meta.is_loaded() && !books[1].price.is_loaded());
    let whole = db.query_as::<Shelf>("select * from book where id = ?", (1,)).one().await.unwrap();
    assert_eq!(whole, Shelf::all().filter(Shelf::ID.eq(1)).get(db).await.unwrap());
    let mut streamed =
        db.query_as::<Shelf>("select * from book where publisher_id is null", ()).stream();
    let book = streamed.try_next().await.unwrap().unwrap();
    assert_eq!((&*book.title, book.publisher), ("Delta%", None));
}

async fn what_sql_by_hand_lacks_is_told(at: At) {
    let db = &filled(&at).await;
    let lacks = db.query_as::<Shelf>("select id, title from book", ()).all().await.unwrap_err();
    let told = "the row has no columns `pages`, `published`, `publisher_id`, which `Shelf` reads; it has `id`, `title`";
    assert_eq!(lacks.message(), told);
    let twice =
        "select book.*, publisher.* from book join publisher on publisher.id = publisher_id";
    let twice = db.query_as::<Shelf>(twice, ()).all().await.unwrap_err();
    assert!(twice.message().contains("several columns `id`"), "{twice}");
}
