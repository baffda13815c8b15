//! Dates and times: their parts, when they began, and what clocks of a zone show.

use carafe_model::Value;
use carafe_model::query::{
    Base, Clock, Computed, DatePart, Dated, Expr, Expression, Filter, Function, Node, Of, RawPart,
};
use jiff::civil::{Date, DateTime, ISOWeekDate, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::call;

/// The longest name of a zone.
const LONGEST: usize = 64;

/// What clocks of a zone show at an instant: the zone is named as in the IANA database.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{count_rows, date, in_zone};
/// use jiff::Timestamp;
///
/// # #[derive(Model)] struct Review { id: i64, created: Timestamp }
/// let day = date(in_zone(Review::CREATED, "Europe/Berlin"));
/// let a_day = Review::all().values(&day).annotate(count_rows()).order_by(&day);
/// ```
///
/// Without it an instant is looked at in UTC. SQLite asks the zones of the system that the program
/// runs on. A name that no zone has is an error when the database is asked.
pub fn in_zone<E>(instant: E, zone: &str) -> Expr<E::Model, Of<E, DateTime>>
where
    E: Expression<Type: Computed<Base = Timestamp>>,
{
    zoned(Function::InZone, instant.node(), zone)
}

/// The instant at which clocks of a zone show a date and time.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{from_zone, now};
/// use jiff::civil::DateTime;
///
/// # #[derive(Model)] struct Concert { id: i64, begins: DateTime }
/// let over = Concert::all().filter(from_zone(Concert::BEGINS, "Europe/Berlin").lt(now()));
/// ```
pub fn from_zone<E>(shown: E, zone: &str) -> Expr<E::Model, Of<E, Timestamp>>
where
    E: Expression<Type: Computed<Base = DateTime>>,
{
    zoned(Function::FromZone, shown.node(), zone)
}

fn zoned<M, T>(function: Function, moment: Node, zone: &str) -> Expr<M, T> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-/".contains(&byte);
    let named = !zone.is_empty() && zone.len() <= LONGEST && zone.bytes().all(known);
    if !named {
        let shown: String = zone.chars().take(LONGEST).collect();
        return Expr::new(Node::Wrong(format!("{shown:?} is no name of a time zone").into()));
    }
    // A literal, so that it is the same expression wherever it stands: groups need that.
    let zone = Node::Raw(vec![RawPart::Sql(format!("'{zone}'").into())]);
    call(function, vec![moment, zone])
}

/// The time at which the statement runs, by the clock of the database (Django's `Now`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::now;
/// use jiff::{SignedDuration, Timestamp};
///
/// # #[derive(Model)] struct Session { id: i64, used: Timestamp }
/// let old = Session::all().filter((Session::USED + SignedDuration::from_hours(24)).lt(now()));
/// ```
pub fn now<M>() -> Expr<M, Timestamp> {
    call(Function::Now, Vec::new())
}

macro_rules! parts {
    ($bound:ident: $($(#[$doc:meta])+ $name:ident = $part:ident $ty:ty;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E>(moment: E) -> Expr<E::Model, Of<E, $ty>>
            where
                E: Expression<Type: Computed<Base: $bound>>,
            {
                let civil = <Base<E> as $bound>::civil(moment.node());
                call(Function::Extract(DatePart::$part), vec![civil])
            }
        )+
    };
}

parts! {
    Dated:
    /// The year (`ExtractYear`). To ask for one year, [`DateLookups::in_year`] lets an index serve.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, year};
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let a_year = Book::all().values(year(Book::PUBLISHED)).annotate(count_rows());
    /// ```
    year = Year i32;
    /// The year of the ISO 8601 week (`ExtractIsoYear`): January 1st 2022 belongs to a week of 2021.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{iso_year, week};
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let weeks = Book::all().values((iso_year(Book::PUBLISHED), week(Book::PUBLISHED)));
    /// ```
    iso_year = IsoYear i32;
    /// The quarter, from 1 (`ExtractQuarter`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::quarter;
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let last = Book::all().filter(quarter(Book::PUBLISHED).eq(4));
    /// ```
    quarter = Quarter i32;
    /// The month, from 1 (`ExtractMonth`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::month;
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let summer = Book::all().filter(month(Book::PUBLISHED).between(6, 8));
    /// ```
    month = Month i32;
    /// The ISO 8601 week, from 1 (`ExtractWeek`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::week;
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let first = Book::all().filter(week(Book::PUBLISHED).eq(1));
    /// ```
    week = Week i32;
    /// The day of the month, from 1 (`ExtractDay`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::day;
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let first = Book::all().filter(day(Book::PUBLISHED).eq(1));
    /// ```
    day = Day i32;
    /// The day of the week, Sunday being 1 and Saturday 7 (`ExtractWeekDay`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::week_day;
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let on_sundays = Book::all().filter(week_day(Book::PUBLISHED).eq(1));
    /// ```
    week_day = WeekDay i32;
    /// The day of the week, Monday being 1 and Sunday 7 (`ExtractIsoWeekDay`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::iso_week_day;
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let at_weekends = Book::all().filter(iso_week_day(Book::PUBLISHED).ge(6));
    /// ```
    iso_week_day = IsoWeekDay i32;
    /// The date (`TruncDate`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::date;
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let on_that_day = Review::all().filter(date(Review::CREATED).eq(jiff::civil::date(2024, 1, 1)));
    /// ```
    date = Date Date;
}

parts! {
    Clock:
    /// The hour, from 0 (`ExtractHour`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{hour, in_zone};
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let at_night = Review::all().filter(hour(in_zone(Review::CREATED, "Europe/Berlin")).lt(6));
    /// ```
    hour = Hour i32;
    /// The minute (`ExtractMinute`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::minute;
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let minutes = Review::all().values(minute(Review::CREATED));
    /// ```
    minute = Minute i32;
    /// The second, without its fraction (`ExtractSecond`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::second;
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let seconds = Review::all().values(second(Review::CREATED));
    /// ```
    second = Second i32;
}

/// The time of day (`TruncTime`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::time;
/// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
/// let early = Review::all().filter(time(Review::CREATED).lt(jiff::civil::time(8, 0, 0, 0)));
/// ```
pub fn time<E>(moment: E) -> Expr<E::Model, Of<E, Time>>
where
    E: Expression<Type: Computed<Base: Dated + Clock>>,
{
    let civil = <Base<E> as Dated>::civil(moment.node());
    call(Function::Extract(DatePart::Time), vec![civil])
}

macro_rules! truncations {
    ($bound:ident: $($(#[$doc:meta])+ $name:ident = $part:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E>(moment: E) -> Expr<E::Model, E::Type>
            where
                E: Expression<Type: Computed<Base: $bound>>,
            {
                let civil = <Base<E> as $bound>::civil(moment.node());
                let begun = Node::Call(Function::Truncate(DatePart::$part), vec![civil]);
                Expr::new(<Base<E> as $bound>::from_civil(begun))
            }
        )+
    };
}

truncations! {
    Dated:
    /// When the year began (`TruncYear`), as the same type: the day, or its midnight.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, trunc_year};
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let a_year = Book::all().values(trunc_year(Book::PUBLISHED)).annotate(count_rows());
    /// ```
    trunc_year = Year;
    /// When the quarter began (`TruncQuarter`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, trunc_quarter};
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let a_quarter = Book::all().values(trunc_quarter(Book::PUBLISHED)).annotate(count_rows());
    /// ```
    trunc_quarter = Quarter;
    /// When the month began (`TruncMonth`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, trunc_month};
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let a_month = Book::all().values(trunc_month(Book::PUBLISHED)).annotate(count_rows());
    /// ```
    trunc_month = Month;
    /// When the week began: its Monday (`TruncWeek`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, trunc_week};
    /// # #[derive(Model)] struct Book { id: i64, published: jiff::civil::Date }
    /// let a_week = Book::all().values(trunc_week(Book::PUBLISHED)).annotate(count_rows());
    /// ```
    trunc_week = Week;
    /// When the day began (`TruncDay`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{in_zone, trunc_day};
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let days = Review::all().values(trunc_day(in_zone(Review::CREATED, "Europe/Berlin"))).distinct();
    /// ```
    trunc_day = Day;
}

truncations! {
    Clock:
    /// When the hour began (`TruncHour`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, trunc_hour};
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let an_hour = Review::all().values(trunc_hour(Review::CREATED)).annotate(count_rows());
    /// ```
    trunc_hour = Hour;
    /// When the minute began (`TruncMinute`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, trunc_minute};
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let a_minute = Review::all().values(trunc_minute(Review::CREATED)).annotate(count_rows());
    /// ```
    trunc_minute = Minute;
    /// When the second began (`TruncSecond`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::trunc_second;
    /// # #[derive(Model)] struct Review { id: i64, created: jiff::Timestamp }
    /// let whole = Review::all().values(trunc_second(Review::CREATED));
    /// ```
    trunc_second = Second;
}

/// What may be asked of a date, or of a moment that has one.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{DateLookups, in_zone};
/// use jiff::Timestamp;
///
/// # #[derive(Model)] struct Review { id: i64, created: Timestamp }
/// let there = Review::all().filter(in_zone(Review::CREATED, "America/Chicago").in_year(2024));
/// ```
pub trait DateLookups: Expression<Type: Computed<Base: Dated>> {
    /// In that year (Django's `year`): from its first moment to its last one, so that an index on
    /// the column serves; the year of a zone too.
    fn in_year(&self, year: i16) -> Filter<Self::Model> {
        within(self, Date::new(year, 1, 1).ok(), Date::new(year, 12, 31).ok())
    }

    /// In a week of that year by ISO 8601 (Django's `iso_year`), in the same way.
    fn in_iso_year(&self, year: i16) -> Filter<Self::Model> {
        let begin = |year: Option<i16>| {
            let monday = ISOWeekDate::new(year?, 1, Weekday::Monday).ok()?;
            Some(monday.date())
        };
        let next = begin(year.checked_add(1));
        within(self, begin(Some(year)), next.and_then(|day| day.checked_sub(1.day()).ok()))
    }
}

impl<E: Expression<Type: Computed<Base: Dated>>> DateLookups for E {}

/// From the first moment of a day to the last one of another; years that calendars do not have are
/// the years of nothing.
fn within<E>(moment: &E, first: Option<Date>, last: Option<Date>) -> Filter<E::Model>
where
    E: Expression<Type: Computed<Base: Dated>> + ?Sized,
{
    let Some((first, last)) = first.zip(last) else { return Filter::never() };
    let node = moment.node();
    let (node, [first, last]) = match in_utc(&node, first, last) {
        Some((instant, bounds)) => (instant, bounds),
        None => (node, <Base<E> as Dated>::bounds(first, last)),
    };
    Filter::new(Node::Between(Box::new([node, Node::Value(first), Node::Value(last)])))
}

/// Days of a zone as instants, so that the column itself is compared.
fn in_utc(node: &Node, first: Date, last: Date) -> Option<(Node, [Value; 2])> {
    let Node::Call(Function::InZone, arguments) = node else { return None };
    let [instant, Node::Raw(zone)] = &arguments[..] else { return None };
    let [RawPart::Sql(zone)] = &zone[..] else { return None };
    let zone = TimeZone::get(zone.trim_matches('\'')).ok()?;
    let micros = |day: Date| {
        let begin = zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight()));
        Some(begin.compatible().ok()?.as_microsecond())
    };
    let behind = micros(last.tomorrow().ok()?)?;
    let bounds = [Value::Timestamp(micros(first)?), Value::Timestamp(behind - 1)];
    Some((instant.clone(), bounds))
}
