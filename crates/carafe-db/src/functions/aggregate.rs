//! Over many rows.

use std::marker::PhantomData;

use carafe_model::query::{
    Aggregate, AggregateFunction, AvgAs, Base, Expression, Filter, Node, Operand,
};
use carafe_model::{ColumnType, Field};

use crate::query::{Flat, Orders, Output};

/// An aggregate, with what may be said about it: which rows count, each value once, in which order.
pub struct Aggregated<M, T> {
    pub(super) aggregate: Aggregate,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Aggregated<M, T> {
    pub(super) fn new(function: AggregateFunction, argument: Option<Node>) -> Self {
        let aggregate = Aggregate {
            function,
            argument,
            separator: None,
            distinct: false,
            filter: None,
            order: Vec::new(),
            default: None,
        };
        Self { aggregate, types: PhantomData }
    }

    /// One that looks at two values of each row.
    pub(super) fn of_two(function: AggregateFunction, one: Node, other: Node) -> Self {
        let mut two = Self::new(function, Some(one));
        two.aggregate.separator = Some(other);
        two
    }

    /// Only rows of which the condition is true count.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.aggregate.filter = Some(filter.into_node());
        self
    }

    /// Each value counts once.
    pub fn distinct(mut self) -> Self {
        self.aggregate.distinct = true;
        self
    }

    /// In this order, where it matters.
    pub fn order_by(mut self, order: impl Orders<M>) -> Self {
        self.aggregate.order = order.into_terms();
        self
    }
}

impl<M, T> Aggregated<M, Option<T>>
where
    Option<T>: Field<Base = T>,
    T: Field,
{
    /// What it is where there is nothing.
    pub fn or<How>(mut self, default: impl Operand<M, T, How>) -> Aggregated<M, T> {
        self.aggregate.default = Some(default.into_node());
        Aggregated { aggregate: self.aggregate, types: PhantomData }
    }
}

impl<M, T: Field> Expression for Aggregated<M, T> {
    type Model = M;
    type Type = T;

    fn node(&self) -> Node {
        Node::Aggregate(Box::new(self.aggregate.clone()))
    }
}

impl<M, T> Clone for Aggregated<M, T> {
    fn clone(&self) -> Self {
        Self { aggregate: self.aggregate.clone(), types: PhantomData }
    }
}

impl<M, T: Field> Output<M> for Aggregated<M, T> {
    type Returned = Flat<T>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

impl<M, T: Field> Orders<M> for &Aggregated<M, T> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        carafe_model::query::Lookups::asc(self).into_terms()
    }
}

/// How many values that are not NULL; over a relation, how many rows it leads to.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::count;
///
/// # #[derive(Model)] struct Author { id: i64, #[model(by = Book::AUTHOR)] books: HasMany<Book> }
/// # #[derive(Model)] struct Book { id: i64, author: ForeignKey<Author> }
/// let busy = Author::all().annotate(count(Author::BOOKS));
/// ```
pub fn count<E: Expression>(of: E) -> Aggregated<E::Model, i64> {
    Aggregated::new(AggregateFunction::Count, Some(of.node()))
}

/// How many rows.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::count_rows;
///
/// # #[derive(Model)] struct Book { id: i64, year: i32 }
/// let a_year = Book::all().values(Book::YEAR).annotate(count_rows());
/// ```
pub fn count_rows<M>() -> Aggregated<M, i64> {
    Aggregated::new(AggregateFunction::Count, None)
}

/// The sum; `None` of nothing.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sum;
///
/// # #[derive(Model)] struct Book { id: i64, year: i32, pages: i32 }
/// let a_year = Book::all().values(Book::YEAR).annotate(sum(Book::PAGES).or(0));
/// ```
pub fn sum<E: Expression>(of: E) -> Aggregated<E::Model, Option<<Base<E> as Summed>::Sum>>
where
    Base<E>: Summed,
{
    Aggregated::new(AggregateFunction::Sum, Some(of.node()))
}

/// The mean; `None` of nothing.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::avg;
///
/// # #[derive(Model)] struct Book { id: i64, year: i32, pages: i32 }
/// let a_year = Book::all().values(Book::YEAR).annotate(avg(Book::PAGES).filter(Book::PAGES.gt(1)));
/// ```
pub fn avg<E: Expression>(of: E) -> Aggregated<E::Model, Option<<Base<E> as Averaged>::Mean>>
where
    Base<E>: Averaged,
{
    Aggregated::new(AggregateFunction::Avg(Base::<E>::AS), Some(of.node()))
}

/// The smallest; `None` of nothing.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::min;
///
/// # #[derive(Model)] struct Book { id: i64, year: i32, pages: i32 }
/// let a_year = Book::all().values(Book::YEAR).annotate(min(Book::PAGES));
/// ```
pub fn min<E: Expression>(of: E) -> Aggregated<E::Model, Option<Base<E>>>
where
    Option<Base<E>>: Field,
{
    Aggregated::new(AggregateFunction::Min, Some(of.node()))
}

/// The largest; `None` of nothing.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::max;
///
/// # #[derive(Model)] struct Book { id: i64, year: i32, pages: i32 }
/// let a_year = Book::all().values(Book::YEAR).annotate(max(Book::PAGES));
/// ```
pub fn max<E: Expression>(of: E) -> Aggregated<E::Model, Option<Base<E>>>
where
    Option<Base<E>>: Field,
{
    Aggregated::new(AggregateFunction::Max, Some(of.node()))
}

/// A type of which there are sums.
#[diagnostic::on_unimplemented(
    message = "there is no sum of `{Self}`",
    note = "integers, floats and decimals have one"
)]
pub trait Summed {
    /// The type of a sum: integers add up to `i64`.
    type Sum: ColumnType;
}

/// A type of which there are means.
#[diagnostic::on_unimplemented(
    message = "there is no mean of `{Self}`",
    note = "integers, floats and decimals have one"
)]
pub trait Averaged {
    /// The type of a mean: a float, or a decimal of decimals.
    type Mean: ColumnType;
    /// The same as data.
    const AS: AvgAs;
}

macro_rules! numbers {
    ($($ty:ty => $sum:ty, $mean:ty, $means:ident;)+) => {
        $(
            impl Summed for $ty {
                type Sum = $sum;
            }

            impl Averaged for $ty {
                type Mean = $mean;
                const AS: AvgAs = AvgAs::$means;
            }
        )+
    };
}

numbers! {
    i8 => i64, f64, Float;
    i16 => i64, f64, Float;
    i32 => i64, f64, Float;
    i64 => i64, f64, Float;
    u8 => i64, f64, Float;
    u16 => i64, f64, Float;
    u32 => i64, f64, Float;
    f32 => f64, f64, Float;
    f64 => f64, f64, Float;
}
#[cfg(feature = "decimal")]
numbers! {
    rust_decimal::Decimal => rust_decimal::Decimal, rust_decimal::Decimal, Decimal;
}
