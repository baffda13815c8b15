//! What queries find.

use carafe::db::functions::{
    avg, case, coalesce, count, count_rows, exists, length, lower, max, outer, subquery, sum,
};
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{At, checks};
use rust_decimal::Decimal;

use super::library::{Author, Book, Cafe, Employee, Place, Publisher, Review, filled};
use super::titles;

checks![
    texts_are_searched,
    null_is_kept_by_exclude,
    one_filter_is_about_one_related_row,
    lists_are_asked_for,
    aggregates_are_computed_for_each_row,
    rows_are_grouped,
    totals_of_all_rows,
    columns_are_computed,
    whole_numbers_are_divided,
    queries_stand_in_queries,
    rows_are_sorted_and_sliced,
    queries_are_combined,
    related_rows_are_loaded,
    relations_are_followed,
    one_row_is_got,
    trees_are_walked,
    conditions_are_joined,
];

#[track_caller]
fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

async fn texts_are_searched(at: At) {
    let db = &filled(&at).await;
    assert_eq!(titles(Book::all().filter(Book::TITLE.contains("_")), db).await, "Gamma_1");
    assert_eq!(titles(Book::all().filter(Book::TITLE.contains("%")), db).await, "Delta%");
    assert_eq!(titles(Book::all().filter(Book::TITLE.ieq("BETA")), db).await, "beta");
    assert_eq!(titles(Book::all().filter(Book::TITLE.icontains("ALPH")), db).await, "Alpha");
    assert_eq!(titles(Book::all().filter(Book::TITLE.starts_with("Gam")), db).await, "Gamma_1");
    assert_eq!(titles(Book::all().filter(Book::TITLE.iends_with("A%")), db).await, "Delta%");
    assert_eq!(titles(Book::all().filter(Book::TITLE.contains("\\")), db).await, "");
    assert_eq!(
        titles(Book::all().filter(Book::TITLE.contains(Book::TITLE)), db).await,
        "Alpha Delta% Gamma_1 beta Éclair"
    );
}

async fn null_is_kept_by_exclude(at: At) {
    let db = &filled(&at).await;
    let acme = Book::PUBLISHER.on(Publisher::NAME).eq("Acme");
    assert_eq!(titles(Book::all().exclude(acme), db).await, "Delta% Gamma_1 Éclair");
    let german = Book::PUBLISHER.on(Publisher::COUNTRY).eq("DE");
    assert_eq!(titles(Book::all().exclude(german), db).await, "Alpha Delta% beta");
    let nowhere = Book::PUBLISHER.on(Publisher::COUNTRY).is_null();
    assert_eq!(titles(Book::all().filter(nowhere), db).await, "Delta%");
    assert_eq!(titles(Book::all().filter(Book::PUBLISHER.is_null()), db).await, "Delta%");
    let names = Author::all().exclude(Author::AGE.eq(30)).values(Author::NAME);
    assert_eq!(sorted(names.fetch(db).await.unwrap()), ["Bob", "Cid"]);
    let names =
        Author::all().filter(!Author::AGE.eq(30) | Author::AGE.eq(None)).values(Author::NAME);
    assert_eq!(sorted(names.fetch(db).await.unwrap()), ["Bob", "Cid"]);
}

async fn one_filter_is_about_one_related_row(at: At) {
    let db = &filled(&at).await;
    let ann = || Book::AUTHORS.on(Author::NAME).eq("Ann");
    let old = || Book::AUTHORS.on(Author::AGE).eq(45);
    assert_eq!(titles(Book::all().filter(ann() & old()), db).await, "");
    assert_eq!(titles(Book::all().filter(ann()).filter(old()), db).await, "Alpha");
    let thirty = || Book::all().filter(Book::AUTHORS.on(Author::AGE).eq(30));
    assert_eq!(titles(thirty(), db).await, "Alpha Gamma_1 Gamma_1 Éclair Éclair");
    assert_eq!(titles(thirty().distinct(), db).await, "Alpha Gamma_1 Éclair");
    assert_eq!(titles(Book::all().exclude(ann()), db).await, "Delta% beta");
    assert_eq!(
        titles(Book::all().exclude(Book::AUTHORS.on(Author::AGE).eq(30)), db).await,
        "Delta% beta"
    );
}

async fn lists_are_asked_for(at: At) {
    let db = &filled(&at).await;
    assert_eq!(titles(Book::all().filter(Book::ID.is_in(Vec::<i64>::new())), db).await, "");
    assert_eq!(
        titles(Book::all().exclude(Book::ID.is_in(Vec::<i64>::new())), db).await,
        "Alpha Delta% Gamma_1 beta Éclair"
    );
    let two = || Book::all().filter(Book::AUTHORS.is_in([1, 4]));
    assert_eq!(two().count(db).await.unwrap(), 5);
    assert_eq!(two().distinct().count(db).await.unwrap(), 3);
    let either = Book::TITLE.is_in(["Alpha", "beta"]) & Book::PAGES.ge(150);
    assert_eq!(titles(Book::all().filter(either), db).await, "beta");
    let price = |price: &str| price.parse::<Decimal>().unwrap();
    let cheap = Book::all().filter(Book::PRICE.between(price("10"), price("20.50")));
    assert_eq!(cheap.count(db).await.unwrap(), 3);
    let mut found: Vec<i64> =
        Book::all().in_bulk([1, 3, 99], db).await.unwrap().into_keys().collect();
    found.sort_unstable();
    assert_eq!(found, [1, 3]);
    let reviewed = Review::all().values(Review::BOOK).distinct().count(db).await.unwrap();
    assert_eq!(reviewed, 3);
}

async fn aggregates_are_computed_for_each_row(at: At) {
    let db = &filled(&at).await;
    let books = count(Publisher::BOOKS);
    let all = Publisher::all().annotate(books.clone()).order_by(Publisher::ID);
    let found = all.fetch(db).await.unwrap();
    let found: Vec<(&str, i64)> = found.iter().map(|(p, n)| (&*p.name, *n)).collect();
    assert_eq!(found, [("Acme", 2), ("Bits", 2), ("Cave", 0)]);

    let both = Book::all()
        .order_by(Book::ID)
        .values(Book::TITLE)
        .annotate(count(Book::AUTHORS))
        .annotate(count(Book::REVIEWS));
    let rows = both.fetch(db).await.unwrap();
    let numbers: Vec<(i64, i64)> = rows.iter().map(|row| (row.1, row.2)).collect();
    assert_eq!(numbers, [(6, 6), (1, 1), (4, 4), (0, 0), (3, 0)]);
    let both = Book::all()
        .order_by(Book::ID)
        .annotate(count(Book::AUTHORS).distinct())
        .annotate(count(Book::REVIEWS).distinct());
    let rows = both.fetch(db).await.unwrap();
    let numbers: Vec<(i64, i64)> = rows.iter().map(|row| (row.1, row.2)).collect();
    assert_eq!(numbers, [(2, 3), (1, 1), (2, 2), (0, 0), (3, 0)]);

    let stars = Book::REVIEWS.on(Review::STARS);
    let rows = Book::all()
        .order_by(Book::ID)
        .annotate(avg(stars))
        .annotate(count(Book::REVIEWS).filter(stars.eq(5)));
    let rows = rows.fetch(db).await.unwrap();
    let numbers: Vec<(Option<f64>, i64)> = rows.iter().map(|row| (row.1, row.2)).collect();
    assert_eq!(numbers, [(Some(4.0), 1), (Some(2.0), 0), (Some(5.0), 2), (None, 0), (None, 0)]);

    let long = || Publisher::BOOKS.on(Book::PAGES).gt(120);
    let before = Publisher::all().filter(long()).annotate(books.clone()).order_by(Publisher::ID);
    let behind = Publisher::all().annotate(books.clone()).filter(long()).order_by(Publisher::ID);
    let numbers = |rows: Vec<(Publisher, i64)>| -> Vec<(String, i64)> {
        rows.into_iter().map(|(publisher, books)| (publisher.name, books)).collect()
    };
    let expected = |a, b| vec![("Acme".to_owned(), a), ("Bits".to_owned(), b)];
    assert_eq!(numbers(before.fetch(db).await.unwrap()), expected(1, 2));
    assert_eq!(numbers(behind.fetch(db).await.unwrap()), expected(2, 4));

    let books = count(Author::BOOKS);
    let busy = Author::all().annotate(books.clone()).filter(books.gt(1)).order_by(Author::NAME);
    let rows = busy.fetch(db).await.unwrap();
    let rows: Vec<(&str, i64)> =
        rows.iter().map(|(author, books)| (&*author.name, *books)).collect();
    assert_eq!(rows, [("Ann", 3), ("Bob", 2), ("Dee", 2)]);
    assert_eq!(busy.count(db).await.unwrap(), 3);

    let unread = Book::all().filter(count(Book::REVIEWS).eq(0));
    assert_eq!(titles(unread, db).await, "Delta% Éclair");
}

async fn rows_are_grouped(at: At) {
    let db = &filled(&at).await;
    let a_publisher = Book::all().values(Book::PUBLISHER).annotate(count(Book::ID));
    let mut rows: Vec<(Option<i64>, i64)> = a_publisher
        .fetch(db)
        .await
        .unwrap()
        .into_iter()
        .map(|(publisher, books)| (publisher.and_then(|key| key.pk().copied()), books))
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [(None, 1), (Some(1), 2), (Some(2), 2)]);
    let country = Book::PUBLISHER.on(Publisher::COUNTRY);
    let sums = Book::all()
        .values(country)
        .annotate(sum(Book::PRICE))
        .order_by(country.asc().nulls_first());
    let rows = sums.fetch(db).await.unwrap();
    let price = |price: &str| Some(price.parse::<Decimal>().unwrap());
    let expected = [
        (None, price("5.25")),
        (Some("DE".into()), price("45")),
        (Some("US".into()), price("30.5")),
    ];
    assert_eq!(rows, expected);
    let large = Book::all()
        .values(Book::PUBLISHER)
        .annotate(count(Book::ID))
        .filter(sum(Book::PAGES).gt(300));
    assert_eq!(large.fetch(db).await.unwrap().len(), 1);
}

async fn totals_of_all_rows(at: At) {
    let db = &filled(&at).await;
    let totals = (sum(Book::PRICE), max(Book::PAGES), count_rows(), avg(Book::PRICE));
    let (price, pages, books, mean) = Book::all().aggregate(totals, db).await.unwrap();
    let decimal = |text: &str| Some(text.parse::<Decimal>().unwrap());
    assert_eq!((price, pages, books), (decimal("80.75"), Some(300), 5));
    assert_eq!(mean.map(|mean| mean.round_dp(2)), decimal("16.15"));
    let totals = (sum(Book::PAGES), count(Book::ID), sum(Book::PAGES).or(0));
    assert_eq!(Book::none().aggregate(totals, db).await.unwrap(), (None, 0, 0));
    // Of a slice, of groups, of groups of groups.
    let three = Book::all().order_by(Book::PAGES).limit(3);
    assert_eq!(three.aggregate(sum(Book::PAGES), db).await.unwrap(), Some(300));
    assert_eq!(three.count(db).await.unwrap(), 3);
    let annotated = Publisher::all().annotate(count(Publisher::BOOKS));
    let mean = annotated.aggregate(avg(count(Publisher::BOOKS)), db).await.unwrap();
    assert!(mean.is_some_and(|mean| (mean - 4.0 / 3.0).abs() < 1e-9), "{mean:?}");
}

async fn columns_are_computed(at: At) {
    let db = &filled(&at).await;
    let double = Book::PAGES * 2;
    let rows = Book::all()
        .values(Book::TITLE)
        .annotate(&double)
        .filter(double.ge(300))
        .order_by(double.desc());
    let expected = [("Gamma_1".to_owned(), 600), ("beta".into(), 400), ("Éclair".into(), 300)];
    assert_eq!(rows.fetch(db).await.unwrap(), expected);
    let size = case::<String, _>()
        .when(Book::PAGES.lt(100), "s")
        .when(Book::PAGES.lt(200), "m")
        .otherwise("l");
    let sizes = Book::all().order_by(Book::ID).values(size).fetch(db).await.unwrap();
    assert_eq!(sizes.join(""), "mllsm");
    let rows = Book::all()
        .filter(Book::ID.le(2))
        .order_by(Book::ID)
        .values((lower(Book::TITLE), length(Book::TITLE)));
    assert_eq!(rows.fetch(db).await.unwrap(), [("alpha".to_owned(), 5), ("beta".to_owned(), 4)]);
    let country = coalesce(Book::PUBLISHER.on(Publisher::COUNTRY), "??");
    let countries = Book::all().order_by(Book::ID).values(country).fetch(db).await.unwrap();
    assert_eq!(countries, ["US", "US", "DE", "??", "DE"]);
    let next = Book::all().filter((1 + Book::PAGES).eq(101)).values(Book::TITLE);
    assert_eq!(next.fetch(db).await.unwrap(), ["Alpha"]);
}

async fn whole_numbers_are_divided(at: At) {
    let db = &filled(&at).await;
    let each = async |number| {
        let each = Book::all().order_by(Book::ID).values(number).fetch(db).await;
        each.unwrap()
    };
    assert_eq!(each(Book::PAGES / 7).await, [14, 28, 42, 7, 21]);
    // What is left over is left out, whichever side of 0 it is.
    assert_eq!(each(-Book::PAGES / 7).await, [-14, -28, -42, -7, -21]);
    assert_eq!(each(1000 / Book::PAGES).await, [10, 5, 3, 20, 6]);
    assert_eq!(each((Book::PAGES + 1) / Book::PAGES * 3).await, [3, 3, 3, 3, 3]);
    assert_eq!(each(Book::PAGES % 7).await, [2, 4, 6, 1, 3]);
    assert_eq!(titles(Book::all().filter((Book::PAGES / 7).eq(14)), db).await, "Alpha");
    let third = Book::all().aggregate(coalesce(sum(Book::PAGES), 0) / 3, db).await.unwrap();
    assert_eq!(third, 266);
    let quarter = Book::all().filter(Book::ID.eq(1)).values(Book::PRICE / Decimal::from(4));
    assert_eq!(quarter.get(db).await.unwrap(), Decimal::new(25, 1));
}

async fn queries_stand_in_queries(at: At) {
    let db = &filled(&at).await;
    let praised =
        exists(Review::all().filter(Review::BOOK.eq(outer(Book::ID)) & Review::STARS.eq(5)));
    assert_eq!(titles(Book::all().filter(praised.clone()), db).await, "Alpha Gamma_1");
    assert_eq!(titles(Book::all().exclude(praised), db).await, "Delta% beta Éclair");
    let best = Review::all()
        .filter(Review::BOOK.eq(outer(Book::ID)))
        .order_by((Review::STARS.desc(), Review::REVIEWER))
        .values(Review::REVIEWER);
    let rows = Book::all()
        .order_by(Book::ID)
        .values(Book::TITLE)
        .annotate(subquery(best))
        .fetch(db)
        .await
        .unwrap();
    let best: Vec<Option<&str>> = rows.iter().map(|row| row.1.as_deref()).collect();
    assert_eq!(best, [Some("u1"), Some("u1"), Some("u1"), None, None]);
    let american = Book::PUBLISHER.is_among(Publisher::all().filter(Publisher::COUNTRY.eq("US")));
    assert_eq!(titles(Book::all().filter(american), db).await, "Alpha beta");
}

async fn rows_are_sorted_and_sliced(at: At) {
    let db = &filled(&at).await;
    async fn ordered(query: QuerySet<Book>, db: &Db) -> String {
        query.values(Book::TITLE).fetch(db).await.unwrap().join(" ")
    }
    let name = Book::PUBLISHER.on(Publisher::NAME);
    let behind = Book::all().order_by((name.desc().nulls_last(), Book::ID));
    let found = ordered(behind, db).await;
    assert!(found == "Gamma_1 Éclair Alpha beta Delta%", "{found}");
    let before = Book::all().order_by((name.asc().nulls_first(), Book::PAGES.desc()));
    assert_eq!(ordered(before, db).await, "Delta% beta Alpha Gamma_1 Éclair");
    let pages = || Book::all().order_by(Book::PAGES);
    assert_eq!(ordered(pages().offset(1).limit(2), db).await, "Alpha Éclair");
    assert_eq!(ordered(pages().limit(3).offset(2), db).await, "Éclair");
    assert_eq!(ordered(pages().reverse().limit(2), db).await, "Gamma_1 beta");
    assert_eq!(ordered(pages().offset(4), db).await, "Gamma_1");
    assert_eq!(pages().first(db).await.unwrap().unwrap().title, "Delta%");
    assert_eq!(pages().last(db).await.unwrap().unwrap().title, "Gamma_1");
    assert_eq!(Book::all().earliest(Book::PUBLISHED, db).await.unwrap().title, "Alpha");
    assert_eq!(Book::all().latest(Book::PUBLISHED, db).await.unwrap().title, "Éclair");
    assert!(Book::all().filter(Book::TITLE.eq("nope")).first(db).await.unwrap().is_none());
    let sliced = Book::all().limit(2).filter(Book::ID.gt(1)).fetch(db).await.unwrap_err();
    assert!(
        sliced.to_string().contains("Cannot filter a query once a slice has been taken."),
        "{sliced}"
    );
    let reviewed =
        Book::all().filter(Book::REVIEWS.on(Review::STARS).gt(0)).order_by(Book::PAGES).distinct();
    assert_eq!(ordered(reviewed, db).await, "Alpha beta Gamma_1");
}

async fn queries_are_combined(at: At) {
    let db = &filled(&at).await;
    let thirty = || Author::all().filter(Author::AGE.eq(30));
    let bob = || Author::all().filter(Author::NAME.eq("Bob"));
    let names = |query: QuerySet<Author>| query.values(Author::NAME);
    let found = names(thirty()).union(names(bob())).order_by(Author::NAME).fetch(db).await.unwrap();
    assert_eq!(found, ["Ann", "Bob", "Dee"]);
    let found = names(Author::all())
        .difference(names(thirty()))
        .order_by(Author::NAME.desc())
        .fetch(db)
        .await
        .unwrap();
    assert_eq!(found, ["Cid", "Bob"]);
    assert_eq!(thirty().intersection(bob()).count(db).await.unwrap(), 0);
    assert_eq!(thirty().union_all(thirty()).count(db).await.unwrap(), 4);
    let whole = thirty().union(bob()).order_by(Author::ID).limit(2).fetch(db).await.unwrap();
    assert_eq!(whole.iter().map(|author| &*author.name).collect::<Vec<_>>(), ["Ann", "Bob"]);
}

async fn related_rows_are_loaded(at: At) {
    let db = &filled(&at).await;
    let books =
        Book::all().order_by(Book::ID).select_related(Book::PUBLISHER).fetch(db).await.unwrap();
    let names: Vec<Option<&str>> = books
        .iter()
        .map(|book| book.publisher.as_ref().map(|key| &*key.get().unwrap().name))
        .collect();
    assert_eq!(names, [Some("Acme"), Some("Acme"), Some("Bits"), None, Some("Bits")]);

    let publishers = Publisher::all()
        .order_by(Publisher::ID)
        .prefetch_related(Publisher::BOOKS)
        .fetch(db)
        .await
        .unwrap();
    let titles: Vec<Vec<&str>> = publishers
        .iter()
        .map(|publisher| publisher.books.get().unwrap().iter().map(|book| &*book.title).collect())
        .collect();
    assert_eq!(titles[0], ["Alpha", "beta"]);
    assert_eq!((titles[1].len(), titles[2].len()), (2, 0));

    let books = Book::all()
        .order_by(Book::ID)
        .prefetch(Book::AUTHORS, Author::all().order_by(Author::NAME.desc()))
        .prefetch_related(Book::AUTHORS.on(Author::FRIENDS))
        .prefetch_related(Book::PUBLISHER)
        .fetch(db)
        .await
        .unwrap();
    let names = |authors: &[Author]| {
        authors.iter().map(|author| author.name.clone()).collect::<Vec<_>>().join(" ")
    };
    let authors: Vec<String> =
        books.iter().map(|book| names(book.authors.get().unwrap())).collect();
    assert_eq!(authors, ["Bob Ann", "Bob", "Dee Ann", "", "Dee Cid Ann"]);
    let ann = &books[4].authors.get().unwrap()[2];
    assert_eq!(
        sorted(ann.friends.get().unwrap().iter().map(|friend| &*friend.name).collect::<Vec<_>>()),
        ["Bob", "Cid"]
    );
    assert_eq!(books[1].publisher.as_ref().unwrap().get().unwrap().name, "Acme");
    assert_eq!(books[0].publisher.as_ref().unwrap().get().unwrap().name, "Acme");

    let unloaded = Book::all().first(db).await.unwrap().unwrap();
    let error = unloaded.authors.get().unwrap_err();
    assert!(error.to_string().contains(".prefetch_related(Book::AUTHORS)"), "{error}");

    let reports = Employee::all()
        .order_by(Employee::ID)
        .select_related(Employee::MANAGER.on(Employee::MANAGER))
        .fetch(db)
        .await
        .unwrap();
    let ivy = reports[4].manager.as_ref().unwrap().get().unwrap();
    assert_eq!((&*ivy.name, &*ivy.manager.as_ref().unwrap().get().unwrap().name), ("Hal", "Eve"));
}

async fn relations_are_followed(at: At) {
    let db = &filled(&at).await;
    let friends = Author::all()
        .filter(Author::FRIENDS.on(Author::NAME).eq("Ann"))
        .order_by(Author::NAME)
        .values(Author::NAME);
    assert_eq!(friends.fetch(db).await.unwrap(), ["Bob", "Cid"]);
    let leads = Employee::all()
        .filter(Employee::REPORTS.is_not_null())
        .distinct()
        .order_by(Employee::ID)
        .values(Employee::NAME);
    assert_eq!(leads.fetch(db).await.unwrap(), ["Eve", "Hal"]);
    let second = Employee::MANAGER.on(Employee::MANAGER).on(Employee::NAME).eq("Eve");
    assert_eq!(
        Employee::all().filter(second).values(Employee::NAME).fetch(db).await.unwrap(),
        ["Ivy"]
    );
    let seats = Place::all().order_by(Place::ID).values((Place::NAME, Place::CAFE.on(Cafe::SEATS)));
    assert_eq!(
        seats.fetch(db).await.unwrap(),
        [("Park".to_owned(), None), ("Joe".to_owned(), Some(12))]
    );
    let joe = Cafe::all()
        .filter(Cafe::PLACE.on(Place::NAME).eq("Joe"))
        .select_related(Cafe::PLACE)
        .get(db)
        .await
        .unwrap();
    assert_eq!(joe.place.get().unwrap().name, "Joe");
    let places =
        Place::all().order_by(Place::ID).select_related(Place::CAFE).fetch(db).await.unwrap();
    assert!(places[0].cafe.get().unwrap().is_none());
    assert_eq!(places[1].cafe.get().unwrap().unwrap().seats, 12);
    let pairs = Book::all()
        .order_by((Book::ID, Book::AUTHORS.on(Author::ID)))
        .values((Book::TITLE, Book::AUTHORS.on(Author::NAME)))
        .limit(4);
    let pairs: Vec<String> = pairs
        .fetch(db)
        .await
        .unwrap()
        .into_iter()
        .map(|(book, author)| format!("{book}/{}", author.unwrap_or_default()))
        .collect();
    assert_eq!(pairs, ["Alpha/Ann", "Alpha/Bob", "beta/Bob", "Gamma_1/Ann"]);
}

async fn one_row_is_got(at: At) {
    let db = &filled(&at).await;
    assert_eq!(Book::all().filter(Book::ID.eq(3)).get(db).await.unwrap().title, "Gamma_1");
    let none = Book::all().filter(Book::ID.eq(99)).get(db).await.unwrap_err();
    assert_eq!(none.kind(), Kind::NotFound);
    assert!(none.to_string().contains("Book matching query does not exist."), "{none}");
    let many = Book::all().get(db).await.unwrap_err();
    assert_eq!(many.kind(), Kind::MultipleFound);
    assert!(
        many.to_string().contains("get() returned more than one Book -- it returned 5!"),
        "{many}"
    );
    assert!(Book::all().filter(Book::ID.eq(99)).get_or_none(db).await.unwrap().is_none());
    assert!(Book::all().exists(db).await.unwrap());
    assert!(!Book::all().filter(Book::ID.eq(99)).exists(db).await.unwrap());
    let alpha = Book::all().filter(Book::ID.eq(1)).get(db).await.unwrap();
    assert!(Book::all().filter(Book::PAGES.lt(200)).contains(&alpha, db).await.unwrap());
    assert!(!Book::all().filter(Book::PAGES.gt(200)).contains(&alpha, db).await.unwrap());
    assert!(!Book::all().explain(db).await.unwrap().is_empty());
    let locked = Book::all().for_update().fetch(db).await.unwrap_err();
    assert!(locked.to_string().contains("cannot be used outside of a transaction"), "{locked}");
    let locked = db.atomic(async |tx| Book::all().for_update().fetch(tx).await).await.unwrap();
    assert_eq!(locked.len(), 5);
}

async fn trees_are_walked(at: At) {
    let db = &filled(&at).await;
    let branch = Employee::all().filter(Employee::NAME.eq("Hal")).and_reached(Employee::REPORTS);
    let names = branch.order_by(Employee::ID).values(Employee::NAME).fetch(db).await.unwrap();
    assert_eq!(names, ["Hal", "Ivy"]);
    let chain = Employee::all().filter(Employee::NAME.eq("Ivy")).and_reached(Employee::MANAGER);
    let names = chain.filter(Employee::SALARY.ge(70)).order_by(Employee::ID).values(Employee::NAME);
    assert_eq!(names.fetch(db).await.unwrap(), ["Eve", "Hal"]);
}

async fn conditions_are_joined(at: At) {
    let db = &filled(&at).await;
    let odd = (Book::PAGES.eq(100) ^ Book::TITLE.eq("Alpha")) | Book::TITLE.eq("beta");
    assert_eq!(titles(Book::all().filter(odd), db).await, "beta");
    let acme = Book::PUBLISHER.on(Publisher::NAME).eq("Acme") | Book::PUBLISHER.eq(None);
    assert_eq!(titles(Book::all().filter(acme & !Book::PAGES.lt(100)), db).await, "Alpha beta");
    let same = Book::AUTHORS.on(Author::NAME).eq("Ann") & Book::AUTHORS.on(Author::AGE).eq(30);
    assert_eq!(titles(Book::all().exclude(same), db).await, "Delta% beta");
    let key = Publisher { id: 2, ..Publisher::blank() };
    assert_eq!(titles(Book::all().filter(Book::PUBLISHER.eq(&key)), db).await, "Gamma_1 Éclair");
    assert_eq!(titles(Book::all().filter(Book::PUBLISHER.ne(2)), db).await, "Alpha Delta% beta");
}
