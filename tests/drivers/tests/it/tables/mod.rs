//! The tables of models.

mod kept;
mod library;

pub(crate) mod django;
pub(crate) mod postgres;

use carafe::prelude::*;
use carafe_db::Models;
use driver_tests::{Ability, At, checks};

use library::{Author, Book, Chapter, Publisher, Shelf};

checks![
    tables_take_rows_of_their_models,
    every_kind_comes_back_as_it_was,
    only_what_is_missing_is_made,
    several_programs_make_them_once needs Connections,
    a_mistake_leaves_no_table needs TransactionalTables,
    a_handle_makes_its_tables_first,
    references_hold_at_the_end needs Deferred,
    the_database_deletes_what_says_so,
    constraints_hold,
    what_the_database_computes,
    tables_that_refer_to_each_other_are_dropped,
];

pub(crate) fn library() -> Models {
    models![Book, Author, Publisher, Chapter, Shelf]
}

/// A model with a field of every kind that all databases have.
pub(crate) fn kinds() -> Models {
    kept::models()
}

/// The database with the tables of the library.
async fn made(at: &At) -> Db {
    let db = at.db.with_models(library());
    db.create_tables().await.unwrap();
    db
}

fn book(title: &str) -> Book {
    Book { title: title.into(), pages: 7, ..Book::blank() }
}

async fn tables_take_rows_of_their_models(at: At) {
    let db = made(&at).await;
    let shelf = Shelf { room: 3, number: 1, label: "A".into() }.create(&db).await.unwrap();
    let ada = Author { name: "Ada".into(), ..Author::blank() }.create(&db).await.unwrap();
    let mut first = book("First");
    (first.main_author, first.shelf) = (Some(ada.key()), Some(shelf.key()));
    let first = first.create(&db).await.unwrap();
    let read =
        Book::all().select_related(Book::MAIN_AUTHOR).filter(Book::ID.eq(first.id)).get(&db).await;
    let read = read.unwrap();
    assert_eq!(read.main_author.unwrap().get().unwrap().name, "Ada");
    assert_eq!(read.shelf.unwrap().pk(), Some(&(3, 1)));
    let pair = "insert into book_authors (book_id, author_id) values (?, ?)";
    assert_eq!(db.execute(pair, (first.id, ada.id)).await.unwrap(), 1);
    assert_eq!(
        db.execute(pair, (first.id, ada.id)).await.unwrap_err().kind(),
        carafe::Kind::Conflict
    );
}

async fn every_kind_comes_back_as_it_was(at: At) {
    kept::all_come_back(&at.db).await;
}

async fn only_what_is_missing_is_made(at: At) {
    let few = at.db.with_models(models![Shelf]);
    assert_eq!(few.create_tables().await.unwrap(), ["shelf"]);
    Shelf { room: 1, number: 1, label: "A".into() }.create(&few).await.unwrap();
    let all = at.db.with_models(library());
    let mut made = all.create_tables().await.unwrap();
    made.sort_unstable();
    assert_eq!(made, ["author", "author_friends", "book", "book_authors", "chapter", "publisher"]);
    assert!(all.create_tables().await.unwrap().is_empty());
    assert_eq!(Shelf::all().count(&all).await.unwrap(), 1);
    let mut dropped = few.drop_tables().await.unwrap_or_default();
    dropped.extend(all.drop_tables().await.unwrap());
    assert_eq!(dropped.len(), 7);
    assert!(few.drop_tables().await.unwrap().is_empty());
}

async fn several_programs_make_them_once(at: At) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = at.with(|settings| settings).with_models(library());
            tokio::spawn(async move { db.create_tables().await.unwrap().len() })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        made += task.await.unwrap();
    }
    assert_eq!(made, 7);
}

async fn a_mistake_leaves_no_table(at: At) {
    #[derive(Model)]
    #[model(table = "wrong", check(same, label == label), check(same, label != label))]
    struct Wrong {
        id: i64,
        label: i32,
        #[model(db_default = coalesce(label, 1))]
        other: i32,
    }
    let db = at.db.with_models(models![Shelf, Wrong]);
    let error = db.create_tables().await.unwrap_err();
    assert!(error.place().unwrap().contains("wrong"), "{error:?}");
    assert_eq!(at.db.with_models(models![Shelf]).create_tables().await.unwrap(), ["shelf"]);
}

async fn a_handle_makes_its_tables_first(at: At) {
    let db = at.db.with_models(library()).with_tables();
    let count = async |db: &Db| Book::all().count(db).await.unwrap();
    let other = db.clone();
    assert_eq!(tokio::join!(count(&db), count(&other), count(&db)), (0, 0, 0));
    let script = "create table extra (id integer)";
    let both = at.db.with_schema(script).with_models(models![Shelf]).with_tables();
    // The script is for a database without tables.
    assert!(both.execute("insert into extra values (1)", ()).await.is_err());
    assert_eq!(Shelf::all().count(&both).await.unwrap(), 0);
}

async fn references_hold_at_the_end(at: At) {
    let db = made(&at).await;
    let chapter =
        |book| Chapter { book: ForeignKey::from_pk(book), title: "One".into(), ..Chapter::blank() };
    db.atomic(async |tx| {
        chapter(7).create(tx).await?;
        Book { id: 7, ..book("First") }.create(tx).await
    })
    .await
    .unwrap();
    let missing = db.atomic(async |tx| chapter(8).create(tx).await).await.unwrap_err();
    assert_eq!(missing.kind(), carafe::Kind::Conflict);
    let lost = Book { shelf: Some(ForeignKey::from_pk((1, 1))), ..book("Lost") };
    let lost = db.atomic(async |tx| lost.create(tx).await).await.unwrap_err();
    assert_eq!(lost.kind(), carafe::Kind::Conflict);
}

async fn the_database_deletes_what_says_so(at: At) {
    let db = made(&at).await;
    let first = book("First").create(&db).await.unwrap();
    let chapter = Chapter { book: first.key(), title: "One".into(), ..Chapter::blank() };
    chapter.create(&db).await.unwrap();
    db.execute("delete from book", ()).await.unwrap();
    assert_eq!(Chapter::all().count(&db).await.unwrap(), 0);
    let ada = Author { name: "Ada".into(), ..Author::blank() }.create(&db).await.unwrap();
    let of_ada = Book { main_author: Some(ada.key()), ..book("Second") };
    let of_ada = of_ada.create(&db).await.unwrap();
    db.execute("delete from author", ()).await.unwrap();
    let nobody = Book::all().filter(Book::MAIN_AUTHOR.is_null()).get(&db).await.unwrap();
    assert_eq!(nobody.id, of_ada.id);
}

async fn constraints_hold(at: At) {
    let db = made(&at).await;
    book("First").create(&db).await.unwrap();
    let mut refused = vec![
        Book { pages: 0, ..book("No pages") },
        Book { isbn: Some("1".into()), ..book("One") },
        Book { title: "none".into(), ..book("") },
    ];
    if at.can(Ability::ExpressionIndexes) {
        refused.push(book("FIRST"));
    } else {
        book("FIRST").create(&db).await.unwrap();
    }
    Book { isbn: Some("1".into()), ..book("Two") }.create(&db).await.unwrap();
    for row in refused {
        let title = row.title.clone();
        let error = row.create(&db).await.unwrap_err();
        assert_eq!(error.kind(), carafe::Kind::Conflict, "{title}: {error:?}");
    }
    Book { lent: true, ..book("A") }.create(&db).await.unwrap();
    Book { lent: false, place: 4, ..book("B") }.create(&db).await.unwrap();
    Book { lent: true, place: 4, ..book("C") }.create(&db).await.unwrap();
    let taken = Book { lent: false, place: 4, ..book("D") }.create(&db).await;
    if at.can(Ability::PartialIndexes) {
        assert_eq!(taken.unwrap_err().kind(), carafe::Kind::Conflict);
    } else {
        taken.unwrap();
    }
}

async fn what_the_database_computes(at: At) {
    let db = made(&at).await;
    db.execute("insert into publisher (name) values ('Orly')", ()).await.unwrap();
    let publisher = Publisher::all().filter(Publisher::NAME.eq("Orly")).get(&db).await.unwrap();
    assert_eq!((publisher.country.as_str(), publisher.rank, publisher.open), ("it's\\?", -3, true));
    assert_eq!((publisher.shout.as_str(), publisher.letters), ("ORLY!", 4));
    let ago = jiff::Timestamp::now().duration_since(publisher.since);
    assert!(ago.as_secs().abs() < 3600, "{ago:?}");
    assert!((publisher.day.year() - 2000) > 20);
}

async fn tables_that_refer_to_each_other_are_dropped(at: At) {
    let db = made(&at).await;
    let ada = Author { name: "Ada".into(), ..Author::blank() }.create(&db).await.unwrap();
    let row = Book { main_author: Some(ada.key()), ..book("First") }.create(&db).await.unwrap();
    db.execute("update author set best_id = ?", (row.id,)).await.unwrap();
    assert_eq!(db.drop_tables().await.unwrap().len(), 7);
    assert_eq!(db.create_tables().await.unwrap().len(), 7);
    assert_eq!(Author::all().count(&db).await.unwrap(), 0);
}
