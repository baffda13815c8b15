//! Relations that are loaded behind a query: one by one, for all rows together, into rows that are
//! there.

use std::sync::Arc;

use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{At, checks};

use super::library::{Author, Book, Cafe, Employee, Place, Publisher, filled};

checks![
    nothing_is_loaded_in_silence,
    one_is_loaded_for_itself,
    peers_are_loaded_together,
    what_peers_lead_to_are_peers,
    rows_behind_joins_and_prefetches_are_peers,
    peers_that_are_gone_are_not_asked_for,
    peers_ask_once_at_the_same_time,
    peers_load_in_a_transaction,
    a_failed_load_can_be_tried_again,
    relations_that_lead_back_have_peers,
    rows_that_are_there_load_relations,
    what_is_loaded_is_gone_on_from,
    a_query_loads_anew,
    a_slice_is_one_of_each_row,
];

async fn books(db: &Db) -> Vec<Book> {
    Book::all().order_by(Book::ID).fetch(db).await.unwrap()
}

async fn peers(db: &Db) -> Vec<Book> {
    Book::all().order_by(Book::ID).fetch_peers().fetch(db).await.unwrap()
}

/// The names of publishers, by relations that are asked one after the other.
async fn publishers(books: &[Book], db: &Db) -> String {
    let mut names = Vec::new();
    for book in books {
        let publisher = book.publisher.load(db).await.unwrap();
        names.push(publisher.map_or_else(|| "-".to_owned(), |publisher| publisher.name.clone()));
    }
    names.join(" ")
}

async fn nothing_is_loaded_in_silence(at: At) {
    let db = &filled(&at).await;
    for books in [books(db).await, peers(db).await] {
        let publisher = books[0].publisher.as_ref().unwrap();
        assert!(!publisher.is_loaded() && !books[0].authors.is_loaded());
        let told = publisher.get().unwrap_err().to_string();
        let fix = ".select_related(Book::PUBLISHER)";
        assert!(told.contains(fix) && told.contains(".load(&db)"), "{told}");
        let told = books[0].authors.get().unwrap_err().to_string();
        assert!(told.contains(".prefetch_related(Book::AUTHORS)"), "{told}");
    }
}

async fn one_is_loaded_for_itself(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let books = books(db).await;
    assert_eq!(publishers(&books, db).await, "Acme Acme Bits - Bits");
    counted.assert_count(5);
    // Without a place to be kept in, it is asked for again.
    assert!(!books[0].publisher.as_ref().unwrap().is_loaded());
    counted.reset();
    let row = Publisher::all().get_or_none(db).await;
    assert_eq!(row.unwrap_err().kind(), Kind::MultipleFound);
    counted.reset();
    let acme = ForeignKey::<Publisher>::from_pk(1);
    assert_eq!(acme.load(db).await.unwrap().name, "Acme");
    let kept = ForeignKey::loaded(Publisher { name: "Kept".into(), ..Publisher::blank() });
    assert_eq!(kept.load(db).await.unwrap().name, "Kept");
    counted.assert_count(1);
    let gone = ForeignKey::<Publisher>::from_pk(99).load(db).await.unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound);
    assert!(gone.to_string().contains("refers to a Publisher that does not exist"), "{gone}");
    let unset = ForeignKey::<Publisher>::unset().load(db).await.unwrap_err();
    assert!(unset.to_string().contains("leads nowhere yet"), "{unset}");
    let cafe = Cafe::all().get(db).await.unwrap();
    assert_eq!(cafe.place.load(db).await.unwrap().name, "Joe");
    // What leads back does not know its row.
    let told = books[0].authors.load(db).await.unwrap_err();
    assert!(format!("{told:?}").contains("load_related"), "{told:?}");
}

async fn peers_are_loaded_together(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let books = peers(db).await;
    assert_eq!(publishers(&books, db).await, "Acme Acme Bits - Bits");
    counted.assert_count(2);
    // All of it is kept, and shared.
    let publisher =
        |book: &Book| std::ptr::from_ref(book.publisher.as_ref().unwrap().get().unwrap());
    assert_eq!(publisher(&books[0]), publisher(&books[1]));
    assert_eq!(publishers(&books, db).await, "Acme Acme Bits - Bits");
    counted.assert_count(2);
    // Rows may be moved and copied, before and behind it.
    let moved: Vec<Book> = peers(db).await.into_iter().rev().collect();
    let copy = moved[0].clone();
    assert_eq!(publishers(&[copy], db).await, "Bits");
    counted.assert_count(4);
    assert_eq!(publishers(&moved, db).await, "Bits - Bits Acme Acme");
    counted.assert_count(4);
    // Only one relation of them was asked for.
    assert!(!moved[0].authors.is_loaded());
    // A reference that is put in is no peer.
    let mut book = peers(db).await.remove(0);
    book.publisher = Some(ForeignKey::from_pk(3));
    assert_eq!(publishers(&[book], db).await, "Cave");
    // Where all are NULL, nothing is asked.
    let alone = Book::all().filter(Book::PUBLISHER.is_null()).fetch_peers().fetch(db).await;
    counted.reset();
    assert_eq!(publishers(&alone.unwrap(), db).await, "-");
    counted.assert_count(0);
    let none = Book::all().filter(Book::ID.eq(99)).fetch_peers().fetch(db).await.unwrap();
    assert!(none.is_empty());
}

async fn what_peers_lead_to_are_peers(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let employees = Employee::all().order_by(Employee::ID).fetch_peers().fetch(db).await.unwrap();
    let mut bosses = Vec::new();
    for employee in &employees {
        let Some(manager) = employee.manager.load(db).await.unwrap() else { continue };
        if let Some(boss) = manager.manager.load(db).await.unwrap() {
            bosses.push(format!("{} {} {}", employee.name, manager.name, boss.name));
        }
    }
    assert_eq!(bosses, ["Ivy Hal Eve"]);
    // The employees, their managers, and those of these.
    counted.assert_count(3);
}

async fn rows_behind_joins_and_prefetches_are_peers(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let books = Book::all()
        .filter(Book::PUBLISHER.is_not_null())
        .order_by(Book::ID)
        .select_related(Book::PUBLISHER)
        .prefetch_related(Book::AUTHORS)
        .fetch_peers();
    let books = books.fetch(db).await.unwrap();
    counted.assert_count(2);
    let mut counts = Vec::new();
    for book in &books {
        let publisher = book.publisher.as_ref().unwrap().get().unwrap();
        let all = publisher.books.load(db).await.unwrap().len();
        let mut friends = 0;
        for author in book.authors.get().unwrap() {
            friends += author.friends.load(db).await.unwrap().len();
        }
        counts.push((all, friends));
    }
    assert_eq!(counts, [(2, 3), (2, 1), (2, 2), (2, 3)]);
    counted.assert_count(4);
    let rows = Book::all().annotate(Book::PAGES + 1).order_by(Book::ID).fetch_peers();
    counted.reset();
    let mut rows = rows.fetch(db).await.unwrap();
    assert_eq!(publishers(&[rows.remove(0).0, rows.remove(1).0], db).await, "Acme Bits");
    counted.assert_count(2);
}

async fn peers_that_are_gone_are_not_asked_for(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let mut books = peers(db).await;
    let last = books.pop().unwrap();
    drop(books);
    assert_eq!(last.authors.load(db).await.unwrap().len(), 3);
    // With fewer keys it is another statement.
    assert!(
        counted.statements()[1].contains("IN (?)") || counted.statements()[1].contains("IN ($1)"),
        "{:?}",
        counted.statements()
    );
}

async fn peers_ask_once_at_the_same_time(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let books = Arc::new(peers(db).await);
    let mut tasks = Vec::new();
    for index in 0..books.len() {
        let (books, db) = (books.clone(), db.clone());
        tasks.push(tokio::spawn(async move { publishers(&books[index..=index], &db).await }));
    }
    let mut names = Vec::new();
    for task in tasks {
        names.push(task.await.unwrap());
    }
    assert_eq!(names, ["Acme", "Acme", "Bits", "-", "Bits"]);
    counted.assert_count(2);
}

async fn peers_load_in_a_transaction(at: At) {
    let db = filled(&at).await;
    let done = db.atomic(async |tx| {
        let books = Book::all().order_by(Book::ID).fetch_peers().fetch(tx).await?;
        let new = Publisher { name: "New".into(), ..Publisher::blank() }.create(tx).await?;
        let mut book = Book::all().filter(Book::ID.eq(4)).fetch_peers().get(tx).await?;
        book.publisher = Some(new.key());
        book.save(tx).await?;
        book.refresh(tx).await?;
        let tx: &dyn Executor = tx;
        let (one, other) = tokio::join!(books[0].publisher.load(tx), books[2].publisher.load(tx));
        let publisher = book.publisher.load(tx).await?;
        Ok(format!("{} {} {}", one?.unwrap().name, other?.unwrap().name, publisher.unwrap().name))
    });
    assert_eq!(done.await.unwrap(), "Acme Bits New");
}

async fn a_failed_load_can_be_tried_again(at: At) {
    let db = filled(&at).await;
    let books = peers(&db).await;
    at.make("alter table publisher rename to press").await;
    assert!(books[0].publisher.load(&db).await.is_err());
    // One that is dropped half-way leaves the others free.
    drop(books[0].publisher.load(&db));
    at.make("alter table press rename to publisher").await;
    assert_eq!(publishers(&books, &db).await, "Acme Acme Bits - Bits");
    // Rows that are not there are known not to be.
    let books = peers(&db).await;
    at.make("delete from publisher where id = 2").await;
    let gone = books[2].publisher.load(&db).await.unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound);
    assert!(gone.to_string().contains("`Book.publisher` refers to a Publisher"), "{gone}");
    assert_eq!(publishers(&books[..2], &db).await, "Acme Acme");
}

async fn relations_that_lead_back_have_peers(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let places = Place::all().order_by(Place::ID).fetch_peers().fetch(db).await.unwrap();
    let mut seats = Vec::new();
    for place in &places {
        seats.push(place.cafe.load(db).await.unwrap().map(|cafe| cafe.seats));
    }
    assert_eq!(seats, [None, Some(12)]);
    assert_eq!(places[0].cafe.get(), Ok(None));
    counted.assert_count(2);
    let authors = Author::all().order_by(Author::ID).fetch_peers().fetch(db).await.unwrap();
    let mut counts = Vec::new();
    for author in &authors {
        let (books, friends) = (author.books.load(db).await, author.friends.load(db).await);
        counts.push((books.unwrap().len(), friends.unwrap().len()));
    }
    assert_eq!(counts, [(3, 2), (2, 1), (1, 1), (2, 0)]);
    counted.assert_count(5);
    assert_eq!(authors[3].friends.get().unwrap().len(), 0);
}

async fn rows_that_are_there_load_relations(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let mut rows = books(db).await;
    rows.load_related(Book::PUBLISHER, db).await.unwrap();
    rows.load_related(Book::AUTHORS, db).await.unwrap();
    counted.assert_count(3);
    assert_eq!(publishers(&rows, db).await, "Acme Acme Bits - Bits");
    let authors: Vec<usize> = rows.iter().map(|book| book.authors.get().unwrap().len()).collect();
    assert_eq!(authors, [2, 1, 2, 0, 3]);
    // One alone; and what is loaded is not asked for again.
    let mut one = rows.remove(0);
    one.load_related(Book::AUTHORS, db).await.unwrap();
    counted.assert_count(3);
    one.load_related(Book::REVIEWS, db).await.unwrap();
    assert_eq!(one.reviews.get().unwrap().len(), 3);
    counted.assert_count(4);
    Vec::<Book>::new().load_related(Book::AUTHORS, db).await.unwrap();
    counted.assert_count(4);
    // Peers too may be told to.
    let mut rows = peers(db).await;
    rows.load_related(Book::PUBLISHER, db).await.unwrap();
    assert_eq!(publishers(&rows, db).await, "Acme Acme Bits - Bits");
    counted.assert_count(6);
}

async fn what_is_loaded_is_gone_on_from(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let mut rows = books(db).await;
    rows.load_related(Book::PUBLISHER, db).await.unwrap();
    rows.load_related(Book::PUBLISHER.on(Publisher::BOOKS), db).await.unwrap();
    counted.assert_count(3);
    let count =
        |book: &Book| Some(book.publisher.as_ref()?.get().unwrap().books.get().unwrap().len());
    assert_eq!(
        rows.iter().map(count).collect::<Vec<_>>(),
        [Some(2), Some(2), Some(2), None, Some(2)]
    );
    let publisher =
        |book: &Book| std::ptr::from_ref(book.publisher.as_ref().unwrap().get().unwrap());
    assert_eq!(publisher(&rows[0]), publisher(&rows[1]));
    // What somebody else holds too is loaded anew.
    let held = rows[0].clone();
    rows.load_related(Book::PUBLISHER.on(Publisher::BOOKS).on(Book::AUTHORS), db).await.unwrap();
    let first = &rows[0].publisher.as_ref().unwrap().get().unwrap().books.get().unwrap()[0];
    assert_eq!(first.authors.get().unwrap().len(), 2);
    let first = &held.publisher.as_ref().unwrap().get().unwrap().books.get().unwrap()[0];
    assert!(!first.authors.is_loaded());
    // Joined rows are gone on from by a query itself.
    counted.reset();
    let rows = Book::all()
        .select_related(Book::PUBLISHER)
        .prefetch_related(Book::PUBLISHER.on(Publisher::BOOKS))
        .order_by(Book::ID);
    let rows = rows.fetch(db).await.unwrap();
    assert_eq!(
        rows.iter().map(count).collect::<Vec<_>>(),
        [Some(2), Some(2), Some(2), None, Some(2)]
    );
    counted.assert_count(2);
}

async fn a_query_loads_anew(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    let mut rows = books(db).await;
    rows.load_related(Book::AUTHORS, db).await.unwrap();
    let old = Author::all().filter(Author::AGE.gt(40)).prefetch_related(Author::FRIENDS);
    rows.load_related_with(Book::AUTHORS, old, db).await.unwrap();
    counted.assert_count(4);
    let authors: Vec<usize> = rows.iter().map(|book| book.authors.get().unwrap().len()).collect();
    assert_eq!(authors, [1, 1, 0, 0, 0]);
    assert_eq!(rows[0].authors.get().unwrap()[0].friends.get().unwrap()[0].name, "Ann");
    let distinct = Author::all().distinct().limit(1);
    let told = rows.load_related_with(Book::AUTHORS, distinct, db).await.unwrap_err().to_string();
    assert!(told.contains("cannot be sliced where it is distinct"), "{told}");
}

/// The titles of each publisher's books, and the names of each book's authors.
fn titles(publishers: &[Publisher]) -> Vec<String> {
    let title = |book: &Book| book.title.clone();
    let titles = |own: &Publisher| own.books.get().unwrap().iter().map(title).collect::<Vec<_>>();
    publishers.iter().map(|publisher| titles(publisher).join(" ")).collect()
}

fn names(books: &[Book]) -> Vec<String> {
    let name = |author: &Author| author.name.clone();
    let names = |own: &Book| own.authors.get().unwrap().iter().map(name).collect::<Vec<_>>();
    books.iter().map(|book| names(book).join(" ")).collect()
}

async fn a_slice_is_one_of_each_row(at: At) {
    let counted = filled(&at).await.counted();
    let db = counted.db();
    // By the key that the children hold, in their own order, one that is given, and the other way.
    let publishers = Publisher::all().order_by(Publisher::ID);
    let longest = Book::all().order_by(Book::PAGES.desc());
    for (books, expected) in [
        (Book::all().filter(Book::ID.lt(5)).limit(1), ["Alpha", "Gamma_1", ""]),
        (longest.clone().limit(1), ["beta", "Gamma_1", ""]),
        (longest.clone().reverse().limit(1), ["Alpha", "Éclair", ""]),
        (longest.clone().offset(1), ["Alpha", "Éclair", ""]),
        (longest.clone().offset(1).limit(7), ["Alpha", "Éclair", ""]),
        (longest.clone().limit(0), ["", "", ""]),
        (longest.clone().filter(Book::PAGES.lt(250)).limit(1), ["beta", "Éclair", ""]),
        (longest.select_related(Book::PUBLISHER).limit(2), ["beta Alpha", "Gamma_1 Éclair", ""]),
    ] {
        let rows = publishers.clone().prefetch(Publisher::BOOKS, books).fetch(db).await.unwrap();
        assert_eq!(titles(&rows), expected);
    }
    counted.reset();
    // By a table between, from both sides.
    let by_name = Author::all().order_by(Author::NAME);
    let books = Book::all().order_by(Book::ID);
    let rows = books.clone().prefetch(Book::AUTHORS, by_name.clone().limit(2));
    assert_eq!(names(&rows.fetch(db).await.unwrap()), ["Ann Bob", "Bob", "Ann Dee", "", "Ann Cid"]);
    let rows = books.clone().prefetch(Book::AUTHORS, by_name.clone().offset(1).limit(1));
    assert_eq!(names(&rows.fetch(db).await.unwrap()), ["Bob", "", "Dee", "", "Cid"]);
    counted.assert_count(4);
    let shortest =
        Book::all().order_by(Book::PAGES).limit(1).prefetch(Book::AUTHORS, by_name.limit(1));
    let mut authors = Author::all().order_by(Author::ID).fetch(db).await.unwrap();
    authors.load_related_with(Author::BOOKS, shortest, db).await.unwrap();
    let first = |author: &Author| names(author.books.get().unwrap());
    assert_eq!(authors.iter().map(first).collect::<Vec<_>>(), [["Ann"], ["Ann"], ["Ann"], ["Ann"]]);
}
