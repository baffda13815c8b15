//! Generated conditions, orders and totals over generated rows, against a naive evaluation in memory.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use carafe::db::functions::{count, max, min, sum};
use carafe::models::Column;
use carafe::models::query::OrderBy;
use carafe::prelude::*;
use driver_tests::{At, checks};
use jiff::civil::date;

use super::library::{Author, Book, Publisher, filled};

checks![
    conditions_find_what_they_say,
    orders_are_right,
    totals_are_right,
    totals_of_related_rows_are_right,
];

/// How many conditions are tried on each database.
const ROUNDS: usize = 300;

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    /// `CARAFE_TEST_SEED`, or another one each time; it is printed.
    pub(crate) fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "whoever looks for a failure gives the seed")]
        let given = std::env::var("CARAFE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            u64::from(since.unwrap().subsec_nanos()) | 1
        });
        println!("CARAFE_TEST_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// What gives the same numbers from here on.
    pub(crate) fn seed(&self) -> u64 {
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(super) fn number(&mut self, bound: i64) -> i64 {
        i64::try_from(self.below(usize::try_from(bound).unwrap())).unwrap()
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
    let blind = blind(&at);
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

/// What rows are sorted and grouped by.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Country,
    Publisher,
    Pages,
    Remainder,
    Id,
}

/// A value of a key, as it is sorted: NULL is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Keyed {
    Text(String),
    Number(i64),
}

const COUNTRY: Column<Book, Option<String>> = Book::PUBLISHER.on(Publisher::COUNTRY);
const PUBLISHER: Column<Book, Option<i64>> = Book::PUBLISHER.on(Publisher::ID);

impl Key {
    fn any(dice: &mut Dice) -> Self {
        [Self::Country, Self::Publisher, Self::Pages, Self::Remainder, Self::Id][dice.below(5)]
    }

    fn of(self, book: &Known) -> Option<Keyed> {
        match self {
            Self::Country => book.country.clone().map(Keyed::Text),
            Self::Publisher => book.publisher.map(Keyed::Number),
            Self::Pages => Some(Keyed::Number(book.pages.into())),
            Self::Remainder => Some(Keyed::Number((book.pages % 3).into())),
            Self::Id => Some(Keyed::Number(book.id)),
        }
    }

    fn ascending(self) -> OrderBy<Book> {
        match self {
            Self::Country => COUNTRY.asc(),
            Self::Publisher => PUBLISHER.asc(),
            Self::Pages => Book::PAGES.asc(),
            Self::Remainder => (Book::PAGES % 3).asc(),
            Self::Id => Book::ID.asc(),
        }
    }

    fn descending(self) -> OrderBy<Book> {
        match self {
            Self::Country => COUNTRY.desc(),
            Self::Publisher => PUBLISHER.desc(),
            Self::Pages => Book::PAGES.desc(),
            Self::Remainder => (Book::PAGES % 3).desc(),
            Self::Id => Book::ID.desc(),
        }
    }
}

/// One of the keys of an order: its direction, and where NULL stands.
#[derive(Clone, Copy, Debug)]
struct Sorted {
    key: Key,
    descending: bool,
    nulls_first: bool,
}

impl Sorted {
    fn any(dice: &mut Dice) -> Self {
        let (descending, nulls_first) = (dice.below(2) == 0, dice.below(2) == 0);
        Self { key: Key::any(dice), descending, nulls_first }
    }

    fn said(self) -> OrderBy<Book> {
        let order = if self.descending { self.key.descending() } else { self.key.ascending() };
        if self.nulls_first { order.nulls_first() } else { order.nulls_last() }
    }

    fn compare(self, one: &Known, other: &Known) -> Ordering {
        match (self.key.of(one), self.key.of(other)) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) if self.nulls_first => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) if self.nulls_first => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(other)) if self.descending => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
        }
    }
}

async fn orders_are_right(at: At) {
    let mut dice = Dice::new();
    let (db, known) = &world(&at, &mut dice).await;
    for round in 0..100 {
        let condition = one_to_one(&mut dice);
        let mut order: Vec<Sorted> = (0..=dice.below(3)).map(|_| Sorted::any(&mut dice)).collect();
        // So that there is one right order.
        order.push(Sorted { key: Key::Id, descending: dice.below(2) == 0, nulls_first: false });
        let mut expected: Vec<&Known> =
            known.iter().filter(|book| condition.holds(book, None, blind(&at))).collect();
        expected.sort_by(|one, other| {
            order.iter().fold(Ordering::Equal, |so_far, key| so_far.then(key.compare(one, other)))
        });
        let turned = dice.below(3) == 0;
        if turned {
            expected.reverse();
        }
        let (from, many) = (dice.below(4), dice.below(20) + 1);
        let expected: Vec<i64> =
            expected.iter().skip(from).take(many).map(|book| book.id).collect();
        let said: Vec<_> = order.iter().copied().map(Sorted::said).collect();
        let query = Book::all().filter(condition.said()).order_by(said);
        let query = if turned { query.reverse() } else { query };
        let query = query
            .offset(u32::try_from(from).unwrap())
            .limit(u32::try_from(many).unwrap())
            .values(Book::ID);
        let found = query.fetch(db).await.unwrap();
        let told = format!("round {round}: {order:?} turned: {turned}, {from}+{many}");
        assert_eq!(found, expected, "{told}: {condition:?}\n{}", query.sql(db).unwrap());
    }
}

/// A condition that says nothing of authors, so that each book is there once.
fn one_to_one(dice: &mut Dice) -> Condition {
    loop {
        let condition = condition(dice, 2);
        if !condition.is_many() {
            return condition;
        }
    }
}

/// SQLite's LIKE does not see the case of ASCII's letters.
fn blind(at: &At) -> bool {
    at.dialect.name.starts_with("SQLite")
}

/// What is computed of some books: how many, of how many countries, and their pages: the sum, the
/// sum of those of which a condition is true, the least, the most.
#[derive(Debug, PartialEq)]
struct Totals {
    books: i64,
    countries: i64,
    pages: i64,
    some: Option<i64>,
    least: Option<i32>,
    most: Option<i32>,
}

impl Totals {
    fn of(books: &[&Known], is_some: impl Fn(&Known) -> bool) -> Self {
        let countries: BTreeSet<_> = books.iter().filter_map(|book| book.country.clone()).collect();
        let some: Vec<i64> =
            books.iter().filter(|book| is_some(book)).map(|book| book.pages.into()).collect();
        Self {
            books: i64::try_from(books.len()).unwrap(),
            countries: i64::try_from(countries.len()).unwrap(),
            pages: books.iter().map(|book| i64::from(book.pages)).sum(),
            some: (!some.is_empty()).then(|| some.iter().sum()),
            least: books.iter().map(|book| book.pages).min(),
            most: books.iter().map(|book| book.pages).max(),
        }
    }
}

async fn totals_are_right(at: At) {
    let mut dice = Dice::new();
    let (db, known) = &world(&at, &mut dice).await;
    let blind = blind(&at);
    for round in 0..60 {
        let (condition, part) = (one_to_one(&mut dice), one_to_one(&mut dice));
        let books: Vec<&Known> =
            known.iter().filter(|book| condition.holds(book, None, blind)).collect();
        let is_part = |book: &Known| part.holds(book, None, blind);
        let told = format!("round {round}: {condition:?}, {part:?}");
        let query = || Book::all().filter(condition.said());
        let computed = || {
            (
                count(Book::ID),
                count(COUNTRY).distinct(),
                sum(Book::PAGES).or(0),
                sum(Book::PAGES).filter(part.said()),
                min(Book::PAGES),
                max(Book::PAGES),
            )
        };
        let totals = |(books, countries, pages, some, least, most)| Totals {
            books,
            countries,
            pages,
            some,
            least,
            most,
        };
        let found = query().aggregate(computed(), db).await.unwrap();
        assert_eq!(totals(found), Totals::of(&books, is_part), "{told}");

        // The same for groups, of which some are left out.
        let least = i64::from(i32::try_from(dice.below(40)).unwrap());
        let mut groups: BTreeMap<(Option<String>, i32), Vec<&Known>> = BTreeMap::new();
        for book in &books {
            groups.entry((book.country.clone(), book.pages % 3)).or_default().push(book);
        }
        let expected: BTreeMap<_, _> = groups
            .into_iter()
            .map(|(key, books)| (key, Totals::of(&books, is_part)))
            .filter(|(_, totals)| totals.pages >= least)
            .collect();
        let (books, countries, pages, some, first, last) = computed();
        let groups = query()
            .values((COUNTRY, Book::PAGES % 3))
            .annotate(&books)
            .annotate(&countries)
            .annotate(&pages)
            .annotate(&some)
            .annotate(&first)
            .annotate(&last)
            .filter(pages.ge(least));
        let found = groups.fetch(db).await.unwrap();
        let found: BTreeMap<_, _> = found
            .into_iter()
            .map(|(country, rest, a, b, c, d, e, f)| ((country, rest), totals((a, b, c, d, e, f))))
            .collect();
        assert_eq!(found, expected, "{told}, at least {least}\n{}", groups.sql(db).unwrap());
    }
}

/// The number of a publisher, and totals of its books.
type RelatedTotals = (i64, i64, i64, Option<i64>, Option<i32>);

async fn totals_of_related_rows_are_right(at: At) {
    let mut dice = Dice::new();
    let (db, known) = &world(&at, &mut dice).await;
    let blind = blind(&at);
    let age = Book::AUTHORS.on(Author::AGE);
    for round in 0..60 {
        let condition = one_to_one(&mut dice);
        let (old, many) = (i32::try_from(dice.below(6) * 10).unwrap(), dice.number(4));
        let authors = count(Book::AUTHORS);
        let elders = count(Book::AUTHORS).filter(age.ge(old));
        let (ages, eldest) = (sum(age), max(age));
        let query = Book::all()
            .filter(condition.said())
            .order_by(Book::ID)
            .values(Book::ID)
            .annotate(&authors)
            .annotate(&elders)
            .annotate(&ages)
            .annotate(&eldest)
            .filter(authors.ge(many));
        let expected: Vec<_> = known
            .iter()
            .filter(|book| condition.holds(book, None, blind))
            .map(|book| {
                let ages: Vec<i32> = book.authors.iter().filter_map(|author| author.age).collect();
                let elders = ages.iter().filter(|age| **age >= old).count();
                let sum = (!ages.is_empty()).then(|| ages.iter().copied().map(i64::from).sum());
                let authors = i64::try_from(book.authors.len()).unwrap();
                (book.id, authors, i64::try_from(elders).unwrap(), sum, ages.iter().max().copied())
            })
            .filter(|(_, authors, ..)| *authors >= many)
            .collect();
        let found: Vec<RelatedTotals> = query.fetch(db).await.unwrap();
        let told = format!("round {round}: {condition:?}, {old}, {many}");
        assert_eq!(found, expected, "{told}\n{}", query.sql(db).unwrap());
        let rows = query.count(db).await.unwrap();
        assert_eq!(usize::try_from(rows).unwrap(), expected.len(), "{told}");
    }
}
