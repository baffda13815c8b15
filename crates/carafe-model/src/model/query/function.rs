//! Functions that databases have.

/// A function that databases have, whatever they call it. What it takes is said where it is made:
/// `carafe::db::functions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the function of its name in `carafe::db::functions`")]
pub enum Function {
    // Text.
    Chr,
    Concat,
    Left,
    Length,
    Lower,
    LPad,
    LTrim,
    Md5,
    Ord,
    Repeat,
    Replace,
    Reverse,
    Right,
    RPad,
    RTrim,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    StrIndex,
    Substr,
    Trim,
    Upper,
    // Comparison.
    Coalesce,
    Greatest,
    Least,
    NullIf,
    // Numbers.
    Abs,
    Acos,
    Asin,
    Atan,
    Atan2,
    Ceil,
    Cos,
    Cot,
    Degrees,
    Exp,
    Floor,
    Ln,
    Log,
    Mod,
    Pi,
    Power,
    Radians,
    Random,
    Round,
    /// To so many places.
    RoundTo,
    Sign,
    Sin,
    Sqrt,
    Tan,
    // Time. A zone is the name of one of the IANA database, as a literal of SQL.
    Now,
    /// A part of a moment: a number, a date or a time of day.
    Extract(DatePart),
    /// The moment at which the part began, as a date and time without a zone.
    Truncate(DatePart),
    /// What clocks of a zone show at an instant.
    InZone,
    /// The instant at which clocks of a zone show that.
    FromZone,
    /// A moment and a duration: a later moment.
    Later,
    /// A moment and a duration: an earlier moment.
    Earlier,
    /// The duration from the second moment to the first.
    Elapsed,
    // JSON.
    JsonArray,
    JsonObject,
    JsonHasKey,
    JsonContains,
    JsonContainedBy,
    // Windows.
    CumeDist,
    DenseRank,
    FirstValue,
    Lag,
    LastValue,
    Lead,
    NthValue,
    Ntile,
    PercentRank,
    Rank,
    RowNumber,
    // Keys.
    Uuid4,
    Uuid7,
    // What only some databases have, by its name or symbol there.
    /// A function by its name.
    Named(&'static str),
    /// An operator between two values.
    Infix(&'static str),
}

/// A part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// The year.
    Year,
    /// The year of the ISO 8601 week.
    IsoYear,
    /// The quarter, from 1.
    Quarter,
    /// The month, from 1.
    Month,
    /// The ISO 8601 week, from 1.
    Week,
    /// The day of the month, from 1; truncated to, the day.
    Day,
    /// The day of the week, Sunday being 1 (Django's `week_day`).
    WeekDay,
    /// The day of the week, Monday being 1 (ISO 8601).
    IsoWeekDay,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second.
    Second,
    /// The whole date.
    Date,
    /// The whole time of day.
    Time,
}
