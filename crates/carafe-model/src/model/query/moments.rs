//! `Review::CREATED + SignedDuration::from_hours(1)`.

use std::ops::{Add, Sub};

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::{Base, Both, Computed, Expr, Expression, Function, Node};
use crate::kinds::ColumnType;
use crate::model::query::{Cast, DatePart};
use crate::model::{Column, Field, Model};
use crate::schema::Kind;
use crate::{FieldType, Value};

/// A type that has a date: jiff's `Date`, `DateTime` and `Timestamp`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no date",
    note = "jiff's `Date`, `DateTime` and `Timestamp` have one"
)]
pub trait Dated: ColumnType {
    /// What clocks show at that moment: an instant is looked at in UTC.
    fn civil(moment: Node) -> Node {
        moment
    }

    /// The same type again, of what clocks show.
    fn from_civil(civil: Node) -> Node;

    /// The moment at which a year begins, and its last one.
    fn bounds(first: Date, last: Date) -> [Value; 2];
}

/// A type that has a time of day: jiff's `Time`, `DateTime` and `Timestamp`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time of day",
    note = "jiff's `Time`, `DateTime` and `Timestamp` have one"
)]
pub trait Clock: ColumnType {
    /// What clocks show at that moment: an instant is looked at in UTC.
    fn civil(moment: Node) -> Node {
        moment
    }

    /// The same type again, of what clocks show.
    fn from_civil(civil: Node) -> Node;
}

/// An instant in UTC, as clocks show it there.
fn utc(function: Function, moment: Node) -> Node {
    let zone = Node::Raw(vec![super::RawPart::Sql("'UTC'".into())]);
    Node::Call(function, vec![moment, zone])
}

fn part(part: DatePart, of: Node) -> Node {
    Node::Call(Function::Extract(part), vec![of])
}

fn value(moment: impl FieldType) -> Value {
    moment.into_value()
}

/// The last moment of a day, as finely as databases keep it.
fn end(day: Date) -> DateTime {
    day.at(23, 59, 59, 999_999_000)
}

impl Dated for Date {
    fn from_civil(civil: Node) -> Node {
        part(DatePart::Date, civil)
    }

    fn bounds(first: Date, last: Date) -> [Value; 2] {
        [value(first), value(last)]
    }
}

impl Dated for DateTime {
    fn from_civil(civil: Node) -> Node {
        civil
    }

    fn bounds(first: Date, last: Date) -> [Value; 2] {
        [value(first.to_datetime(Time::midnight())), value(end(last))]
    }
}

impl Dated for Timestamp {
    fn civil(moment: Node) -> Node {
        utc(Function::InZone, moment)
    }

    fn from_civil(civil: Node) -> Node {
        utc(Function::FromZone, civil)
    }

    fn bounds(first: Date, last: Date) -> [Value; 2] {
        let micros = |value| match value {
            Value::DateTime(micros) => Value::Timestamp(micros),
            other => other,
        };
        <DateTime as Dated>::bounds(first, last).map(micros)
    }
}

impl Clock for Time {
    fn from_civil(civil: Node) -> Node {
        part(DatePart::Time, civil)
    }
}

impl Clock for DateTime {
    fn from_civil(civil: Node) -> Node {
        civil
    }
}

impl Clock for Timestamp {
    fn civil(moment: Node) -> Node {
        utc(Function::InZone, moment)
    }

    fn from_civil(civil: Node) -> Node {
        utc(Function::FromZone, civil)
    }
}

/// What may be added to, or taken from, a moment of type `T`: a duration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to, or taken from, a `{T}`",
    note = "a jiff `SignedDuration` can, and an expression of one; the duration between two moments is `elapsed(to, from)`"
)]
pub trait MomentOperand<M, T> {
    /// The type of the moment that comes of it.
    type Output: Field;

    /// The same as data.
    fn into_node(self) -> Node;
}

impl<M, T: Computed> MomentOperand<M, T> for SignedDuration {
    type Output = T;

    fn into_node(self) -> Node {
        Node::Typed(self.into_value(), Kind::Duration)
    }
}

impl<M: Model, T: Computed<Base: ColumnType>> MomentOperand<M, T> for Column<M, SignedDuration> {
    type Output = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

impl<M: Model, T: Computed<Base: ColumnType>> MomentOperand<M, T>
    for Column<M, Option<SignedDuration>>
{
    type Output = Option<T::Base>;

    fn into_node(self) -> Node {
        self.node()
    }
}

impl<M, T: Computed<Base: ColumnType>> MomentOperand<M, T> for Expr<M, SignedDuration> {
    type Output = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

impl<M, T: Computed<Base: ColumnType>> MomentOperand<M, T> for Expr<M, Option<SignedDuration>> {
    type Output = Option<T::Base>;

    fn into_node(self) -> Node {
        self.node()
    }
}

/// A day goes on as a day: what comes of a date and a duration is a date.
fn moved(kind: Kind, function: Function, moment: Node, by: Node) -> Node {
    match kind {
        Kind::Date => part(DatePart::Date, Node::Call(function, vec![day(moment), by])),
        _ => Node::Call(function, vec![moment, by]),
    }
}

/// A date as a moment.
fn day(date: Node) -> Node {
    let cast = Cast { kind: Kind::DateTime, max_length: None, digits: None };
    Node::Cast(Box::new(date), cast)
}

fn difference(kind: Kind, to: Node, from: Node) -> Node {
    match kind {
        Kind::Date => Node::Call(Function::Elapsed, vec![day(to), day(from)]),
        _ => Node::Call(Function::Elapsed, vec![to, from]),
    }
}

macro_rules! moments {
    ($($ty:ty)+) => {$(
        moments!(@of $ty, $ty);
        moments!(@of $ty, Option<$ty>);
    )+};
    (@of $base:ty, $ty:ty) => {
        moments!(@left $base, $ty, Column<M, $ty>);
        moments!(@left $base, $ty, Expr<M, $ty>);
    };
    (@left $base:ty, $ty:ty, $left:ty) => {
        impl<M: Model, R: MomentOperand<M, $ty>> Add<R> for $left {
            type Output = Expr<M, R::Output>;

            fn add(self, by: R) -> Self::Output {
                let kind = <$base as ColumnType>::KIND;
                Expr::new(moved(kind, Function::Later, self.node(), by.into_node()))
            }
        }

        impl<M: Model, R: MomentOperand<M, $ty>> Sub<R> for $left {
            type Output = Expr<M, R::Output>;

            fn sub(self, by: R) -> Self::Output {
                let kind = <$base as ColumnType>::KIND;
                Expr::new(moved(kind, Function::Earlier, self.node(), by.into_node()))
            }
        }
    };
}

moments!(Date DateTime Timestamp);

/// The duration from one moment to another of the same type.
///
/// ```
/// use carafe::models::{Model, query::{Lookups, elapsed}};
/// use jiff::{SignedDuration, Timestamp};
///
/// #[derive(Model)]
/// struct Job { id: i64, begun: Timestamp, done: Option<Timestamp> }
///
/// let slow = elapsed(Job::DONE, Job::BEGUN).gt(SignedDuration::from_mins(5));
/// let late = (Job::BEGUN + SignedDuration::from_hours(24)).lt(Job::DONE);
/// ```
pub fn elapsed<A, B>(to: A, from: B) -> Expr<A::Model, Both<A, B, SignedDuration>>
where
    A: Expression<Type: Computed<Base: Dated>>,
    B: Expression<Model = A::Model, Type: Computed<Base = Base<A>>>,
{
    let kind = <Base<A> as ColumnType>::KIND;
    Expr::new(difference(kind, to.node(), from.node()))
}
