//! `Post::VIEWS + 1`, `Member::RIGHTS & 4`.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Rem, Shl, Shr, Sub};

use super::{Expr, Expression, Node, Operator};
use crate::Value;
use crate::kinds::ColumnType;
use crate::model::{Column, Field, Model};
use crate::schema::Kind;

/// A type that is counted with, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number, so nothing can be computed with it",
    note = "columns and expressions of integers, floats and decimals can be computed with"
)]
pub trait Number: Field {
    /// The type of a result with another: an `Option` where either is one.
    type With<U: Number>: Number;

    /// Whether it is a whole number, as a quotient of two is then.
    #[doc(hidden)]
    const WHOLE: bool;
}

/// What may be computed with an expression of `T`: a number of the same type, or an expression
/// about the same model.
#[diagnostic::on_unimplemented(
    message = "nothing can be computed of `{T}` and `{Self}`",
    note = "both sides have the same type of number; `cast` makes another of an expression"
)]
pub trait Addend<M, T> {
    /// The type of the result.
    type Output: Field;

    /// The same as data.
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Number, U: Number<Base = T::Base>> Addend<M, T> for Column<M, U> {
    type Output = T::With<U>;

    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Number, U: Number<Base = T::Base>> Addend<M, T> for Expr<M, U> {
    type Output = T::With<U>;

    fn into_node(self) -> Node {
        self.node()
    }
}

/// A type whose bits are computed with, or an `Option` of one: `Member::RIGHTS & 4`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no integer, so nothing can be computed with its bits",
    note = "columns and expressions of integers can; conditions are joined by `&` and `|` after `eq`, `lt` …"
)]
pub trait Bits: Number {}

macro_rules! operators {
    ($bound:ident: $($operator:ident $method:ident;)+) => {
        $(
            impl<M: Model, T: $bound, R: Addend<M, T>> $operator<R> for Column<M, T> {
                type Output = Expr<M, R::Output>;

                fn $method(self, other: R) -> Self::Output {
                    computed(self.node(), of::<T>(Operator::$operator), other.into_node())
                }
            }

            impl<M, T: $bound, R: Addend<M, T>> $operator<R> for Expr<M, T> {
                type Output = Expr<M, R::Output>;

                fn $method(self, other: R) -> Self::Output {
                    computed(self.node(), of::<T>(Operator::$operator), other.into_node())
                }
            }
        )+
    };
}

operators! {
    Number:
    Add add;
    Sub sub;
    Mul mul;
    Div div;
    Rem rem;
}

operators! {
    Bits:
    BitAnd bitand;
    BitOr bitor;
    BitXor bitxor;
}

/// By so many bits, which databases want as an integer of 32 bits, whatever is shifted.
macro_rules! shifts {
    ($($operator:ident $method:ident;)+) => {
        $(
            impl<M: Model, T: Bits> $operator<u32> for Column<M, T> {
                type Output = Expr<M, T>;

                fn $method(self, bits: u32) -> Self::Output {
                    computed(self.node(), Operator::$operator, so_many(bits))
                }
            }

            impl<M, T: Bits> $operator<u32> for Expr<M, T> {
                type Output = Self;

                fn $method(self, bits: u32) -> Self {
                    computed(self.node(), Operator::$operator, so_many(bits))
                }
            }
        )+
    };
}

shifts! {
    Shl shl;
    Shr shr;
}

fn so_many(bits: u32) -> Node {
    Node::Typed(Value::I64(bits.into()), Kind::Integer)
}

impl<M: Model, T: Number> Neg for Column<M, T> {
    type Output = Expr<M, T>;

    fn neg(self) -> Self::Output {
        computed(Node::Value(Value::I64(0)), Operator::Sub, self.node())
    }
}

impl<M, T: Number> Neg for Expr<M, T> {
    type Output = Self;

    fn neg(self) -> Self {
        computed(Node::Value(Value::I64(0)), Operator::Sub, self.node())
    }
}

/// The operator between two numbers of a type.
fn of<T: Number>(operator: Operator) -> Operator {
    if T::WHOLE && operator == Operator::Div { Operator::IntDiv } else { operator }
}

fn computed<M, T>(left: Node, operator: Operator, right: Node) -> Expr<M, T> {
    Expr::new(Node::binary(left, operator, right))
}

/// A number beside an expression: the database is told its kind, which it cannot know otherwise
/// where both sides are sent.
fn number<T: ColumnType>(number: T) -> Node {
    Node::Typed(number.into_value(), T::KIND)
}

macro_rules! numbers {
    ($whole:literal: $($ty:ty),+) => {
        $(
            impl Number for $ty {
                type With<U: Number> = U;

                const WHOLE: bool = $whole;
            }

            impl Number for Option<$ty> {
                type With<U: Number> = Self;

                const WHOLE: bool = $whole;
            }

            impl<M, T: Number<Base = $ty>> Addend<M, T> for $ty {
                type Output = T;

                fn into_node(self) -> Node {
                    number(self)
                }
            }

            numbers!(@left $ty: Add add);
            numbers!(@left $ty: Sub sub);
            numbers!(@left $ty: Mul mul);
            numbers!(@left $ty: Div div);
            numbers!(@left $ty: Rem rem);
        )+
    };
    (@left $ty:ty: $operator:ident $method:ident) => {
        impl<M: Model, T: Number<Base = $ty>> $operator<Column<M, T>> for $ty {
            type Output = Expr<M, T>;

            fn $method(self, other: Column<M, T>) -> Self::Output {
                computed(number(self), of::<T>(Operator::$operator), other.node())
            }
        }

        impl<M, T: Number<Base = $ty>> $operator<Expr<M, T>> for $ty {
            type Output = Expr<M, T>;

            fn $method(self, other: Expr<M, T>) -> Self::Output {
                computed(number(self), of::<T>(Operator::$operator), other.node())
            }
        }
    };
}

numbers!(true: i8, i16, i32, i64, u8, u16, u32);
numbers!(false: f32, f64);
#[cfg(feature = "decimal")]
numbers!(false: rust_decimal::Decimal);

macro_rules! bits {
    ($($ty:ty),+) => {
        $(
            impl Bits for $ty {}
            impl Bits for Option<$ty> {}

            numbers!(@left $ty: BitAnd bitand);
            numbers!(@left $ty: BitOr bitor);
            numbers!(@left $ty: BitXor bitxor);
        )+
    };
}

bits!(i8, i16, i32, i64, u8, u16, u32);
