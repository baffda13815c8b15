//! All values from one to another.

use std::fmt;
use std::ops::{self, Bound, RangeBounds};

use super::{Quoted, quoted};
use crate::kinds::{Blank, ColumnType};
use crate::schema::Kind;
use crate::values::Values;
use crate::{Error, FieldType, Reader, Result, Value, moment};

/// All values from one to another, in one column (Django's `IntegerRangeField`, `DateRangeField` and
/// so on); PostgreSQL has these, of `i32`, `i64`, `Decimal`, `Date`, `DateTime` and `Timestamp`.
///
/// It is made of Rust's ranges:
///
/// ```
/// use carafe::models::PgRange;
///
/// let pages: PgRange<i32> = (10..20).into();
/// assert!(pages.contains(&10) && !pages.contains(&20));
/// assert_eq!(pages.to_string(), "[10,20)");
/// assert_eq!(PgRange::<i32>::from(..=5).to_string(), "(,5]");
/// assert!(PgRange::<i32>::Empty.is_empty());
/// ```
///
/// PostgreSQL keeps whole numbers and dates as `[from,to)`: a `1..=5` that was saved is read as `1..6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PgRange<T> {
    /// Nothing at all.
    Empty,
    /// From the first bound to the second.
    Between(Bound<T>, Bound<T>),
}

impl<T> PgRange<T> {
    /// Whether there is no value in it. Whether two bounds leave room for one is the database's to
    /// say, which then keeps it as empty.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The bounds; nothing where it is empty.
    pub fn bounds(&self) -> Option<(Bound<&T>, Bound<&T>)> {
        match self {
            Self::Empty => None,
            Self::Between(lower, upper) => Some((lower.as_ref(), upper.as_ref())),
        }
    }

    /// Whether the value lies in it.
    pub fn contains(&self, value: &T) -> bool
    where
        T: PartialOrd,
    {
        self.bounds().is_some_and(|bounds| bounds.contains(value))
    }
}

macro_rules! from_ranges {
    ($($range:ident)+) => {
        $(
            impl<T: Clone> From<ops::$range<T>> for PgRange<T> {
                fn from(range: ops::$range<T>) -> Self {
                    Self::Between(range.start_bound().cloned(), range.end_bound().cloned())
                }
            }
        )+
    };
}

from_ranges!(Range RangeFrom RangeInclusive RangeTo RangeToInclusive);

impl<T> From<ops::RangeFull> for PgRange<T> {
    fn from(_: ops::RangeFull) -> Self {
        Self::Between(Bound::Unbounded, Bound::Unbounded)
    }
}

/// What a [`PgRange`] may lie between.
#[diagnostic::on_unimplemented(
    message = "PostgreSQL has no range of `{Self}`",
    note = "there are ranges of `i32`, `i64`, `Decimal`, `Date`, `DateTime` and `Timestamp`"
)]
pub trait RangeBound: ColumnType {
    /// The value of its text.
    fn parse(text: &str) -> Option<Self> {
        Self::from_reader(&mut Values::new("", vec![Value::Text(text.to_owned())]), 0).ok()
    }
}

impl RangeBound for i32 {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl RangeBound for i64 {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(feature = "decimal")]
impl RangeBound for rust_decimal::Decimal {}
#[cfg(feature = "jiff")]
impl RangeBound for jiff::civil::Date {}
#[cfg(feature = "jiff")]
impl RangeBound for jiff::civil::DateTime {}
#[cfg(feature = "jiff")]
impl RangeBound for jiff::Timestamp {}

/// As PostgreSQL writes it: `[10,20)`, `empty`.
impl<T: RangeBound> fmt::Display for PgRange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((lower, upper)) = self.bounds() else { return f.write_str("empty") };
        let text = |bound: Bound<&T>| match bound {
            Bound::Included(value) | Bound::Excluded(value) => text_of(value.clone()),
            Bound::Unbounded => String::new(),
        };
        let is_closed = |bound: &Bound<&T>| matches!(bound, Bound::Included(_));
        let open = if is_closed(&lower) { '[' } else { '(' };
        let close = if is_closed(&upper) { ']' } else { ')' };
        write!(f, "{open}{},{}{close}", text(lower), text(upper))
    }
}

fn text_of(value: impl FieldType) -> String {
    match value.into_value() {
        Value::I64(number) => number.to_string(),
        Value::Decimal(text) => text,
        Value::Date(days) => moment::date_text(days),
        Value::DateTime(micros) => quoted(&moment::date_time_text(micros)),
        Value::Timestamp(micros) => quoted(&(moment::date_time_text(micros) + "+00")),
        _ => String::new(),
    }
}

fn parsed<T: RangeBound>(text: &str) -> Option<PgRange<T>> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("empty") {
        return Some(PgRange::Empty);
    }
    let mut text = Quoted { rest: text };
    let from_closed = text.take("[");
    if !from_closed && !text.take("(") {
        return None;
    }
    let (lower, _) = text.piece(&[','])?;
    if !text.take(",") {
        return None;
    }
    let (upper, _) = text.piece(&[')', ']'])?;
    let to_closed = text.take("]");
    if (!to_closed && !text.take(")")) || !text.rest.is_empty() {
        return None;
    }
    let bound = |text: &str, is_closed: bool| {
        Some(match (text, is_closed) {
            ("", _) => Bound::Unbounded,
            (text, true) => Bound::Included(T::parse(text)?),
            (text, false) => Bound::Excluded(T::parse(text)?),
        })
    };
    Some(PgRange::Between(bound(&lower, from_closed)?, bound(&upper, to_closed)?))
}

impl<T: RangeBound> FieldType for PgRange<T> {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        match parsed(reader.str(column)?) {
            Some(range) => Ok(range),
            None => Err(Error::unfit(reader.name(column), "a range of the field's type (`[1,5)`)")),
        }
    }

    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl<T: RangeBound> ColumnType for PgRange<T> {
    const KIND: Kind = Kind::Range(&T::KIND);
}

/// Empty: nobody has said yet.
impl<T> Blank for PgRange<T> {
    fn blank() -> Self {
        Self::Empty
    }
}

#[cfg(feature = "serde")]
impl<T: RangeBound> serde_core::Serialize for PgRange<T> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
