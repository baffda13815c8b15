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
    Sign,
    Sin,
    Sqrt,
    Tan,
    // Time. The zone, where there is one, is the name of a zone of the IANA database.
    Now,
    Extract(DatePart, Option<&'static str>),
    Truncate(DatePart, Option<&'static str>),
    // JSON.
    JsonArray,
    JsonObject,
    JsonHasKey,
    JsonHasKeys,
    JsonHasAnyKeys,
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
