//! What queries compute of texts, numbers and many rows.

use carafe::db::functions::{
    abs, acos, any_value, array_agg, asin, atan, atan2, bit_and, bit_or, bit_xor, bool_and,
    bool_or, cast, ceil, chr, coalesce, coalesce_or_null, collate, concat, cos, cot, count,
    degrees, exp, filtered, floor, greatest, is, least, left, length, ln, log, lower, lpad, ltrim,
    max, md5, modulo, null_if, ord, pi, power, radians, random, raw_condition, raw_expression,
    repeat, replace, reverse, right, round, round_to, rpad, rtrim, sha1, sha224, sha256, sha384,
    sha512, sign, sin, sqrt, stddev, stddev_sample, str_index, string_agg, substr, substr_from,
    sum, tan, trim, upper, uuid4, value, variance, variance_sample,
};
use carafe::models::query::Expr;
use carafe::prelude::*;
use driver_tests::{Ability, At, checks};
use rust_decimal::Decimal;

use super::library::{Author, Book, Employee, Publisher, Review, filled};
use super::titles;

checks![
    letters_of_all_alphabets,
    patterns_are_looked_for,
    texts_are_made,
    digests_of_texts,
    numbers_are_computed,
    bits_are_computed,
    values_are_chosen,
    kinds_are_converted,
    many_rows_are_one,
    relations_are_filtered,
    null_has_its_place,
    the_first_of_each_in_common,
    sql_by_hand,
    keys_are_made,
];

async fn letters_of_all_alphabets(at: At) {
    let db = &filled(&at).await;
    let knows = at.can(Ability::UnicodeCase);
    let found = titles(Book::all().filter(Book::TITLE.icontains("é")), db).await;
    assert_eq!(found, if knows { "Éclair" } else { "" });
    let row = (lower(Book::TITLE), length(Book::TITLE), substr(Book::TITLE, 2, 2));
    let rows = Book::all().order_by(Book::ID).values(row).fetch(db).await.unwrap();
    let small = if knows { "éclair" } else { "Éclair" };
    let expected = [
        ("alpha", 5, "lp"),
        ("beta", 4, "et"),
        ("gamma_1", 7, "am"),
        ("delta%", 6, "el"),
        (small, 6, "cl"),
    ];
    assert_eq!(rows, expected.map(|(a, b, c)| (a.to_owned(), b, c.to_owned())));
}

async fn patterns_are_looked_for(at: At) {
    let db = &filled(&at).await;
    let check = async |filter: Filter<Book>, expected: &str| {
        assert_eq!(titles(Book::all().filter(filter), db).await, expected);
    };
    check(Book::TITLE.regex("^[A-D]"), "Alpha Delta%").await;
    check(Book::TITLE.iregex("^[a-d]"), "Alpha Delta% beta").await;
    check(!Book::TITLE.regex("^[A-D]"), "Gamma_1 beta Éclair").await;
    check(Book::TITLE.regex(value("a$".to_owned())), "Alpha beta").await;
    check(Book::PUBLISHER.on(Publisher::COUNTRY).regex("^D"), "Gamma_1 Éclair").await;
    let wrong = Book::all().filter(Book::TITLE.regex("(")).fetch(db).await;
    assert!(wrong.is_err());
}

/// What is computed of the first employee.
async fn of<T: carafe::models::Field>(expression: Expr<Employee, T>, db: &Db) -> T {
    let eve = Employee::all().filter(Employee::ID.eq(1));
    eve.values(expression).get(db).await.unwrap()
}

fn text<M>(text: &str) -> Expr<M, String> {
    value(text.to_owned())
}

async fn texts_are_made(at: At) {
    let db = &filled(&at).await;
    let first = Book::all().order_by(Book::ID);
    let labels = concat((Book::TITLE, value("/".to_owned()), cast::<String, _>(Book::PAGES)));
    assert_eq!(first.values(labels).first(db).await.unwrap().unwrap(), "Alpha/100");
    let countries = concat((Publisher::NAME, Publisher::COUNTRY));
    let countries = Publisher::all().order_by(Publisher::ID).values(countries);
    assert_eq!(countries.fetch(db).await.unwrap(), ["AcmeUS", "BitsDE", "Cave"]);
    let lengths = Publisher::all().order_by(Publisher::ID).values(length(Publisher::COUNTRY));
    assert_eq!(lengths.fetch(db).await.unwrap(), [Some(2), Some(2), None]);
    for (made, expected) in [
        (upper(Employee::NAME), "EVE"),
        (left(text("Zürich"), 2), "Zü"),
        (left(text("Zürich"), 0), ""),
        (right(text("Zürich"), 3), "ich"),
        (right(text("Zürich"), 0), ""),
        (right(text("Zürich"), 99), "Zürich"),
        (lpad(Employee::NAME, 5, "xy"), "xyEve"),
        (lpad(Employee::NAME, 2, "x"), "Ev"),
        (rpad(Employee::NAME, 6, "xy"), "Evexyx"),
        (rpad(text("é"), 2, "ß"), "éß"),
        (ltrim(text("  a ")), "a "),
        (rtrim(text("  a ")), "  a"),
        (trim(text("  a ")), "a"),
        (repeat(text("ab"), 3), "ababab"),
        (repeat(text("ab"), 0), ""),
        (replace(text("a_b_c"), "_", "-"), "a-b-c"),
        (reverse(text("aéb")), "béa"),
        (substr_from(text("abcd"), 2), "bcd"),
        (substr(text("abcd"), 4, 9), "d"),
        (chr(value(233)), "é"),
    ] {
        assert_eq!(of(made, db).await, expected);
    }
    assert_eq!(of(ord(text("éa")), db).await, 233);
    assert_eq!(of(str_index(text("Zürich"), "ich"), db).await, 4);
    assert_eq!(of(str_index(text("Zürich"), "x"), db).await, 0);
    let hostile = "'; drop table employee; -- \\ ? $1 \u{1}";
    assert_eq!(of(concat((text(hostile), text(""))), db).await, hostile);
}

async fn digests_of_texts(at: At) {
    let db = &filled(&at).await;
    if at.dialect.name == "PostgreSQL" {
        at.make("create extension pgcrypto").await;
    }
    let abc = || text("abc");
    if at.can(Ability::OldDigests) {
        assert_eq!(of(md5(text("é")), db).await, "66ddcd97cfdeabb2f6fb8a999b4bc76f");
        assert_eq!(of(sha1(abc()), db).await, "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
    let expected = [
        "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ];
    let made = [sha224(abc()), sha256(abc()), sha384(abc()), sha512(abc())];
    for (made, expected) in made.into_iter().zip(expected) {
        assert_eq!(of(made, db).await, expected);
    }
}

async fn numbers_are_computed(at: At) {
    let db = &filled(&at).await;
    let half = || value(0.5);
    for (made, expected) in [
        (acos(half()), 0.5_f64.acos()),
        (asin(half()), 0.5_f64.asin()),
        (atan(half()), 0.5_f64.atan()),
        (atan2(half(), value(2.0)), 0.5_f64.atan2(2.0)),
        (cos(half()), 0.5_f64.cos()),
        (cot(half()), 1.0 / 0.5_f64.tan()),
        (degrees(half()), 0.5_f64.to_degrees()),
        (exp(half()), 0.5_f64.exp()),
        (ln(half()), 0.5_f64.ln()),
        (log(value(2.0), value(8.0)), 3.0),
        (pi(), std::f64::consts::PI),
        (power(value(2), value(10)), 1024.0),
        (radians(half()), 0.5_f64.to_radians()),
        (sin(half()), 0.5_f64.sin()),
        (sqrt(value(16)), 4.0),
        (tan(half()), 0.5_f64.tan()),
        (ceil(value(-1.5)), -1.0),
        (floor(value(-1.5)), -2.0),
        (round(value(1.4)), 1.0),
        (round_to(value(1.234), 2), 1.23),
        (modulo(value(-7.5), value(2.0)), -1.5),
        (abs(value(-1.5)), 1.5),
    ] {
        let told = format!("{made:?}");
        let found = of(made, db).await;
        assert!((found - expected).abs() < 1e-9, "{told}: {found} is not {expected}");
    }
    assert_eq!(of(sign(Employee::SALARY), db).await, 1);
    assert_eq!(of(sign(value(-0.5)), db).await, -1);
    assert_eq!(of(abs(Employee::SALARY - 180), db).await, 80);
    let chance = of(random(), db).await;
    assert!((0.0..1.0).contains(&chance), "{chance}");
    assert_eq!(Book::all().order_by(random()).fetch(db).await.unwrap().len(), 5);
    let whole = Book::all().filter(Book::ID.eq(2)).values((round(Book::PRICE), floor(Book::PRICE)));
    let (up, down) = whole.get(db).await.unwrap();
    assert_eq!((up, down), (Decimal::from(21), Decimal::from(20)));
}

async fn bits_are_computed(at: At) {
    let db = &filled(&at).await;
    // Eve earns 100: 0b110_0100.
    let salary = Employee::SALARY;
    for (made, expected) in [
        (salary & 0b110_1010, 0b110_0000),
        (salary | 3, 0b110_0111),
        (salary ^ 0b110_0001, 0b101),
        (salary << 2, 400),
        (salary >> 2, 25),
        (12 & salary ^ 5, 1),
        ((salary & 4) * 10, 40),
    ] {
        let told = format!("{made:?}");
        assert_eq!(of(made, db).await, expected, "{told}");
    }
    let odd = Employee::all().filter((Employee::ID & 1).eq(1)).values(Employee::NAME);
    assert_eq!(odd.order_by(Employee::ID).fetch(db).await.unwrap(), ["Eve", "Gus", "Ivy"]);
    let ages = Author::all().order_by(Author::ID).values(Author::AGE & 2).fetch(db).await.unwrap();
    assert_eq!(ages, [Some(2), Some(0), None, Some(2)]);
}

async fn values_are_chosen(at: At) {
    let db = &filled(&at).await;
    let most = greatest(Employee::SALARY, greatest(value(75), value(10)));
    let rows = || Employee::all().order_by(Employee::ID);
    assert_eq!(rows().values(most).fetch(db).await.unwrap(), [100, 80, 80, 75, 75]);
    let least = least(Employee::SALARY, value(75));
    assert_eq!(rows().values(least).fetch(db).await.unwrap(), [75, 75, 75, 70, 60]);
    let publishers = || Publisher::all().order_by(Publisher::ID);
    let nulls = publishers().values(null_if(Publisher::COUNTRY, "US")).fetch(db).await.unwrap();
    assert_eq!(nulls, [None, Some("DE".to_owned()), None]);
    let first =
        coalesce_or_null(null_if(Publisher::COUNTRY, "US"), null_if(Publisher::NAME, "Cave"));
    let named = publishers().values(coalesce(first, "??")).fetch(db).await.unwrap();
    assert_eq!(named, ["Acme", "DE", "??"]);
    let long = Book::all().order_by(Book::ID).values(is(Book::PAGES.gt(120)));
    assert_eq!(long.fetch(db).await.unwrap(), [false, true, true, false, true]);
    let collation = match at.dialect.name {
        "PostgreSQL" => "C",
        "MariaDB" | "MySQL" => "utf8mb4_bin",
        _ => "BINARY",
    };
    let sorted = Book::all().order_by(collate(Book::TITLE, collation)).values(Book::TITLE);
    assert_eq!(sorted.fetch(db).await.unwrap().join(" "), "Alpha Delta% Gamma_1 beta Éclair");
    let hostile = Book::all().order_by(collate(Book::TITLE, "x\"; drop table book; --"));
    assert!(hostile.fetch(db).await.is_err());
    assert_eq!(Book::all().count(db).await.unwrap(), 5);
}

async fn kinds_are_converted(at: At) {
    let db = &filled(&at).await;
    assert_eq!(of(cast::<String, _>(Employee::SALARY), db).await, "100");
    assert_eq!(of(cast::<i64, _>(text("42")), db).await, 42);
    assert!((of(cast::<f64, _>(Employee::SALARY), db).await / 3.0 - 33.3).abs() < 0.1);
    assert_eq!(of(cast::<Decimal, _>(Employee::SALARY), db).await, Decimal::from(100));
    let date = Review::all().filter(Review::ID.eq(2));
    let date = date.values(cast::<jiff::civil::Date, _>(text("2024-02-29")));
    assert_eq!(date.get(db).await.unwrap(), jiff::civil::date(2024, 2, 29));
    let pages = cast::<f64, _>(Book::PAGES) / 8.0;
    let sheets = Book::all().filter(Book::ID.eq(1)).values(pages).get(db).await.unwrap();
    assert!((sheets - 12.5).abs() < 1e-9);
}

async fn many_rows_are_one(at: At) {
    let db = &filled(&at).await;
    let names = string_agg(Author::NAME, ",").order_by(Author::NAME);
    let names = Author::all().aggregate(names, db).await.unwrap();
    assert_eq!(names.as_deref(), Some("Ann,Bob,Cid,Dee"));
    let names =
        string_agg(Author::NAME, "; ").order_by(Author::NAME.desc()).filter(Author::AGE.eq(30));
    assert_eq!(Author::all().aggregate(names, db).await.unwrap().as_deref(), Some("Dee; Ann"));
    let nobody = Author::all().filter(Author::ID.eq(99));
    let nothing = (string_agg(Author::NAME, ","), stddev(Author::AGE));
    assert_eq!(nobody.aggregate(nothing, db).await.unwrap(), (None, None));
    let age = any_value(Author::AGE).filter(Author::AGE.eq(30));
    assert_eq!(Author::all().aggregate(age, db).await.unwrap(), Some(30));

    let spread = (
        stddev(Book::PAGES),
        stddev_sample(Book::PAGES),
        variance(Book::PAGES),
        variance_sample(Book::PAGES),
    );
    let (all, sample, variance, of_sample) = Book::all().aggregate(spread, db).await.unwrap();
    let close = |found: Option<f64>, expected: f64| {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-6), "{found:?}");
    };
    close(all, 7400_f64.sqrt());
    close(sample, 9250_f64.sqrt());
    close(variance, 7400.0);
    close(of_sample, 9250.0);
    let one = Book::all().filter(Book::ID.eq(1));
    let spread = (stddev(Book::PAGES), stddev_sample(Book::PAGES));
    assert_eq!(one.aggregate(spread, db).await.unwrap(), (Some(0.0), None));

    let bits = (bit_and(Employee::SALARY), bit_or(Employee::SALARY), bit_xor(Employee::SALARY));
    let expected = (100 & 80 & 70 & 60, 100 | 80 | 70 | 60, 100 ^ 70 ^ 60);
    let found = Employee::all().aggregate(bits, db).await.unwrap();
    assert_eq!(found, (Some(expected.0), Some(expected.1), Some(expected.2)));
    let truths = (bool_and(Employee::SALARY.gt(50)), bool_or(Employee::SALARY.gt(100)));
    let found = Employee::all().aggregate(truths, db).await.unwrap();
    assert_eq!(found, (Some(true), Some(false)));

    let ages = Author::all().aggregate(array_agg(Author::AGE).order_by(Author::NAME), db).await;
    if at.can(Ability::Arrays) {
        assert_eq!(ages.unwrap().unwrap().0, [Some(30), Some(45), None, Some(30)]);
    } else {
        assert!(ages.unwrap_err().to_string().contains("has no arrays"));
    }
    let totals = Book::all()
        .unordered()
        .values(Book::PUBLISHER.on(Publisher::COUNTRY))
        .annotate(sum(Book::PRICE))
        .order_by(Book::PUBLISHER.on(Publisher::COUNTRY).asc().nulls_first());
    let totals = totals.fetch(db).await.unwrap();
    let totals: Vec<(Option<&str>, String)> = totals
        .iter()
        .map(|(country, sum)| (country.as_deref(), sum.unwrap().normalize().to_string()))
        .collect();
    let expected = [(None, "5.25"), (Some("DE"), "45"), (Some("US"), "30.5")];
    assert_eq!(totals, expected.map(|(country, sum)| (country, sum.to_owned())));
    let unread = Book::all().filter(count(Book::REVIEWS).eq(0));
    assert_eq!(titles(unread, db).await, "Delta% Éclair");
}

async fn relations_are_filtered(at: At) {
    let db = &filled(&at).await;
    let good = filtered(Book::REVIEWS, Book::REVIEWS.on(Review::STARS).ge(4));
    let rows = Book::all().order_by(Book::ID).values(Book::TITLE).annotate(count(&good));
    let rows = rows.fetch(db).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.1).collect::<Vec<_>>(), [2, 0, 2, 0, 0]);
    let best = Book::all()
        .order_by(Book::ID)
        .values(Book::TITLE)
        .annotate(max(good.on(Review::REVIEWER)))
        .annotate(count(Book::REVIEWS).distinct())
        .fetch(db)
        .await
        .unwrap();
    let best: Vec<(Option<&str>, i64)> = best.iter().map(|row| (row.1.as_deref(), row.2)).collect();
    assert_eq!(best, [(Some("u3"), 3), (None, 1), (Some("u2"), 2), (None, 0), (None, 0)]);
    let ann = filtered(Book::AUTHORS, Book::AUTHORS.on(Author::NAME).eq("Ann"));
    let with = Book::all().filter(ann.on(Author::ID).is_not_null());
    assert_eq!(titles(with, db).await, "Alpha Gamma_1 Éclair");
}

async fn null_has_its_place(at: At) {
    let db = &filled(&at).await;
    let sorted = Book::all().order_by((Book::PUBLISHER.on(Publisher::NAME), Book::TITLE.desc()));
    let found = sorted.values(Book::TITLE).fetch(db).await.unwrap().join(" ");
    let known = "beta Alpha Éclair Gamma_1";
    let expected = if at.can(Ability::NullsLast) {
        format!("{known} Delta%")
    } else {
        format!("Delta% {known}")
    };
    assert_eq!(found, expected);
    let books = Book::all().reverse().limit(2).values(Book::TITLE);
    assert_eq!(books.fetch(db).await.unwrap(), ["Éclair", "beta"]);
    let books = Book::all().order_by(Book::TITLE).offset(1).limit(2).values(Book::TITLE);
    assert_eq!(books.fetch(db).await.unwrap(), ["Delta%", "Gamma_1"]);
}

async fn the_first_of_each_in_common(at: At) {
    let db = &filled(&at).await;
    let firsts = Book::all()
        .order_by((Book::PUBLISHER, Book::TITLE))
        .distinct_on(Book::PUBLISHER)
        .values((Book::PUBLISHER.on(Publisher::ID), Book::TITLE));
    let found = firsts.fetch(db).await;
    if at.can(Ability::DistinctOn) {
        let found = found.unwrap();
        let found: Vec<(Option<i64>, &str)> =
            found.iter().map(|(publisher, title)| (*publisher, &**title)).collect();
        assert_eq!(found, [(Some(1), "Alpha"), (Some(2), "Gamma_1"), (None, "Delta%")]);
    } else {
        assert!(found.unwrap_err().to_string().contains("has no DISTINCT ON"));
    }
}

async fn sql_by_hand(at: At) {
    let db = &filled(&at).await;
    let more = raw_expression::<i32, _, _>("pages + ?", (10,));
    let rows = Book::all().order_by(more.desc()).values(&more).limit(2);
    assert_eq!(rows.fetch(db).await.unwrap(), [310, 210]);
    let condition = raw_condition("title = ? and '?' <> ?", ("Alpha", "x"));
    assert_eq!(titles(Book::all().filter(condition), db).await, "Alpha");
    let hostile = raw_condition("title = ?", ("' or 1 = 1 --",));
    assert_eq!(titles(Book::all().filter(hostile), db).await, "");
    let count = Book::all().filter(raw_condition("title = ?", ())).fetch(db).await.unwrap_err();
    assert!(count.to_string().contains("has 1 parameters, and 0 values are given"), "{count}");
    let smuggled = raw_condition("title = \u{1}", ());
    let smuggled = Book::all().filter(smuggled).fetch(db).await.unwrap_err();
    assert!(smuggled.to_string().contains("control character"), "{smuggled}");
}

async fn keys_are_made(at: At) {
    let db = &filled(&at).await;
    let keys = Book::all().values(uuid4()).fetch(db).await.unwrap();
    assert!(keys.iter().all(|key| key.get_version_num() == 4), "{keys:?}");
    let once: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(once.len(), 5);
}
