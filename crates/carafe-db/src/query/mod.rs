//! Queries that models make: `Post::all().filter(…).fetch(&db)`.
//!
//! A [`QuerySet`] says what is wanted and asks nothing before one of its last methods is awaited.
//! What it says is data ([`carafe_model::query`]); the SQL is made once for each shape of a query.

mod asked;
#[cfg(feature = "jiff")]
mod dates;
mod fetch;
mod known;
mod names;
mod prefetch;
mod refine;
mod relate;
mod returned;
mod rows;
mod set;
mod stream;
mod targets;

pub(crate) use fetch::{is_row, key_columns, key_columns_of, line};
pub(crate) use known::is_empty;
pub use names::{Named, named};
pub(crate) use names::{as_kind, condition, find, kind_of, output};
pub use refine::Orders;
pub use relate::{Among, Leads, ReturnsOnly, ToOne};
pub use returned::{Annotate, Annotated, Flat, Output, Returned, Values, Whole};
pub use set::{Queries, QuerySet};
pub use stream::QueryStream;
pub(crate) use targets::Listed;
pub use targets::Targets;
