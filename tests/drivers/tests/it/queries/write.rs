//! What is made, changed and deleted.

use carafe::db::{Violation, ViolationKind};
use carafe::models::Invalids;
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{At, checks};
use jiff::civil::date;

use super::library::{Author, Book, Cafe, Employee, Place, Publisher, Review, filled};

checks![
    a_row_is_created,
    a_required_value_that_is_blank_is_told,
    a_row_is_saved,
    some_fields_are_saved,
    a_row_is_read_anew,
    a_row_is_got_or_created,
    a_row_is_updated_or_created,
    many_rows_are_created,
    conflicts_are_ignored_or_updated,
    many_rows_are_updated,
    rows_are_updated_by_expressions,
    what_belongs_to_a_row_is_deleted_with_it,
    references_are_set_to_null,
    a_child_goes_with_its_parent,
    rows_of_a_query_are_deleted,
    related_rows_are_added_and_removed,
    more_related_rows_than_one_statement_takes,
    rows_of_a_foreign_key_are_added_and_removed,
    constraints_name_themselves,
    all_or_nothing_in_batches,
];

fn publisher(name: &str) -> Publisher {
    Publisher { name: name.into(), ..Publisher::blank() }
}

fn book(title: &str, pages: i32) -> Book {
    Book { title: title.into(), pages, published: date(2020, 1, 1), ..Book::blank() }
}

async fn names(db: &Db) -> String {
    Publisher::all()
        .order_by(Publisher::ID)
        .values(Publisher::NAME)
        .fetch(db)
        .await
        .unwrap()
        .join(" ")
}

async fn a_row_is_created(at: At) {
    let db = &filled(&at).await;
    let new = publisher("New").create(db).await.unwrap();
    assert_eq!(new.id, 4);
    let found = Publisher::all().filter(Publisher::ID.eq(4)).get(db).await.unwrap();
    assert_eq!((&*found.name, &found.country), ("New", &None));
    let made = Book { publisher: Some(new.key()), ..book("Made", 7) }.create(db).await.unwrap();
    let made = Book::all()
        .filter(Book::ID.eq(made.id))
        .select_related(Book::PUBLISHER)
        .get(db)
        .await
        .unwrap();
    assert_eq!(made.publisher.unwrap().get().unwrap().name, "New");
    // Also in a transaction, and undone with it.
    let undone: Result<()> = db
        .atomic(async |tx| {
            publisher("Gone").create(tx).await?;
            Err(Error::bad_request("no"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(names(db).await, "Acme Bits Cave New");
}

async fn a_required_value_that_is_blank_is_told(at: At) {
    let db = &filled(&at).await;
    let error = Review { reviewer: "u".into(), ..Review::blank() }.create(db).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid, "{error}");
    let fields: &Invalids = error.cause().unwrap();
    let named: Vec<&str> = fields.fields().map(|(name, _)| name).collect();
    assert_eq!(named, ["book", "created"]);
}

async fn a_row_is_saved(at: At) {
    let db = &filled(&at).await;
    let mut new = publisher("x");
    new.save(db).await.unwrap();
    assert_eq!(new.id, 4);
    new.name = "y".into();
    new.save(db).await.unwrap();
    assert_eq!(names(db).await, "Acme Bits Cave y");
    // A key that is not there: updated in vain, then inserted.
    Publisher { id: 77, ..publisher("z") }.save(db).await.unwrap();
    assert_eq!(names(db).await, "Acme Bits Cave y z");
    let missing = Publisher { id: 78, ..publisher("no") }.save_existing(db).await.unwrap_err();
    assert_eq!(missing.kind(), Kind::NotFound);
    assert!(missing.to_string().contains("Forced update did not affect any rows"), "{missing}");
    assert_eq!(names(db).await, "Acme Bits Cave y z");
}

async fn some_fields_are_saved(at: At) {
    let db = &filled(&at).await;
    let mut acme = Publisher::all().filter(Publisher::ID.eq(1)).get(db).await.unwrap();
    let before = acme.clone();
    acme.name = "A".into();
    acme.country = Some("FR".into());
    acme.save_fields(["country"], db).await.unwrap();
    let found = Publisher::all().filter(Publisher::ID.eq(1)).get(db).await.unwrap();
    assert_eq!((&*found.name, found.country.as_deref()), ("Acme", Some("FR")));
    acme.save_changed(&before, db).await.unwrap();
    assert_eq!(names(db).await, "A Bits Cave");
    acme.save_fields([], db).await.unwrap();
    let unknown = acme.save_fields(["nope"], db).await.unwrap_err();
    assert!(unknown.to_string().contains("Cannot resolve keyword 'nope' into field."), "{unknown}");
}

async fn a_row_is_read_anew(at: At) {
    let db = &filled(&at).await;
    let mut acme = Publisher::all()
        .filter(Publisher::ID.eq(1))
        .prefetch_related(Publisher::BOOKS)
        .get(db)
        .await
        .unwrap();
    at.make("update publisher set name = 'Z' where id = 1").await;
    acme.refresh(db).await.unwrap();
    assert_eq!((&*acme.name, acme.books.is_loaded()), ("Z", false));
    at.make("delete from book_authors").await;
    at.make("delete from book").await;
    at.make("delete from publisher where id = 1").await;
    assert_eq!(acme.refresh(db).await.unwrap_err().kind(), Kind::NotFound);
}

async fn a_row_is_got_or_created(at: At) {
    let db = &filled(&at).await;
    let (acme, made) = Publisher::all()
        .filter(Publisher::NAME.eq("Acme"))
        .get_or_create(publisher("no"), db)
        .await
        .unwrap();
    assert_eq!((acme.id, made), (1, false));
    let new = Publisher { country: Some("ZZ".into()), ..publisher("New") };
    let (new, made) =
        Publisher::all().filter(Publisher::NAME.eq("New")).get_or_create(new, db).await.unwrap();
    assert_eq!((new.id, new.country.as_deref(), made), (4, Some("ZZ"), true));
    at.make("create unique index publisher_name on publisher (name)").await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                Publisher::all()
                    .filter(Publisher::NAME.eq("Race"))
                    .get_or_create(publisher("Race"), &db)
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        made += usize::from(task.await.unwrap().1);
    }
    assert_eq!(made, 1);
}

async fn a_row_is_updated_or_created(at: At) {
    let db = &filled(&at).await;
    let acme = Publisher::all().filter(Publisher::NAME.eq("Acme"));
    let (row, made) =
        acme.update_or_create(Publisher::COUNTRY.set("FR"), publisher("no"), db).await.unwrap();
    assert_eq!((row.id, row.country.as_deref(), made), (1, Some("FR"), false));
    let zed = Publisher { country: Some("JP".into()), ..publisher("Zed") };
    let query = Publisher::all().filter(Publisher::NAME.eq("Zed"));
    let (row, made) = query.update_or_create(Publisher::COUNTRY.set("FR"), zed, db).await.unwrap();
    assert_eq!((row.country.as_deref(), made), (Some("JP"), true));
}

async fn many_rows_are_created(at: At) {
    let db = &filled(&at).await;
    let two = Publisher::bulk_create([publisher("a"), publisher("b")]).run(db).await.unwrap();
    assert_eq!(two.iter().map(|row| row.id).collect::<Vec<_>>(), [4, 5]);
    let three = ["c", "d", "e"].map(publisher);
    Publisher::bulk_create(three).batch_size(2).run(db).await.unwrap();
    assert_eq!(names(db).await, "Acme Bits Cave a b c d e");
    assert!(Publisher::bulk_create([]).run(db).await.unwrap().is_empty());
    let many = (0..2_500).map(|number| publisher(&format!("n{number}")));
    let many = Publisher::bulk_create(many).run(db).await.unwrap();
    let keys: Vec<i64> = many.iter().map(|row| row.id).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "keys are those of their rows");
    let last = Publisher::all().filter(Publisher::ID.eq(keys[2_499])).get(db).await.unwrap();
    assert_eq!(last.name, "n2499");
    // Some with a key of their own, some without.
    let mixed = [Publisher { id: 9_000, ..publisher("own") }, publisher("counted")];
    let mixed = Publisher::bulk_create(mixed).run(db).await.unwrap();
    assert_eq!(mixed[0].id, 9_000);
    assert_ne!(mixed[1].id, 0);
}

async fn conflicts_are_ignored_or_updated(at: At) {
    let db = &filled(&at).await;
    at.make("create unique index publisher_name on publisher (name)").await;
    let rows = || [publisher("Acme"), publisher("New")];
    assert!(Publisher::bulk_create(rows()).run(db).await.is_err());
    assert_eq!(names(db).await, "Acme Bits Cave");
    Publisher::bulk_create(rows()).ignore_conflicts().run(db).await.unwrap();
    assert_eq!(names(db).await, "Acme Bits Cave New");
    let rows = [
        Publisher { id: 1, country: Some("QQ".into()), ..publisher("AcmeX") },
        Publisher { id: 50, ..publisher("n") },
    ];
    Publisher::bulk_create(rows).update_conflicts(&["name"], &["id"]).run(db).await.unwrap();
    let all = Publisher::all()
        .order_by(Publisher::ID)
        .values((Publisher::ID, Publisher::NAME, Publisher::COUNTRY))
        .fetch(db)
        .await
        .unwrap();
    assert_eq!(all[0], (1, "AcmeX".to_owned(), Some("US".to_owned())));
    assert_eq!(all.last().unwrap(), &(50, "n".to_owned(), None));
}

async fn many_rows_are_updated(at: At) {
    let db = &filled(&at).await;
    let mut books = Book::all().order_by(Book::ID).fetch(db).await.unwrap();
    for book in &mut books {
        book.pages += 1;
        book.meta = serde_json::json!({ "page": book.pages });
    }
    let updated =
        Book::bulk_update(&mut books, &["pages", "meta"]).batch_size(2).run(db).await.unwrap();
    assert_eq!(updated, 5);
    let pages =
        Book::all().order_by(Book::ID).values((Book::PAGES, Book::META)).fetch(db).await.unwrap();
    assert_eq!(pages.iter().map(|row| row.0).collect::<Vec<_>>(), [101, 201, 301, 51, 151]);
    assert_eq!(pages[4].1["page"], 151);
}

async fn rows_are_updated_by_expressions(at: At) {
    let db = &filled(&at).await;
    let eng = Employee::all().filter(Employee::DEPT.eq("eng"));
    let raised = eng.update(Employee::SALARY.set(Employee::SALARY + 1)).run(db).await.unwrap();
    assert_eq!(raised, 3);
    let salaries =
        Employee::all().order_by(Employee::ID).values(Employee::SALARY).fetch(db).await.unwrap();
    assert_eq!(salaries, [101, 81, 81, 70, 60]);
    // By what other tables say.
    let under_eve = Employee::all().filter(Employee::MANAGER.on(Employee::NAME).eq("Eve"));
    assert_eq!(
        under_eve
            .update((Employee::SALARY.set(1), Employee::MANAGER.set(None)))
            .run(db)
            .await
            .unwrap(),
        3
    );
    let hal = Employee { id: 4, ..Employee::blank() };
    let freed = Employee::all()
        .filter(Employee::ID.eq(2))
        .update(Employee::MANAGER.set(&hal))
        .run(db)
        .await
        .unwrap();
    assert_eq!(freed, 1);
    assert_eq!(Employee::all().filter(Employee::MANAGER.eq(&hal)).count(db).await.unwrap(), 2);
    let sliced =
        Employee::all().limit(1).update(Employee::SALARY.set(1)).run(db).await.unwrap_err();
    assert!(
        sliced.to_string().contains("Cannot update a query once a slice has been taken."),
        "{sliced}"
    );
    let joined = Employee::all()
        .update(Employee::MANAGER.on(Employee::SALARY).set(1))
        .run(db)
        .await
        .unwrap_err();
    assert!(joined.to_string().contains("Joined field references are not permitted"), "{joined}");
}

async fn what_belongs_to_a_row_is_deleted_with_it(at: At) {
    let db = &filled(&at).await;
    let acme = Publisher::all().filter(Publisher::ID.eq(1)).get(db).await.unwrap();
    let deleted = acme.delete(db).await.unwrap();
    assert_eq!(deleted.total(), 10);
    let tables: Vec<(&str, u64)> = deleted.by_table().collect();
    assert_eq!(tables, [("book", 2), ("book_authors", 3), ("publisher", 1), ("review", 4)]);
    assert_eq!(names(db).await, "Bits Cave");
    assert_eq!(Review::all().count(db).await.unwrap(), 2);
    assert_eq!(acme.delete(db).await.unwrap().total(), 0);
}

async fn references_are_set_to_null(at: At) {
    let db = &filled(&at).await;
    let eve = Employee::all().filter(Employee::NAME.eq("Eve")).get(db).await.unwrap();
    assert_eq!(eve.delete(db).await.unwrap().total(), 1);
    let managers =
        Employee::all().order_by(Employee::ID).values(Employee::MANAGER).fetch(db).await.unwrap();
    let managers: Vec<Option<i64>> =
        managers.into_iter().map(|key| key.and_then(|key| key.pk().copied())).collect();
    assert_eq!(managers, [None, None, None, Some(4)]);
}

async fn a_child_goes_with_its_parent(at: At) {
    let db = &filled(&at).await;
    let joe = Place::all().filter(Place::NAME.eq("Joe")).get(db).await.unwrap();
    let deleted = joe.delete(db).await.unwrap();
    assert_eq!((deleted.total(), deleted.of("cafe"), deleted.of("place")), (2, 1, 1));
    at.make("insert into place (id, name) values (7, 'Ann')").await;
    at.make("insert into cafe (place_id, seats) values (7, 3)").await;
    let deleted = Cafe::all().filter(Cafe::SEATS.eq(3)).delete(db).await.unwrap();
    assert_eq!((deleted.of("cafe"), deleted.of("place")), (1, 1));
}

async fn rows_of_a_query_are_deleted(at: At) {
    let db = &filled(&at).await;
    let best = Review::all().filter(Review::STARS.eq(5)).delete(db).await.unwrap();
    assert_eq!((best.total(), best.of("review")), (3, 3));
    let of_alpha =
        Review::all().filter(Review::BOOK.on(Book::TITLE).eq("Alpha")).delete(db).await.unwrap();
    assert_eq!(of_alpha.total(), 2);
    assert_eq!(Review::none().delete(db).await.unwrap().total(), 0);
    let sliced = Review::all().limit(1).delete(db).await.unwrap_err();
    assert!(
        sliced.to_string().contains("Cannot use 'limit' or 'offset' with delete()."),
        "{sliced}"
    );
    assert_eq!(Review::all().count(db).await.unwrap(), 1);
}

async fn related_rows_are_added_and_removed(at: At) {
    let db = &filled(&at).await;
    let alpha = Book::all().filter(Book::ID.eq(1)).get(db).await.unwrap();
    let authors = Author::all().order_by(Author::ID).fetch(db).await.unwrap();
    let names = async || {
        let names = alpha.related(Book::AUTHORS).all().order_by(Author::ID).values(Author::NAME);
        names.fetch(db).await.unwrap().join(" ")
    };
    assert_eq!(names().await, "Ann Bob");
    alpha.related(Book::AUTHORS).add([&authors[0], &authors[0], &authors[1]], db).await.unwrap();
    assert_eq!(names().await, "Ann Bob");
    alpha.related(Book::AUTHORS).set([&authors[1], &authors[2]], db).await.unwrap();
    assert_eq!(names().await, "Bob Cid");
    alpha.related(Book::AUTHORS).remove([&authors[1]], db).await.unwrap();
    assert_eq!(names().await, "Cid");
    let eli = Author { name: "Eli".into(), ..Author::blank() };
    alpha.related(Book::AUTHORS).create(eli, db).await.unwrap();
    assert_eq!(names().await, "Cid Eli");
    assert_eq!(
        alpha.related(Book::AUTHORS).all().filter(Author::NAME.eq("Eli")).count(db).await.unwrap(),
        1
    );
    alpha.related(Book::AUTHORS).clear(db).await.unwrap();
    assert_eq!(names().await, "");
    // From the other side, and both ways where the relation is symmetrical.
    let ann = &authors[0];
    assert_eq!(ann.related(Author::BOOKS).all().count(db).await.unwrap(), 2);
    ann.related(Author::BOOKS).add([&alpha], db).await.unwrap();
    assert_eq!(names().await, "Ann");
    ann.related(Author::FRIENDS).add([&authors[3]], db).await.unwrap();
    let friends =
        authors[3].related(Author::FRIENDS).all().values(Author::NAME).fetch(db).await.unwrap();
    assert_eq!(friends, ["Ann"]);
    authors[3].related(Author::FRIENDS).clear(db).await.unwrap();
    assert_eq!(ann.related(Author::FRIENDS).all().count(db).await.unwrap(), 2);
    let unsaved = Author::blank();
    let error = unsaved.related(Author::BOOKS).all().fetch(db).await.unwrap_err();
    assert!(error.to_string().contains("this Author has no key yet"), "{error}");
}

async fn more_related_rows_than_one_statement_takes(at: At) {
    let db = &filled(&at).await;
    let many = (0..1200).map(|number| Author { name: format!("{number}"), ..Author::blank() });
    let many = Author::bulk_create(many).run(db).await.unwrap();
    let ann = Author::all().filter(Author::ID.eq(1)).get(db).await.unwrap();
    let friends = ann.related(Author::FRIENDS);
    friends.add(&many, db).await.unwrap();
    assert_eq!(friends.all().count(db).await.unwrap(), 1202);
    assert_eq!(many[1199].related(Author::FRIENDS).all().count(db).await.unwrap(), 1);
    friends.remove(&many[..1100], db).await.unwrap();
    assert_eq!(friends.all().count(db).await.unwrap(), 102);
    assert!(!many[0].related(Author::FRIENDS).all().exists(db).await.unwrap());
    friends.set(&many[1000..], db).await.unwrap();
    assert_eq!(friends.all().count(db).await.unwrap(), 200);
}

async fn rows_of_a_foreign_key_are_added_and_removed(at: At) {
    let db = &filled(&at).await;
    let cave = Publisher::all().filter(Publisher::NAME.eq("Cave")).get(db).await.unwrap();
    let delta = Book::all().filter(Book::ID.eq(4)).get(db).await.unwrap();
    cave.related(Publisher::BOOKS).add([&delta], db).await.unwrap();
    assert_eq!(cave.related(Publisher::BOOKS).all().count(db).await.unwrap(), 1);
    let made = cave.related(Publisher::BOOKS).create(book("Made", 5), db).await.unwrap();
    assert_eq!(made.publisher.unwrap().pk(), Some(&cave.id));
    cave.related(Publisher::BOOKS).clear(db).await.unwrap();
    assert_eq!(cave.related(Publisher::BOOKS).all().count(db).await.unwrap(), 0);
    assert_eq!(Book::all().count(db).await.unwrap(), 6);
    let alpha = Book::all().filter(Book::ID.eq(1)).get(db).await.unwrap();
    let error = alpha.related(Book::REVIEWS).clear(db).await.unwrap_err();
    assert!(error.to_string().contains("`Review.book` cannot be NULL"), "{error}");
}

async fn constraints_name_themselves(at: At) {
    let db = &filled(&at).await;
    let error = book("Zero", 0).create(db).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{error}");
    let violation: &Violation = error.cause().unwrap();
    assert_eq!(
        (violation.kind(), violation.constraint()),
        (ViolationKind::Check, Some("pages_gt_0"))
    );
    assert!(error.place().unwrap().contains("write.rs"), "{error:?}");
}

async fn all_or_nothing_in_batches(at: At) {
    let db = &filled(&at).await;
    let books = [book("One", 1), book("Two", 2), book("Bad", 0)];
    assert!(Book::bulk_create(books).batch_size(1).run(db).await.is_err());
    assert_eq!(Book::all().count(db).await.unwrap(), 5);
}
