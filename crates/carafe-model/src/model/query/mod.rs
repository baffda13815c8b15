//! A question as data: what queries, constraints and admin filters say, without any database's
//! words.
//!
//! [`Node`] and [`Select`] are the data. [`Expr`], [`Filter`] and [`OrderBy`] are the same with the
//! types that the compiler checks; [`Lookups`] and [`TextLookups`] have what may be asked of a
//! column.

mod arithmetic;
mod expression;
mod function;
mod like;
mod lookups;
#[cfg(feature = "jiff")]
mod moments;
mod node;
mod operand;
mod path;
mod select;

pub use arithmetic::{Addend, Bits, Number};
pub use expression::{Base, Both, Computed, Expr, Expression, Filter, Of};
pub use function::{DatePart, Function};
pub use lookups::{Lookups, OrderBy, TextLookups, Textual, equal, matching};
#[cfg(feature = "jiff")]
pub use moments::{Clock, Dated, MomentOperand, elapsed};
pub use node::{
    Aggregate, AggregateFunction, AvgAs, Cast, Filtered, Frame, FrameBound, FrameExclude,
    FrameUnit, JsonAs, JsonStep, Node, Nulls, Operator, OrderTerm, RawPart, TextMatch, Window,
};
pub use operand::{KeyOf, Operand};
pub use path::Path;
pub use select::{Along, Distinct, Held, Lock, Output, Reached, Select, SetOperator, Step};
