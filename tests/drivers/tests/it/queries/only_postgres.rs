//! What only PostgreSQL computes.

use carafe::db::functions::outer;
use carafe::db::functions::postgres::{
    ArrayLookups, HStoreLookups, RangeLookups, Search, SearchWords, SimilarLookups, array_of, corr,
    covar_pop, covar_sample, regr_avgx, regr_avgy, regr_count, regr_intercept, regr_r2, regr_slope,
    regr_sxx, regr_sxy, regr_syy, search_headline, search_query, search_rank, search_vector,
    search_word, strict_word_similarity, transaction_now, trigram_distance, trigram_similarity,
    unaccent, word_similarity,
};
use carafe::models::{Array, HStore, PgRange};
use carafe::prelude::*;
use driver_tests::{At, checks};

use super::library::{Book, Publisher, Review, filled};

checks![
    words_are_searched,
    single_words_are_searched,
    what_was_found_is_told,
    likeness_of_texts,
    arrays,
    queries_are_arrays,
    numbers_go_together,
    a_transaction_has_one_moment,
    ranges,
    texts_by_name,
];

#[derive(Model, Debug, Clone, PartialEq)]
struct Wine {
    id: i64,
    name: String,
    notes: Option<String>,
    grapes: Array<String>,
    years: PgRange<i32>,
    facts: HStore,
}

async fn wines(at: &At) -> Db {
    for extension in ["hstore", "pg_trgm", "unaccent"] {
        at.make(&format!("create extension {extension}")).await;
    }
    at.make("create table wine (id {id}, name text not null, notes text, grapes text[] not null, years int4range not null, facts hstore not null)").await;
    at.make("insert into wine (name, notes, grapes, years, facts) values
        ('Château Rouge', 'A red wine, soft and warm', '{merlot,syrah}', '[2010,2016)', 'colour=>red, sweet=>NULL'),
        ('Chateau Blanc', 'White, with notes of apples', '{riesling}', '[2016,2020)', 'colour=>white'),
        ('Plain Red', null, '{}', 'empty', '')")
        .await;
    at.db.clone()
}

/// The keys of a query's wines.
async fn ids(filter: Filter<Wine>, db: &Db) -> Vec<i64> {
    let query = Wine::all().filter(filter).order_by(Wine::ID).values(Wine::ID);
    query.fetch(db).await.unwrap()
}

async fn words_are_searched(at: At) {
    let db = &wines(&at).await;
    let words = || search_vector((Wine::NAME, Wine::NOTES));
    let english = || search_vector(Wine::NOTES).language("english");
    for (filter, expected) in [
        (words().matches(&search_query("red wine")), vec![1]),
        (words().matches(&search_query("red")), vec![1, 3]),
        (words().matches(&search_query("soft and warm").kind(Search::Phrase)), vec![1]),
        (words().matches(&search_query("red & !wine").kind(Search::Raw)), vec![3]),
        (words().matches(&search_query("red -wine or apples").kind(Search::Web)), vec![2, 3]),
        (words().matches(&search_query("wine").or(&search_query("apples"))), vec![1, 2]),
        (words().matches(&search_query("red").and(&search_query("warm"))), vec![1]),
        (words().matches(&search_query("red").negated()), vec![2]),
        (english().matches(&search_query("apple").language("english")), vec![2]),
        (words().matches(&search_query("' or 1 = 1 --")), vec![]),
    ] {
        let told = format!("{filter:?}");
        assert_eq!(ids(filter, db).await, expected, "{told}");
    }
    let heavy = search_vector(Wine::NAME).weight('A').and(&search_vector(Wine::NOTES).weight('D'));
    let red = search_query("red");
    let rank = search_rank(&heavy, &red);
    let best = Wine::all().filter(heavy.matches(&red)).order_by(rank.desc()).values(Wine::ID);
    assert_eq!(best.fetch(db).await.unwrap(), [3, 1]);
    let lines = Wine::all().order_by(Wine::ID).values(search_headline(Wine::NOTES, &red));
    let lines = lines.fetch(db).await.unwrap();
    assert_eq!(lines[0].as_deref(), Some("A <b>red</b> wine, soft and warm"));
    assert_eq!(lines[2], None);
}

async fn single_words_are_searched(at: At) {
    let db = &wines(&at).await;
    let words = || search_vector((Wine::NAME, Wine::NOTES));
    let heavy = search_vector(Wine::NAME).weight('A').and(&search_vector(Wine::NOTES).weight('D'));
    for (filter, expected) in [
        (words().matches(&search_word("Red")), vec![1, 3]),
        (words().matches(&search_word("blan").prefix()), vec![2]),
        (words().matches(&search_word("blan")), vec![]),
        (words().matches(&search_word("red").and(&search_word("wine").negated())), vec![3]),
        (heavy.matches(&search_word("red").weight('A')), vec![3]),
        (heavy.matches(&search_word("re").prefix().weight('D')), vec![1]),
        (words().matches(&search_word("apples").language("english")), vec![2]),
        (words().matches(&search_word("apples").language("simple")), vec![]),
        // What people type is a word, whatever stands in it.
        (words().matches(&search_word("red' | 'apples")), vec![]),
        (words().matches(&search_word("red\\")), vec![1, 3]),
        (words().matches(&search_word("  ").prefix()), vec![]),
    ] {
        let told = format!("{filter:?}");
        assert_eq!(ids(filter, db).await, expected, "{told}");
    }
}

async fn what_was_found_is_told(at: At) {
    let db = &wines(&at).await;
    let (words, red) = (search_vector((Wine::NAME, Wine::NOTES)), search_word("red"));
    let first = async |rank| {
        let found = Wine::all().filter(words.matches(&red)).order_by(rank).values(Wine::ID);
        found.first(db).await.unwrap()
    };
    // A short text is more about a word than a long one.
    assert_eq!(first(search_rank(&words, &red).normalized(2).desc()).await, Some(3));
    assert_eq!(first(search_rank(&words, &red).normalized(2).asc()).await, Some(1));
    let rank = search_rank(&words, &red).by_nearness().weights([0.0, 0.0, 0.0, 1.0]);
    let none = Wine::all().filter(Wine::ID.eq(1)).values(rank).get(db).await.unwrap();
    assert_eq!(none.to_bits(), 0.0_f32.to_bits(), "all words have the weight D");
    let lines = |found| Wine::all().filter(Wine::ID.eq(1)).values(found).get(db);
    let found = search_headline(Wine::NOTES, &red).between("<mark class=\"a\">", "</mark>");
    let found = lines(found.words(1, 3).short_words(0)).await.unwrap().unwrap();
    assert!(found.contains("<mark class=\"a\">red</mark>") && !found.contains("warm"), "{found}");
    let found = search_headline(Wine::NOTES, &red).between("*", "*").whole().language("english");
    let found = lines(found).await.unwrap();
    assert_eq!(found.as_deref(), Some("A *red* wine, soft and warm"));
    let pieces = search_headline(Wine::NOTES, &search_query("red | warm").kind(Search::Raw));
    let found =
        lines(pieces.between("[", "]").pieces(2, " … ").words(1, 2)).await.unwrap().unwrap();
    assert!(found.contains("[red]") && found.contains("[warm]"), "{found}");
    assert!(found.contains(" … ") && !found.contains("soft"), "{found}");
}

async fn likeness_of_texts(at: At) {
    let db = &wines(&at).await;
    assert_eq!(ids(unaccent(Wine::NAME).icontains("chateau"), db).await, [1, 2]);
    assert_eq!(ids(Wine::NAME.is_like("Chateau Blank"), db).await, [2]);
    assert_eq!(ids(Wine::NAME.has_part_like("Blanc"), db).await, [2]);
    assert_eq!(ids(Wine::NAME.has_word_like("Blanc"), db).await, [2]);
    let second = Wine::all().filter(Wine::ID.eq(2)).values((
        trigram_similarity(Wine::NAME, "Chateau Blanc"),
        trigram_distance(Wine::NAME, "Chateau Blanc"),
        word_similarity(Wine::NAME, "Blanc"),
        strict_word_similarity(Wine::NAME, "Blanc"),
    ));
    assert_eq!(second.get(db).await.unwrap(), (1.0, 0.0, 1.0, 1.0));
    let nearest = Wine::all().order_by(trigram_distance(Wine::NAME, "Plain")).values(Wine::ID);
    assert_eq!(nearest.first(db).await.unwrap(), Some(3));
}

async fn arrays(at: At) {
    let db = &wines(&at).await;
    let grapes = Wine::GRAPES;
    assert_eq!(ids(grapes.holds(["syrah"]), db).await, [1]);
    assert_eq!(ids(grapes.held_by(["riesling", "merlot"]), db).await, [2, 3]);
    assert_eq!(ids(grapes.overlaps(["riesling", "syrah"]), db).await, [1, 2]);
    assert_eq!(ids(grapes.len().gt(1), db).await, [1]);
    assert_eq!(ids(grapes.is_empty(), db).await, [3]);
    assert_eq!(ids(grapes.element(0).starts_with("r"), db).await, [2]);
    let rows = Wine::all().order_by(Wine::ID).values((grapes.element(1), grapes.slice(0..1)));
    let rows = rows.fetch(db).await.unwrap();
    assert_eq!(rows[0].0.as_deref(), Some("syrah"));
    assert_eq!((rows[0].1.0.len(), rows[1].0.as_deref(), rows[2].1.0.len()), (1, None, 0));
    let named = Wine::all().filter_by("grapes__contains", "syrah").err().unwrap();
    assert!(named.message().starts_with("Unsupported lookup 'contains' for ArrayField"), "{named}");
}

async fn queries_are_arrays(at: At) {
    let db = &filled(&at).await;
    let stars = Review::all().filter(Review::BOOK.eq(outer(Book::ID))).order_by(Review::STARS);
    let books = Book::all().filter(Book::ID.le(4)).order_by(Book::ID);
    let books = books.values((Book::ID, array_of(stars.values(Review::STARS))));
    let expected = [(1, vec![3, 4, 5]), (2, vec![2]), (3, vec![5, 5]), (4, vec![])];
    let expected = expected.map(|(id, stars)| (id, Array(stars)));
    assert_eq!(books.fetch(db).await.unwrap(), expected);
}

async fn numbers_go_together(at: At) {
    let db = &filled(&at).await;
    // The prices of four books are a tenth of their pages; one costs 50 cents more, one 25.
    let all = (
        corr(Book::PRICE, Book::PAGES),
        covar_pop(Book::PAGES, Book::PAGES),
        covar_sample(Book::PAGES, Book::PAGES),
        regr_count(Book::PRICE, Book::PAGES),
        regr_avgx(Book::PRICE, Book::PAGES),
        regr_avgy(Book::PRICE, Book::PAGES),
    );
    let (corr, pop, sample, pairs, x, y) = Book::all().aggregate(all, db).await.unwrap();
    assert!((0.99..1.0).contains(&corr.unwrap()), "{corr:?}");
    assert_eq!((pop, sample, pairs), (Some(7400.0), Some(9250.0), 5));
    assert_eq!(x, Some(160.0));
    assert!((y.unwrap() - 16.15).abs() < 1e-9, "{y:?}");
    let line = (
        regr_slope(Book::PAGES, Book::PAGES),
        regr_intercept(Book::PAGES, Book::PAGES),
        regr_r2(Book::PAGES, Book::PAGES),
        regr_sxx(Book::PAGES, Book::PAGES),
        regr_sxy(Book::PAGES, Book::PAGES),
        regr_syy(Book::PAGES, Book::PAGES).filter(Book::ID.eq(1)),
    );
    let line = Book::all().aggregate(line, db).await.unwrap();
    let squares = Some(37_000.0);
    assert_eq!(line, (Some(1.0), Some(0.0), Some(1.0), squares, squares, Some(0.0)));
    let per_publisher =
        Book::all().values(Book::PUBLISHER).annotate(regr_count(Book::PRICE, Book::PAGES));
    let counted = per_publisher.filter(Book::PUBLISHER.is_null()).fetch(db).await.unwrap();
    assert_eq!(counted, [(None::<ForeignKey<Publisher>>, 1)]);
}

async fn a_transaction_has_one_moment(at: At) {
    let db = &filled(&at).await;
    let (one, other) = db
        .atomic(async |tx| {
            let moment = || Review::all().limit(1).values(transaction_now());
            let one = moment().get(tx).await?;
            tx.query_scalar::<String>("select pg_sleep(0.01)::text", ()).one().await?;
            Ok((one, moment().get(tx).await?))
        })
        .await
        .unwrap();
    assert_eq!(one, other);
}

async fn ranges(at: At) {
    let db = &wines(&at).await;
    let years = Wine::YEARS;
    for (filter, expected) in [
        (years.has(2012), vec![1]),
        (years.covers(2017..2019), vec![2]),
        (years.covered_by(2000..), vec![1, 2, 3]),
        (years.overlaps(2015..2017), vec![1, 2]),
        (years.before(2016..), vec![1]),
        (years.behind(..2016), vec![2]),
        (years.begins_no_earlier(2012..2013), vec![2]),
        (years.ends_no_later(2012..2017), vec![1]),
        (years.touches(2020..), vec![2]),
        (years.is_empty(), vec![3]),
        (years.has_lower(), vec![1, 2]),
        (years.has_upper(), vec![]),
        (years.is_open_below(), vec![]),
        (years.is_open_above(), vec![]),
        (years.lower().eq(2010), vec![1]),
        (years.upper().gt(2016), vec![2]),
    ] {
        let told = format!("{filter:?}");
        assert_eq!(ids(filter, db).await, expected, "{told}");
    }
}

async fn texts_by_name(at: At) {
    let db = &wines(&at).await;
    let facts = Wine::FACTS;
    assert_eq!(ids(facts.entry("colour").eq("red"), db).await, [1]);
    assert_eq!(ids(facts.entry("nope").is_null(), db).await, [1, 2, 3]);
    assert_eq!(ids(facts.has_entry("sweet"), db).await, [1]);
    assert_eq!(ids(facts.has_entries(["sweet", "colour"]), db).await, [1]);
    assert_eq!(ids(facts.has_any_entry(["sweet", "colour"]), db).await, [1, 2]);
    let white: HStore = [("colour", "white")].into_iter().collect();
    assert_eq!(ids(facts.includes(white.clone()), db).await, [2]);
    assert_eq!(ids(facts.included_in(white), db).await, [2, 3]);
    let first = Wine::all().filter(Wine::ID.eq(1)).values((facts.names(), facts.texts()));
    let (names, texts) = first.get(db).await.unwrap();
    assert_eq!(names.map(|names| names.0), Some(vec!["sweet".to_owned(), "colour".to_owned()]));
    assert_eq!(texts.map(|texts| texts.0), Some(vec![None, Some("red".to_owned())]));
}
