//! How values lie, and what bits and conditions have in common.

use carafe_model::Field;
use carafe_model::query::{AggregateFunction, Base, Expression};

use super::{Aggregated, Numeric};

macro_rules! spread {
    ($($(#[$doc:meta])+ $name:ident = $function:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E: Expression<Type: Field<Base: Numeric>>>(
                of: E,
            ) -> Aggregated<E::Model, Option<f64>> {
                Aggregated::new(AggregateFunction::$function, Some(of.node()))
            }
        )+
    };
}

spread! {
    /// The standard deviation of all values (Django's `StdDev`); `None` of nothing.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::stddev;
    ///
    /// # #[derive(Model)] struct Sale { id: i64, price: f64 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let spread: Option<f64> = Sale::all().aggregate(stddev(Sale::PRICE), db).await?;
    /// # let _ = spread; Ok(()) }
    /// ```
    stddev = StdDevPop;
    /// The standard deviation where the values are a sample (`StdDev(sample=True)`); `None` of fewer
    /// than two.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::stddev_sample;
    ///
    /// # #[derive(Model)] struct Sale { id: i64, shop: i64, price: f64 }
    /// let spread = Sale::all().values(Sale::SHOP).annotate(stddev_sample(Sale::PRICE));
    /// ```
    stddev_sample = StdDevSample;
    /// The variance of all values (Django's `Variance`); `None` of nothing.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::variance;
    ///
    /// # #[derive(Model)] struct Sale { id: i64, shop: i64, price: f64 }
    /// let spread = Sale::all().values(Sale::SHOP).annotate(variance(Sale::PRICE));
    /// ```
    variance = VariancePop;
    /// The variance where the values are a sample (`Variance(sample=True)`); `None` of fewer than
    /// two.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::variance_sample;
    ///
    /// # #[derive(Model)] struct Sale { id: i64, shop: i64, price: f64 }
    /// let spread = Sale::all().values(Sale::SHOP).annotate(variance_sample(Sale::PRICE));
    /// ```
    variance_sample = VarianceSample;
}

/// A type whose bits can be looked at: an integer.
#[diagnostic::on_unimplemented(
    message = "the bits of `{Self}` cannot be looked at",
    note = "those of integers can"
)]
pub trait Integral {}

macro_rules! integers {
    ($($ty:ty)+) => { $(impl Integral for $ty {})+ };
}

integers!(i8 i16 i32 i64 u8 u16 u32);

macro_rules! bits {
    ($($(#[$doc:meta])+ $name:ident = $function:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E: Expression<Type: Field<Base: Integral>>>(
                of: E,
            ) -> Aggregated<E::Model, Option<Base<E>>>
            where
                Option<Base<E>>: Field,
            {
                Aggregated::new(AggregateFunction::$function, Some(of.node()))
            }
        )+
    };
}

bits! {
    /// The bits that all values have (Django's `BitAnd`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::bit_and;
    ///
    /// # #[derive(Model)] struct Member { id: i64, team: i64, rights: i32 }
    /// let shared = Member::all().values(Member::TEAM).annotate(bit_and(Member::RIGHTS));
    /// ```
    bit_and = BitAnd;
    /// The bits that any value has (Django's `BitOr`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::bit_or;
    ///
    /// # #[derive(Model)] struct Member { id: i64, team: i64, rights: i32 }
    /// let rights = Member::all().values(Member::TEAM).annotate(bit_or(Member::RIGHTS));
    /// ```
    bit_or = BitOr;
    /// The bits that an odd number of values has (Django's `BitXor`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::bit_xor;
    ///
    /// # #[derive(Model)] struct Member { id: i64, team: i64, rights: i32 }
    /// let odd = Member::all().values(Member::TEAM).annotate(bit_xor(Member::RIGHTS));
    /// ```
    bit_xor = BitXor;
}

/// Whether it is true of all rows; a column of yes and no, or a condition. NULL is passed over.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::bool_and;
///
/// # #[derive(Model)] struct Task { id: i64, project: i64, done: bool }
/// let done = Task::all().values(Task::PROJECT).annotate(bool_and(Task::DONE));
/// ```
pub fn bool_and<E: Expression<Type: Field<Base = bool>>>(
    of: E,
) -> Aggregated<E::Model, Option<bool>> {
    Aggregated::new(AggregateFunction::BoolAnd, Some(of.node()))
}

/// Whether it is true of any row, like [`bool_and`].
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::bool_or;
///
/// # #[derive(Model)] struct Task { id: i64, project: i64, hours: i32 }
/// let large = Task::all().values(Task::PROJECT).annotate(bool_or(Task::HOURS.gt(100)));
/// ```
pub fn bool_or<E: Expression<Type: Field<Base = bool>>>(
    of: E,
) -> Aggregated<E::Model, Option<bool>> {
    Aggregated::new(AggregateFunction::BoolOr, Some(of.node()))
}
