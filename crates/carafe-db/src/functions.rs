//! What databases compute: aggregates, functions, windows, cases, queries in queries.
//!
//! ```
//! use carafe::prelude::*;
//! use carafe::db::functions::{count, lower, max};
//!
//! #[derive(Model)]
//! struct Post { id: i64, title: String, views: i32 }
//!
//! # async fn doc(db: &Db) -> Result<()> {
//! let titles: Vec<String> = Post::all().values(lower(Post::TITLE)).fetch(db).await?;
//! let most: Option<i32> = Post::all().aggregate(max(Post::VIEWS), db).await?;
//! # let _ = (titles, most); Ok(()) }
//! ```
//!
//! What is computed of NULL is NULL, unless it says something else: the type of the result is an
//! `Option` where that of the column is.

mod aggregate;
mod case;
mod compare;
#[cfg(feature = "jiff")]
mod date;
mod filtered;
mod gather;
#[cfg(feature = "json")]
mod json;
mod number;
pub mod postgres;
mod raw;
mod spread;
mod subquery;
mod text;
#[cfg(feature = "uuid")]
mod uuid;
mod window;

pub use aggregate::{Aggregated, Averaged, Summed, avg, count, count_rows, max, min, sum};
pub use case::{Case, case};
pub use compare::{cast, coalesce, coalesce_or_null, collate, greatest, is, least, null_if, value};
#[cfg(feature = "jiff")]
pub use date::{
    DateLookups, date, day, from_zone, hour, in_zone, iso_week_day, iso_year, minute, month, now,
    quarter, second, time, trunc_day, trunc_hour, trunc_minute, trunc_month, trunc_quarter,
    trunc_second, trunc_week, trunc_year, week, week_day, year,
};
pub use filtered::{FilteredRelation, filtered};
pub use gather::{any_value, array_agg, string_agg};
#[cfg(feature = "json")]
pub use json::{JsonDocument, JsonLookups, JsonPlace, json_agg, json_array, json_object};
pub use number::{
    Fraction, Numeric, abs, acos, asin, atan, atan2, ceil, cos, cot, degrees, exp, floor, ln, log,
    modulo, pi, power, radians, random, round, round_to, sign, sin, sqrt, tan,
};
pub use raw::{raw_condition, raw_expression};
pub use spread::{
    Integral, bit_and, bit_or, bit_xor, bool_and, bool_or, stddev, stddev_sample, variance,
    variance_sample,
};
pub use subquery::{exists, outer, subquery};
pub use text::{
    Text, chr, concat, left, length, lower, lpad, ltrim, md5, ord, repeat, replace, reverse, right,
    rpad, rtrim, sha1, sha224, sha256, sha384, sha512, str_index, substr, substr_from, trim, upper,
};
#[cfg(feature = "uuid")]
pub use uuid::{uuid4, uuid7};
pub use window::{
    Partition, Windowed, cume_dist, dense_rank, first_value, lag, last_value, lead, nth_value,
    ntile, percent_rank, rank, row_number, window,
};

use carafe_model::Value;
use carafe_model::query::{Expr, Function, Node};
use carafe_model::schema::Kind;

/// A function of the database with its arguments.
fn call<M, T>(function: Function, arguments: Vec<Node>) -> Expr<M, T> {
    Expr::new(Node::Call(function, arguments))
}

/// A count of letters or rows, which databases want as an integer of 32 bits.
fn small(number: u32) -> Node {
    Node::Typed(Value::I64(number.into()), Kind::Integer)
}
