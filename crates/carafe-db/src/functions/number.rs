//! Functions of numbers.

use carafe_model::ColumnType;
use carafe_model::query::{Base, Both, Computed, Expr, Expression, Function, Of};

use super::{call, small};

/// A type of numbers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    note = "integers, floats and decimals are"
)]
pub trait Numeric: ColumnType {}

/// A type of numbers that have a fraction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fraction",
    note = "floats and decimals have one; `cast` makes a float of an integer"
)]
pub trait Fraction: Numeric {}

macro_rules! numbers {
    ($kind:ident: $($ty:ty)+) => { $(impl $kind for $ty {})+ };
}

numbers!(Numeric: i8 i16 i32 i64 u8 u16 u32 f32 f64);
numbers!(Fraction: f32 f64);
#[cfg(feature = "decimal")]
numbers!(Numeric: rust_decimal::Decimal);
#[cfg(feature = "decimal")]
numbers!(Fraction: rust_decimal::Decimal);

macro_rules! same {
    ($bound:ident: $($(#[$doc:meta])+ $name:ident = $function:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E: Expression<Type: Computed<Base: $bound>>>(
                number: E,
            ) -> Expr<E::Model, E::Type> {
                call(Function::$function, vec![number.node()])
            }
        )+
    };
}

same! {
    Numeric:
    /// The number without its sign (`Abs`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::abs;
    /// # #[derive(Model)] struct Entry { id: i64, amount: i32 }
    /// let large = Entry::all().filter(abs(Entry::AMOUNT).gt(1000));
    /// ```
    abs = Abs;
}

same! {
    Fraction:
    /// The next whole number that is not less (`Ceil`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::ceil;
    /// # #[derive(Model)] struct Sale { id: i64, price: f64 }
    /// let whole = Sale::all().values(ceil(Sale::PRICE));
    /// ```
    ceil = Ceil;
    /// The next whole number that is not more (`Floor`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::floor;
    /// # #[derive(Model)] struct Sale { id: i64, price: f64 }
    /// let whole = Sale::all().values(floor(Sale::PRICE));
    /// ```
    floor = Floor;
    /// The nearest whole number (`Round`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::round;
    /// # #[derive(Model)] struct Sale { id: i64, price: f64 }
    /// let whole = Sale::all().values(round(Sale::PRICE));
    /// ```
    ///
    /// PostgreSQL rounds the half of a float to the even number, and that of a decimal away from
    /// zero; SQLite both away from zero.
    round = Round;
}

/// The nearest number of so many places behind the point.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::round_to;
/// # #[derive(Model)] struct Sale { id: i64, price: f64 }
/// let cents = Sale::all().values(round_to(Sale::PRICE, 2));
/// ```
pub fn round_to<E: Expression<Type: Computed<Base: Fraction>>>(
    number: E,
    places: u32,
) -> Expr<E::Model, E::Type> {
    call(Function::RoundTo, vec![number.node(), small(places)])
}

macro_rules! floats {
    ($($(#[$doc:meta])+ $name:ident = $function:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E: Expression<Type: Computed<Base: Numeric>>>(
                number: E,
            ) -> Expr<E::Model, Of<E, f64>> {
                call(Function::$function, vec![number.node()])
            }
        )+
    };
}

floats! {
    /// The arc cosine, in radians (`ACos`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::acos;
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let angles = Point::all().values(acos(Point::X));
    /// ```
    ///
    /// What is not defined is an error in PostgreSQL, and NULL in SQLite: read it as an `Option`,
    /// or leave such rows out. So it is with [`ln`], [`sqrt`] and the like.
    acos = Acos;
    /// The arc sine, in radians (`ASin`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::asin;
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let angles = Point::all().values(asin(Point::X));
    /// ```
    asin = Asin;
    /// The arc tangent, in radians (`ATan`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::atan;
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let angles = Point::all().values(atan(Point::X));
    /// ```
    atan = Atan;
    /// The cosine of radians (`Cos`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::cos;
    /// # #[derive(Model)] struct Point { id: i64, angle: f64 }
    /// let cosines = Point::all().values(cos(Point::ANGLE));
    /// ```
    cos = Cos;
    /// The cotangent of radians (`Cot`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::cot;
    /// # #[derive(Model)] struct Point { id: i64, angle: f64 }
    /// let cotangents = Point::all().values(cot(Point::ANGLE));
    /// ```
    cot = Cot;
    /// Radians in degrees (`Degrees`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::degrees;
    /// # #[derive(Model)] struct Point { id: i64, angle: f64 }
    /// let angles = Point::all().values(degrees(Point::ANGLE));
    /// ```
    degrees = Degrees;
    /// The power of e (`Exp`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::exp;
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let powers = Point::all().values(exp(Point::X));
    /// ```
    exp = Exp;
    /// The natural logarithm (`Ln`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::ln;
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let logarithms = Point::all().filter(Point::X.gt(0.0)).values(ln(Point::X));
    /// ```
    ln = Ln;
    /// Degrees in radians (`Radians`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::radians;
    /// # #[derive(Model)] struct Point { id: i64, angle: f64 }
    /// let angles = Point::all().values(radians(Point::ANGLE));
    /// ```
    radians = Radians;
    /// The sine of radians (`Sin`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::sin;
    /// # #[derive(Model)] struct Point { id: i64, angle: f64 }
    /// let sines = Point::all().values(sin(Point::ANGLE));
    /// ```
    sin = Sin;
    /// The square root (`Sqrt`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::sqrt;
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let roots = Point::all().filter(Point::X.ge(0.0)).values(sqrt(Point::X));
    /// ```
    sqrt = Sqrt;
    /// The tangent of radians (`Tan`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::tan;
    /// # #[derive(Model)] struct Point { id: i64, angle: f64 }
    /// let tangents = Point::all().values(tan(Point::ANGLE));
    /// ```
    tan = Tan;
}

macro_rules! pairs {
    ($($(#[$doc:meta])+ $name:ident($one:ident, $other:ident) = $function:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E, F>($one: E, $other: F) -> Expr<E::Model, Both<E, F, f64>>
            where
                E: Expression<Type: Computed<Base: Numeric>>,
                F: Expression<Model = E::Model, Type: Computed<Base: Numeric>>,
            {
                call(Function::$function, vec![$one.node(), $other.node()])
            }
        )+
    };
}

pairs! {
    /// The angle of a point, in radians (`ATan2`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::atan2;
    /// # #[derive(Model)] struct Point { id: i64, x: f64, y: f64 }
    /// let angles = Point::all().values(atan2(Point::Y, Point::X));
    /// ```
    atan2(y, x) = Atan2;
    /// The logarithm of a number to a base (`Log`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{log, value};
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let logarithms = Point::all().values(log(value(2.0), Point::X));
    /// ```
    log(base, number) = Log;
    /// A number to the power of another one (`Power`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{power, value};
    /// # #[derive(Model)] struct Point { id: i64, x: f64 }
    /// let squares = Point::all().values(power(Point::X, value(2)));
    /// ```
    power(number, exponent) = Power;
}

/// The remainder of a division, with the sign of the first number (`Mod`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{modulo, value};
/// # #[derive(Model)] struct Point { id: i64, x: f64 }
/// let rest = Point::all().values(modulo(Point::X, value(360.0)));
/// ```
///
/// Of integers, `Point::X % 7` does the same.
pub fn modulo<E, F>(number: E, by: F) -> Expr<E::Model, Both<E, F, Base<E>>>
where
    E: Expression<Type: Computed<Base: Fraction>>,
    F: Expression<Model = E::Model, Type: Computed<Base = Base<E>>>,
{
    call(Function::Mod, vec![number.node(), by.node()])
}

/// -1, 0 or 1 (`Sign`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sign;
/// # #[derive(Model)] struct Entry { id: i64, amount: i32 }
/// let debts = Entry::all().filter(sign(Entry::AMOUNT).eq(-1));
/// ```
pub fn sign<E: Expression<Type: Computed<Base: Numeric>>>(number: E) -> Expr<E::Model, Of<E, i64>> {
    call(Function::Sign, vec![number.node()])
}

/// The number of circles (`Pi`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::pi;
/// # #[derive(Model)] struct Circle { id: i64, radius: f64 }
/// let lengths = Circle::all().values(2.0 * Circle::RADIUS * pi());
/// ```
pub fn pi<M>() -> Expr<M, f64> {
    call(Function::Pi, Vec::new())
}

/// A random number from 0 to less than 1 (`Random`); a query in its order is shuffled.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::random;
/// # #[derive(Model)] struct Quote { id: i64, words: String }
/// let any = Quote::all().order_by(random()).limit(1);
/// ```
pub fn random<M>() -> Expr<M, f64> {
    call(Function::Random, Vec::new())
}
