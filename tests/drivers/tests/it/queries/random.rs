//! Generated conditions, orders and totals over generated rows, against a naive evaluation in memory.

use std::collections::BTreeMap;

use carafe::db::functions::{count, max, sum};
use carafe::prelude::*;
use driver_tests::{At, checks};
use jiff::civil::date;

use super::library::{Author, Book, Publisher, filled};

checks![conditions_find_what_they_say, orders_and_totals_are_right,];

/// How many conditions are tried on each database.
const ROUNDS: usize = 300;

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    /// `CARAFE_TEST_SEED`, or another one each time; it is printed.
    fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "whoever looks for a failure gives the seed")]
        let given = std::env::var("CARAFE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            u64::from(since.unwrap().subsec_nanos()) | 1
        });
        println!("CARAFE_TEST_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// A condition, to be said to the database and evaluated here.
#[derive(Clone, Debug)]
enum Condition {
    PagesBelow(i32),
    TitleHolds(&'static str),
    CountryIs(Option<&'static str>),
    CountryBelow(&'static str),
    PublisherIs(i64),
    AuthorIsOld(i32),
    AuthorHasNoAge,
    AuthorIsCalled(&'static str),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Xor(Box<[Condition; 2]>),
}

use Condition as C;

fn condition(dice: &mut Dice, depth: usize) -> Condition {
    let several = |dice: &mut Dice| {
        (0..=dice.below(3)).map(|_| condition(dice, depth - 1)).collect::<Vec<_>>()
    };
    match dice.below(if depth == 0 { 8 } else { 13 }) {
        0 => C::PagesBelow(i32::try_from(dice.below(12)).unwrap()),
        1 => C::TitleHolds(["a", "B", "%", "_", "b1", ""][dice.below(6)]),
        2 => C::CountryIs([None, Some("DE"), Some("FR"), Some("XX")][dice.below(4)]),
        3 => C::CountryBelow(["E", "A", "Z"][dice.below(3)]),
        4 => C::PublisherIs(i64::try_from(dice.below(5)).unwrap()),
        5 => C::AuthorIsOld(i32::try_from(dice.below(6)).unwrap() * 10),
        6 => C::AuthorHasNoAge,
        7 => C::AuthorIsCalled(["Ann", "bo", "Zed"][dice.below(3)]),
        8 | 9 => C::Not(Box::new(condition(dice, depth - 1))),
        10 => C::And(several(dice)),
        11 => C::Or(several(dice)),
        _ => C::Xor(Box::new([condition(dice, depth - 1), condition(dice, depth - 1)])),
    }
}

impl Condition {
    fn said(&self) -> Filter<Book> {
        let country = Book::PUBLISHER.on(Publisher::COUNTRY);
        match self {
            C::PagesBelow(pages) => Book::PAGES.lt(*pages),
            C::TitleHolds(text) => Book::TITLE.contains(*text),
            C::CountryIs(name) => country.eq(name.map(str::to_owned)),
            C::CountryBelow(name) => country.lt(*name),
            C::PublisherIs(key) => Book::PUBLISHER.eq(*key),
            C::AuthorIsOld(age) => Book::AUTHORS.on(Author::AGE).ge(*age),
            C::AuthorHasNoAge => Book::AUTHORS.on(Author::AGE).is_null(),
            C::AuthorIsCalled(name) => Book::AUTHORS.on(Author::NAME).eq(*name),
            C::Not(inner) => !inner.said(),
            C::And(parts) => Filter::all(parts.iter().map(Self::said)),
            C::Or(parts) => Filter::any(parts.iter().map(Self::said)),
            C::Xor(sides) => sides[0].said() ^ sides[1].said(),
        }
    }

    /// Whether it speaks of authors, of whom a book may have many.
    fn is_many(&self) -> bool {
        match self {
            C::AuthorIsOld(_) | C::AuthorHasNoAge | C::AuthorIsCalled(_) => true,
            C::Not(inner) => inner.is_many(),
            C::And(parts) | C::Or(parts) => parts.iter().any(Self::is_many),
            C::Xor(sides) => sides.iter().any(Self::is_many),
            _ => false,
        }
    }

    /// Whether it is true of a book, seen with one of its authors (or with none).
    fn holds(&self, book: &Known, author: Option<&Author>, blind: bool) -> bool {
        match self {
            C::PagesBelow(pages) => book.pages < *pages,
            C::TitleHolds(text) if blind => {
                book.title.to_ascii_lowercase().contains(&text.to_ascii_lowercase())
            }
            C::TitleHolds(text) => book.title.contains(text),
            C::CountryIs(name) => book.country.as_deref() == *name,
            C::CountryBelow(name) => book.country.as_deref().is_some_and(|country| country < *name),
            C::PublisherIs(key) => book.publisher == Some(*key),
            C::AuthorIsOld(age) => {
                author.and_then(|author| author.age).is_some_and(|own| own >= *age)
            }
            C::AuthorHasNoAge => author.is_none_or(|author| author.age.is_none()),
            C::AuthorIsCalled(name) => author.is_some_and(|author| author.name == *name),
            // What is turned round twice is what it was.
            C::Not(inner) if let C::Not(twice) = &**inner => twice.holds(book, author, blind),
            C::Not(inner) if inner.is_many() => {
                !book.seen(|author| inner.holds(book, author, blind))
            }
            C::Not(inner) => !inner.holds(book, author, blind),
            C::And(parts) => parts.iter().all(|part| part.holds(book, author, blind)),
            C::Or(parts) => parts.iter().any(|part| part.holds(book, author, blind)),
            C::Xor(sides) => {
                sides[0].holds(book, author, blind) != sides[1].holds(book, author, blind)
            }
        }
    }
}

/// A book as it is known here.
struct Known {
    id: i64,
    title: String,
    pages: i32,
    country: Option<String>,
    publisher: Option<i64>,
    authors: Vec<Author>,
}

impl Known {
    /// Whether something is true of the book with any of its authors.
    fn seen(&self, mut is_so: impl FnMut(Option<&Author>) -> bool) -> bool {
        if self.authors.is_empty() {
            is_so(None)
        } else {
            self.authors.iter().any(|author| is_so(Some(author)))
        }
    }
}

async fn world(at: &At, dice: &mut Dice) -> (Db, Vec<Known>) {
    let db = filled(at).await;
    for table in ["review", "book_authors", "book", "author_friends", "author", "publisher"] {
        at.make(&format!("delete from {table}")).await;
    }
    let countries = [None, Some("DE"), Some("FR"), Some("GB")];
    let publishers = (1..=4).map(|id| Publisher {
        id,
        name: format!("P{id}"),
        country: countries[dice.below(4)].map(str::to_owned),
        ..Publisher::blank()
    });
    let publishers = Publisher::bulk_create(publishers.collect::<Vec<_>>()).run(&db).await.unwrap();
    let ages = [None, Some(10), Some(20), Some(30), Some(40), Some(50)];
    let names = ["Ann", "Bo", "bo", "Cid", "Éva"];
    let authors = (1..=8).map(|id| Author {
        id,
        name: names[dice.below(5)].into(),
        age: ages[dice.below(6)],
        ..Author::blank()
    });
    let authors = Author::bulk_create(authors.collect::<Vec<_>>()).run(&db).await.unwrap();
    let titles = ["a", "b", "%", "_", "B1", "é"];
    let mut known = Vec::new();
    for id in 1..=30_i64 {
        let publisher = publishers.get(dice.below(6));
        let title = format!("{}{}{id}", titles[dice.below(6)], titles[dice.below(6)]);
        let pages = 1 + i32::try_from(dice.below(12)).unwrap();
        let row = Book {
            id,
            title: title.clone(),
            pages,
            published: date(2020, 1, 1),
            publisher: publisher.map(Publisher::key),
            ..Book::blank()
        };
        let row = row.create(&db).await.unwrap();
        let own: Vec<Author> = authors.iter().filter(|_| dice.below(4) == 0).cloned().collect();
        row.related(Book::AUTHORS).add(&own, &db).await.unwrap();
        known.push(Known {
            id,
            title,
            pages,
            country: publisher.and_then(|publisher| publisher.country.clone()),
            publisher: publisher.map(|publisher| publisher.id),
            authors: own,
        });
    }
    (db, known)
}

async fn conditions_find_what_they_say(at: At) {
    let mut dice = Dice::new();
    let (db, known) = &world(&at, &mut dice).await;
    // SQLite's LIKE does not see the case of ASCII's letters.
    let blind = Book::all()
        .filter(Book::ID.eq(1) & Book::TITLE.contains("x"))
        .sql(db)
        .unwrap()
        .contains("ESCAPE '\\'")
        && at.dialect.name.starts_with("SQLite");
    for round in 0..ROUNDS {
        let condition = condition(&mut dice, 3);
        let mut found = Book::all()
            .filter(condition.said())
            .unordered()
            .distinct()
            .values(Book::ID)
            .fetch(db)
            .await
            .unwrap_or_else(|error| panic!("round {round}: {condition:?}: {error:?}"));
        found.sort_unstable();
        let expected: Vec<i64> = known
            .iter()
            .filter(|book| book.seen(|author| condition.holds(book, author, blind)))
            .map(|book| book.id)
            .collect();
        let sql = Book::all().filter(condition.said()).sql(db).unwrap();
        assert_eq!(found, expected, "round {round}: {condition:?}\n{sql}");
        let rest =
            Book::all().exclude(condition.said()).unordered().distinct().count(db).await.unwrap();
        let others = usize::try_from(rest).unwrap();
        // To-many conditions are turned round as a whole: of none of the related rows.
        assert_eq!(others, known.len() - expected.len(), "round {round}: not {condition:?}\n{sql}");
    }
}

async fn orders_and_totals_are_right(at: At) {
    let mut dice = Dice::new();
    let (db, known) = &world(&at, &mut dice).await;
    let country = Book::PUBLISHER.on(Publisher::COUNTRY);
    for round in 0..30 {
        let least = i32::try_from(dice.below(12)).unwrap();
        let some = || Book::all().filter(Book::PAGES.ge(least));
        let mut expected: Vec<&Known> = known.iter().filter(|book| book.pages >= least).collect();
        expected.sort_by_key(|book| (book.country.clone(), -book.pages, book.id));
        let order = (country.asc().nulls_first(), Book::PAGES.desc(), Book::ID);
        let found = some().order_by(order).values(Book::ID).fetch(db).await.unwrap();
        assert_eq!(found, expected.iter().map(|book| book.id).collect::<Vec<_>>(), "round {round}");

        let (number, pages, longest) = some()
            .aggregate((count(Book::ID), sum(Book::PAGES).or(0), max(Book::PAGES)), db)
            .await
            .unwrap();
        assert_eq!(usize::try_from(number).unwrap(), expected.len(), "round {round}");
        assert_eq!(pages, expected.iter().map(|book| i64::from(book.pages)).sum::<i64>());
        assert_eq!(longest, expected.iter().map(|book| book.pages).max());

        let mut groups: BTreeMap<Option<String>, (i64, i64)> = BTreeMap::new();
        for book in &expected {
            let group = groups.entry(book.country.clone()).or_default();
            group.0 += 1;
            group.1 += i64::from(book.pages);
        }
        let found = some()
            .values(country)
            .annotate(count(Book::ID))
            .annotate(sum(Book::PAGES).or(0))
            .fetch(db)
            .await
            .unwrap();
        let found: BTreeMap<_, _> =
            found.into_iter().map(|(country, books, pages)| (country, (books, pages))).collect();
        assert_eq!(found, groups, "round {round}");
    }
}
