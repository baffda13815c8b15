//! How two columns of numbers go together.
//!
//! Each takes the numbers that depend first, and those that they depend on second. Pairs with NULL in
//! them are passed over.

use carafe_model::Field;
use carafe_model::query::{AggregateFunction, Expression};

use crate::functions::{Aggregated, Numeric};

macro_rules! pairs {
    ($($(#[$doc:meta])+ $name:ident = $sql:literal;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<Y, X>(y: Y, x: X) -> Aggregated<Y::Model, Option<f64>>
            where
                Y: Expression<Type: Field<Base: Numeric>>,
                X: Expression<Model = Y::Model, Type: Field<Base: Numeric>>,
            {
                Aggregated::of_two(AggregateFunction::Named($sql), y.node(), x.node())
            }
        )+
    };
}

pairs! {
    /// How the two go together, from -1 to 1 (`Corr`); `None` of fewer than two pairs.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::corr;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(corr(Flat::RENT, Flat::SIZE));
    /// ```
    corr = "CORR";
    /// The covariance of all pairs (`CovarPop`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::covar_pop;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(covar_pop(Flat::RENT, Flat::SIZE));
    /// ```
    covar_pop = "COVAR_POP";
    /// The covariance where the pairs are a sample (`CovarPop(sample=True)`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::covar_sample;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(covar_sample(Flat::RENT, Flat::SIZE));
    /// ```
    covar_sample = "COVAR_SAMP";
    /// The mean of the second, over the pairs (`RegrAvgX`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_avgx;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_avgx(Flat::RENT, Flat::SIZE));
    /// ```
    regr_avgx = "REGR_AVGX";
    /// The mean of the first, over the pairs (`RegrAvgY`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_avgy;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_avgy(Flat::RENT, Flat::SIZE));
    /// ```
    regr_avgy = "REGR_AVGY";
    /// Where the line that fits best crosses the first's axis (`RegrIntercept`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_intercept;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_intercept(Flat::RENT, Flat::SIZE));
    /// ```
    regr_intercept = "REGR_INTERCEPT";
    /// How well the line that fits best fits: the square of [`corr`] (`RegrR2`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_r2;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_r2(Flat::RENT, Flat::SIZE));
    /// ```
    regr_r2 = "REGR_R2";
    /// How steep the line that fits best is (`RegrSlope`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_slope;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_slope(Flat::RENT, Flat::SIZE));
    /// ```
    regr_slope = "REGR_SLOPE";
    /// The sum of the squares of what the second differs from its mean (`RegrSXX`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_sxx;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_sxx(Flat::RENT, Flat::SIZE));
    /// ```
    regr_sxx = "REGR_SXX";
    /// The sum of the products of what both differ from their means (`RegrSXY`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_sxy;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_sxy(Flat::RENT, Flat::SIZE));
    /// ```
    regr_sxy = "REGR_SXY";
    /// The sum of the squares of what the first differs from its mean (`RegrSYY`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::regr_syy;
    ///
    /// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: f64 }
    /// let a_city = Flat::all().values(Flat::CITY).annotate(regr_syy(Flat::RENT, Flat::SIZE));
    /// ```
    regr_syy = "REGR_SYY";
}

/// How many pairs there are in which neither is NULL (`RegrCount`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::regr_count;
///
/// # #[derive(Model)] struct Flat { id: i64, city: i64, rent: f64, size: Option<f64> }
/// let known = Flat::all().values(Flat::CITY).annotate(regr_count(Flat::RENT, Flat::SIZE));
/// ```
pub fn regr_count<Y, X>(y: Y, x: X) -> Aggregated<Y::Model, i64>
where
    Y: Expression<Type: Field<Base: Numeric>>,
    X: Expression<Model = Y::Model, Type: Field<Base: Numeric>>,
{
    Aggregated::of_two(AggregateFunction::Named("REGR_COUNT"), y.node(), x.node())
}
