//! What the clients that are compared share: a client says how its library does each work, and this
//! does the works as often as fits into a time and counts what they cost.
//!
//! A client is a program with the URL of its database as argument. It reads a line for each thing
//! that is wanted, `check WORK…` or `WORK TASKS MILLISECONDS`, and answers with a line: `ok`, or
//! `OPERATIONS NANOSECONDS CPU-NANOSECONDS ALLOCATIONS BYTES`, or `error: …`.

mod dice;
mod measure;
mod program;
mod right;
mod work;

pub use program::run;
pub use right::{BULK, Entry};

use std::fmt::Display;
use std::future::Future;

/// What the libraries say when something fails.
#[derive(Debug)]
pub struct Failure(String);

// It has no `Display` of its own, so that `?` makes one of whatever has.
impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

pub type Result<T> = std::result::Result<T, Failure>;

/// The key of a row of `world` and its new number.
pub type Change = (i64, i32);

/// How many rows are asked for, or changed, by so many queries.
pub const MANY: usize = 20;

/// How many connections a pool has at most.
pub const CONNECTIONS: usize = 16;

/// How many posts are read with their authors, and authors with their ten posts each.
pub const PAGE: i64 = 100;

/// How a library does the works. Rows become values of a struct that owns what is in them, as they
/// do in a handler; what a work gives back is there to see that it was done.
pub trait Client: Send + Sync + Sized + 'static {
    /// Opens the database at a URL.
    fn open(url: &str) -> impl Future<Output = Result<Self>> + Send;

    /// The number of one row of `world`.
    fn row(&self, id: i64) -> impl Future<Output = Result<i32>> + Send;

    /// The sum of the numbers of many rows of `world`, each asked for by its own query.
    fn queries(&self, ids: [i64; MANY]) -> impl Future<Output = Result<i64>> + Send;

    /// The bytes of all messages of `fortune`.
    fn fortunes(&self) -> impl Future<Output = Result<usize>> + Send;

    /// Inserts a row of `entry`; its key, which the database has made.
    fn insert(&self, entry: Entry) -> impl Future<Output = Result<i64>> + Send;

    /// Inserts many rows of `entry`, all or none; how many.
    fn bulk(&self, entries: Vec<Entry>) -> impl Future<Output = Result<usize>> + Send;

    /// Reads many rows of `world`, each by its own query, and writes each one's new number.
    fn updates(&self, changes: [Change; MANY]) -> impl Future<Output = Result<()>> + Send;

    /// The same, but what is written is written at once, where the library has a form for that.
    fn bulk_updates(&self, changes: [Change; MANY]) -> impl Future<Output = Result<()>> + Send {
        let _ = changes;
        async { Err("many rows cannot be changed at once, each in its own way".into()) }
    }

    /// The bytes of the titles of the first posts and the names of their authors, by a join.
    fn join(&self) -> impl Future<Output = Result<usize>> + Send;

    /// The bytes of the names of the first authors and the titles of all their posts, by one query
    /// for the authors and one for the posts.
    fn prefetch(&self) -> impl Future<Output = Result<usize>> + Send;
}
