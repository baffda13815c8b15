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

mod aggregate;
mod case;
mod subquery;
mod text;

pub use aggregate::{Aggregated, Averaged, Summed, avg, count, count_rows, max, min, sum};
pub use case::{Case, case};
pub use subquery::{exists, outer, subquery};
pub use text::{coalesce, length, lower, upper, value};
