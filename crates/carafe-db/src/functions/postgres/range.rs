//! Ranges.

use carafe_model::query::{Expr, Expression, Filter, Node, Operand};
use carafe_model::{ColumnType, Field, FieldType, PgRange, RangeBound};

use super::{infix, named};

/// What may be asked of a range (Django's range lookups).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::RangeLookups;
/// use carafe::models::PgRange;
///
/// # #[derive(Model)] struct Event { id: i64, seats: PgRange<i32> }
/// let for_seven = Event::all().filter(Event::SEATS.has(7) & !Event::SEATS.overlaps(20..));
/// ```
pub trait RangeLookups<T: RangeBound>: Expression<Type: Field<Base = PgRange<T>>>
where
    PgRange<T>: ColumnType,
{
    /// Whether the value lies in it (`contains`).
    fn has<How>(&self, value: impl Operand<Self::Model, T, How>) -> Filter<Self::Model> {
        infix(self.node(), "@>", typed::<T>(value.into_node()))
    }

    /// Whether it has all of the other (`contains`).
    fn covers(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "@>", range(other))
    }

    /// Whether the other has all of it (`contained_by`).
    fn covered_by(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "<@", range(other))
    }

    /// Whether both have a value in common (`overlap`).
    fn overlaps(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "&&", range(other))
    }

    /// Whether it ends before the other begins (`fully_lt`).
    fn before(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "<<", range(other))
    }

    /// Whether it begins behind the end of the other (`fully_gt`).
    fn behind(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), ">>", range(other))
    }

    /// Whether it begins no earlier than the other (`not_lt`).
    fn begins_no_earlier(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "&>", range(other))
    }

    /// Whether it ends no later than the other (`not_gt`).
    fn ends_no_later(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "&<", range(other))
    }

    /// Whether one begins where the other ends (`adjacent_to`).
    fn touches(&self, other: impl Into<PgRange<T>>) -> Filter<Self::Model> {
        infix(self.node(), "-|-", range(other))
    }

    /// Where it begins (`startswith`); NULL where it has no bound.
    fn lower(&self) -> Expr<Self::Model, Option<T>> {
        Expr::new(named("LOWER", vec![self.node()]))
    }

    /// Where it ends (`endswith`); NULL where it has no bound.
    fn upper(&self) -> Expr<Self::Model, Option<T>> {
        Expr::new(named("UPPER", vec![self.node()]))
    }

    /// Whether there is no value in it (`isempty`).
    fn is_empty(&self) -> Filter<Self::Model> {
        Filter::new(named("ISEMPTY", vec![self.node()]))
    }

    /// Whether it has its lower bound (`lower_inc`).
    fn has_lower(&self) -> Filter<Self::Model> {
        Filter::new(named("LOWER_INC", vec![self.node()]))
    }

    /// Whether it has no lower bound (`lower_inf`).
    fn is_open_below(&self) -> Filter<Self::Model> {
        Filter::new(named("LOWER_INF", vec![self.node()]))
    }

    /// Whether it has its upper bound (`upper_inc`).
    fn has_upper(&self) -> Filter<Self::Model> {
        Filter::new(named("UPPER_INC", vec![self.node()]))
    }

    /// Whether it has no upper bound (`upper_inf`).
    fn is_open_above(&self) -> Filter<Self::Model> {
        Filter::new(named("UPPER_INF", vec![self.node()]))
    }
}

impl<T: RangeBound, E: Expression<Type: Field<Base = PgRange<T>>>> RangeLookups<T> for E where
    PgRange<T>: ColumnType
{
}

fn range<T: RangeBound>(range: impl Into<PgRange<T>>) -> Node
where
    PgRange<T>: ColumnType,
{
    Node::Typed(FieldType::into_value(range.into()), <PgRange<T> as ColumnType>::KIND)
}

/// A value whose kind the database is told: of an integer it would take another one.
fn typed<T: ColumnType>(node: Node) -> Node {
    match node {
        Node::Value(value) => Node::Typed(value, T::KIND),
        other => other,
    }
}
