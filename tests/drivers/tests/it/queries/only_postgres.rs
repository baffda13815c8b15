//! What only PostgreSQL computes.

use carafe::db::functions::postgres::{
    ArrayLookups, HStoreLookups, RangeLookups, Search, SearchWords, SimilarLookups,
    search_headline, search_query, search_rank, search_vector, strict_word_similarity,
    trigram_distance, trigram_similarity, unaccent, word_similarity,
};
use carafe::models::{Array, HStore, PgRange};
use carafe::prelude::*;
use driver_tests::{At, checks};

checks![words_are_searched, likeness_of_texts, arrays, ranges, texts_by_name];

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
