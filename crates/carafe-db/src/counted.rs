//! Tests count statements.

use std::fmt::Write as _;
use std::future::Future;
use std::ops::Deref;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::Db;
use crate::watch::{self, Ran, Watch};

/// A `Db` whose statements are counted (Django's `CaptureQueriesContext`): made by [`Db::counted`].
///
/// It is used as the `Db` that it is; what runs through others is not counted.
#[derive(Clone, Debug)]
pub struct Counted {
    db: Db,
    list: List,
}

/// What has run.
#[derive(Clone, Debug, Default)]
struct List(Arc<Mutex<Vec<String>>>);

impl Db {
    /// The same handle, which counts the statements that run through it, and through its clones.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let counted = db.counted();
    /// counted.execute("create table post (title text)", ()).await?;
    /// counted.atomic(async |tx| tx.execute("insert into post values ('Hello')", ()).await).await?;
    /// assert_eq!(counted.count(), 2);
    /// # Ok(()) }
    /// ```
    ///
    /// BEGIN, COMMIT and savepoints are not counted.
    pub fn counted(&self) -> Counted {
        let list = List::default();
        let kept = list.clone();
        Counted { db: self.watch(move |ran| kept.push(ran)), list }
    }
}

impl Counted {
    /// The `Db` that is counted.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// How many statements have run.
    pub fn count(&self) -> usize {
        self.list.all().len()
    }

    /// The statements that have run, each on a line with the line that asked; values are not told.
    pub fn statements(&self) -> Vec<String> {
        self.list.all()
    }

    /// Begins anew.
    pub fn reset(&self) {
        self.list.clear();
    }

    /// Asserts that so many statements have run.
    ///
    /// # Panics
    ///
    /// If it were others; the message lists them.
    #[track_caller]
    pub fn assert_count(&self, count: usize) {
        self.list.check(count, Location::caller());
    }
}

impl Deref for Counted {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// Asserts that a closure runs so many statements, on whichever databases (Django's
/// `assertNumQueries`).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// # let db = carafe_db::Db::open("sqlite::memory:").await?;
/// use carafe_db::assert_queries;
///
/// let two = assert_queries(1, async || db.query_scalar::<i64>("select 1 + 1", ()).one().await).await?;
/// assert_eq!(two, 2);
/// # Ok(()) }
/// ```
///
/// Those of a request to a `TestClient` are counted too; those of tasks that it starts are not. BEGIN,
/// COMMIT and savepoints are not counted.
///
/// # Panics
///
/// If it runs others; the message lists them.
#[track_caller]
pub fn assert_queries<T>(count: usize, work: impl AsyncFnOnce() -> T) -> impl Future<Output = T> {
    let caller = Location::caller();
    async move {
        let list = List::default();
        let kept = list.clone();
        let done = watch::here(Watch::default().with(move |ran| kept.push(ran)), work()).await;
        list.check(count, caller);
        done
    }
}

impl List {
    fn push(&self, ran: &Ran<'_>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(ran.to_string());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn check(&self, count: usize, caller: &Location<'_>) {
        let list = self.all();
        let mut listed = String::new();
        for (number, ran) in list.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(listed, "\n{:>3}. {ran}", number + 1);
        }
        assert!(
            list.len() == count,
            "{} statements ran where {count} were expected ({caller}):{listed}",
            list.len()
        );
    }
}
