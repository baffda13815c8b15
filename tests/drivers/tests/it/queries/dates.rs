//! Dates and times that queries compute.

use carafe::db::functions::{
    count, date, day, from_zone, hour, in_zone, iso_week_day, iso_year, minute, month, now,
    quarter, second, time, trunc_day, trunc_hour, trunc_minute, trunc_month, trunc_quarter,
    trunc_second, trunc_week, trunc_year, week, week_day, year,
};
use carafe::models::query::{DatePart, elapsed};
use carafe::prelude::*;
use driver_tests::{At, checks};
use jiff::civil::{self, Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::library::{Book, Review, filled};
use super::titles;

checks![
    parts_of_dates,
    years_are_asked_for_by_an_index,
    clocks_of_zones,
    moments_are_truncated,
    the_dates_that_there_are,
    durations_are_computed_with,
];

const BERLIN: &str = "Europe/Berlin";

#[track_caller]
fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn parts_of_dates(at: At) {
    let db = &filled(&at).await;
    assert_eq!(titles(Book::all().filter(week_day(Book::PUBLISHED).eq(1)), db).await, "");
    let parts = (
        year(Book::PUBLISHED),
        iso_year(Book::PUBLISHED),
        quarter(Book::PUBLISHED),
        month(Book::PUBLISHED),
        week(Book::PUBLISHED),
        day(Book::PUBLISHED),
        week_day(Book::PUBLISHED),
        iso_week_day(Book::PUBLISHED),
    );
    let rows = Book::all().order_by(Book::ID).values(parts).fetch(db).await.unwrap();
    // 2020-01-31 was a Friday, 2022-01-01 a Saturday of the last week of 2021.
    let expected = [
        (2020, 2020, 1, 1, 5, 31, 6, 5),
        (2020, 2020, 1, 2, 9, 29, 7, 6),
        (2021, 2021, 4, 12, 52, 31, 6, 5),
        (2022, 2021, 1, 1, 52, 1, 7, 6),
        (2022, 2022, 2, 6, 24, 15, 4, 3),
    ];
    assert_eq!(rows, expected);
    let parts = (
        date(Review::CREATED),
        time(Review::CREATED),
        hour(Review::CREATED),
        minute(Review::CREATED),
        second(Review::CREATED),
    );
    let row = Review::all().filter(Review::ID.eq(2)).values(parts).get(db).await.unwrap();
    assert_eq!(row, (civil::date(2024, 1, 1), civil::time(23, 30, 0, 0), 23, 30, 0));
    let that_day = Review::all().filter(date(Review::CREATED).eq(civil::date(2024, 1, 1)));
    let found = that_day.order_by(Review::ID).values(Review::ID).fetch(db).await.unwrap();
    assert_eq!(found, [1, 2]);
}

async fn years_are_asked_for_by_an_index(at: At) {
    let db = &filled(&at).await;
    let of = |year| Book::all().filter(Book::PUBLISHED.in_year(year));
    assert_eq!(titles(of(2020), db).await, "Alpha beta");
    assert_eq!(titles(of(2023), db).await, "");
    assert!(of(2020).sql(db).unwrap().contains(" BETWEEN "));
    let iso = Book::all().filter(Book::PUBLISHED.in_iso_year(2021));
    assert_eq!(titles(iso, db).await, "Delta% Gamma_1");

    // The year ends six hours later in Chicago.
    let created = Book::REVIEWS.on(Review::CREATED);
    let five = || Book::REVIEWS.on(Review::STARS).eq(5);
    let in_utc = Book::all().filter(created.in_year(2024) & five());
    assert_eq!(titles(in_utc, db).await, "Alpha Gamma_1");
    let there = in_zone(created, "America/Chicago").in_year(2024);
    let in_chicago = Book::all().filter(there & five());
    assert!(in_chicago.sql(db).unwrap().contains(" BETWEEN "));
    assert_eq!(titles(in_chicago, db).await, "Gamma_1 Gamma_1");
}

async fn clocks_of_zones(at: At) {
    let db = &filled(&at).await;
    let there = || in_zone(Review::CREATED, BERLIN);
    let day = date(there());
    let days = Review::all().values(&day).annotate(count(Review::ID)).order_by(&day);
    let expected: [(Date, i64); 4] = [
        (civil::date(2024, 1, 1), 1),
        (civil::date(2024, 1, 2), 1),
        (civil::date(2024, 3, 31), 2),
        (civil::date(2025, 1, 1), 2),
    ];
    assert_eq!(days.fetch(db).await.unwrap(), expected);
    // 01:30 UTC is half past three there, as the clocks had just been put on.
    let hours = Review::all().order_by(Review::ID).values(hour(there())).fetch(db).await.unwrap();
    assert_eq!(hours, [1, 0, 3, 4, 0, 1]);
    let back = Review::all().filter(from_zone(there(), BERLIN).eq(Review::CREATED));
    assert_eq!(back.count(db).await.unwrap(), 6);
    let shown = Review::all().filter(Review::ID.eq(1)).values(there()).get(db).await.unwrap();
    assert_eq!(shown, civil::date(2024, 1, 1).at(1, 30, 0, 0));

    for zone in ["Europe/'Berlin", "", "'; drop table review; --"] {
        let wrong = Review::all().values(in_zone(Review::CREATED, zone)).fetch(db).await;
        let wrong = wrong.unwrap_err().to_string();
        assert!(wrong.contains("is no name of a time zone"), "{wrong}");
    }
    let unknown = Review::all().values(in_zone(Review::CREATED, "Europe/Nowhere"));
    let unknown = unknown.fetch(db).await.unwrap_err();
    assert!(format!("{unknown:?}").contains("Europe/Nowhere"), "{unknown:?}");
}

async fn moments_are_truncated(at: At) {
    let db = &filled(&at).await;
    let days = (
        trunc_year(Book::PUBLISHED),
        trunc_quarter(Book::PUBLISHED),
        trunc_month(Book::PUBLISHED),
        trunc_week(Book::PUBLISHED),
        trunc_day(Book::PUBLISHED),
    );
    let gamma = Book::all().filter(Book::ID.eq(3)).values(days).get(db).await.unwrap();
    let expected = (
        civil::date(2021, 1, 1),
        civil::date(2021, 10, 1),
        civil::date(2021, 12, 1),
        civil::date(2021, 12, 27),
        civil::date(2021, 12, 31),
    );
    assert_eq!(gamma, expected);
    let moments = (
        trunc_year(Review::CREATED),
        trunc_week(Review::CREATED),
        trunc_hour(Review::CREATED),
        trunc_minute(Review::CREATED),
        trunc_second(Review::CREATED),
        trunc_day(in_zone(Review::CREATED, BERLIN)),
    );
    let fifth = Review::all().filter(Review::ID.eq(5)).values(moments).get(db).await.unwrap();
    let expected = (
        self::at("2024-01-01T00:00:00Z"),
        self::at("2024-12-30T00:00:00Z"),
        self::at("2024-12-31T23:00:00Z"),
        self::at("2024-12-31T23:59:00Z"),
        self::at("2024-12-31T23:59:00Z"),
        civil::date(2025, 1, 1).at(0, 0, 0, 0),
    );
    assert_eq!(fifth, expected);
}

async fn the_dates_that_there_are(at: At) {
    let db = &filled(&at).await;
    let months = Book::all().dates(Book::PUBLISHED, DatePart::Month);
    let first = |year, month| civil::date(year, month, 1);
    let expected =
        [first(2020, 1), first(2020, 2), first(2021, 12), first(2022, 1), first(2022, 6)];
    assert_eq!(months.fetch(db).await.unwrap(), expected);
    let years = Book::all().filter(Book::PAGES.gt(60)).dates(Book::PUBLISHED, DatePart::Year);
    assert_eq!(years.reverse().fetch(db).await.unwrap(), [2022, 2021, 2020].map(|y| first(y, 1)));
    let days: Vec<DateTime> = Review::all()
        .dates(in_zone(Review::CREATED, BERLIN), DatePart::Day)
        .fetch(db)
        .await
        .unwrap();
    assert_eq!(days.len(), 4);
    let years: Vec<Timestamp> =
        Review::all().dates(Review::CREATED, DatePart::Year).fetch(db).await.unwrap();
    assert_eq!(years, [self::at("2024-01-01T00:00:00Z"), self::at("2025-01-01T00:00:00Z")]);
}

async fn durations_are_computed_with(at: At) {
    let db = &filled(&at).await;
    let hour = SignedDuration::from_hours(1);
    let first = || Review::all().filter(Review::ID.eq(1));
    let moved = (Review::CREATED + hour, Review::CREATED - SignedDuration::from_micros(1));
    let expected = (self::at("2024-01-01T01:30:00Z"), self::at("2024-01-01T00:29:59.999999Z"));
    assert_eq!(first().values(moved).get(db).await.unwrap(), expected);
    let week = SignedDuration::from_hours(24 * 7);
    let later = Book::all().filter(Book::ID.eq(1)).values(Book::PUBLISHED + week);
    assert_eq!(later.get(db).await.unwrap(), civil::date(2020, 2, 7));
    let since = elapsed(Review::CREATED, trunc_day(Review::CREATED));
    let waited = first().values(&since).get(db).await.unwrap();
    assert_eq!(waited, SignedDuration::from_mins(30));
    let late = Review::all().filter(since.gt(SignedDuration::from_hours(23)));
    assert_eq!(late.count(db).await.unwrap(), 2);
    let between = elapsed(Book::PUBLISHED, trunc_year(Book::PUBLISHED));
    let days = Book::all().filter(Book::ID.eq(2)).values(between).get(db).await.unwrap();
    assert_eq!(days, SignedDuration::from_hours(24 * 59));
    assert_eq!(Review::all().filter(Review::CREATED.lt(now())).count(db).await.unwrap(), 6);
    let soon = Review::all().filter((Review::CREATED + hour).gt(now()));
    assert_eq!(soon.count(db).await.unwrap(), 0);
}
