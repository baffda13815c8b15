//! One suite for every database: what a driver must do, checked on each database that can be had.
//!
//! `cargo nextest run -p driver-tests` is one test a database; each goes through all checks and names
//! those that failed. `CARAFE_TEST_CHECK=transactions` leaves out checks that do not have this in their name.
//!
//! # To add a database
//!
//! 1. `src/NAME.rs`: a [`Dialect`], which says how its SQL differs and what it [cannot](Dialect::cannot)
//!    do, and a [`Server`], which makes empty databases. One that runs as a process of its own is best
//!    found by a URL in the environment, or started in a temporary folder: see
//!    `src/postgres.rs`.
//! 2. `tests/it/main.rs`: a line `#[test] fn name() { on(&name::server) }`.
//! 3. `.ci/run`: `need` the package that brings the server.
//! 4. Checks that only this database needs: `tests/it/only_NAME.rs`, given to `on_with`.
//!
//! # To add a check
//!
//! An `async fn name(at: At)` in a module of `tests/it`, and its name in the `checks!` of that module;
//! `name needs Server` skips it, with a printed line, on databases that cannot do that. SQL goes
//! through [`At::sql`], which puts the database's own words in the place of `{id}`, `{text}` and so on;
//! parameters are `?`.

mod process;
mod run;

pub mod mysql;
pub mod pgbouncer;
pub mod postgres;
pub mod sqlite;

pub use process::{Found, Place, ServerProcess, complete, program};
pub use run::{on, on_with, required, skip, variable};

use std::pin::Pin;
use std::sync::Arc;

use carafe_db::{DatabaseSettings, Db, Executor};

/// A future of a server.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// A check that runs. It stays on its thread.
pub type Running = Pin<Box<dyn Future<Output = ()>>>;

/// How the SQL of a database differs, and what it cannot do.
#[derive(Debug)]
pub struct Dialect {
    /// Its name, for people.
    pub name: &'static str,
    /// What stands in the place of `{id}` and the like in the SQL of a check. Every database has the
    /// same keys as SQLite.
    pub words: &'static [(&'static str, &'static str)],
    /// What it cannot do, and why.
    pub cannot: &'static [(Ability, &'static str)],
}

/// What a check may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// A server, which can be stopped, and refuse passwords.
    Server,
    /// Several connections at the same time.
    Connections,
    /// Statements of a transaction go on after one that failed.
    GoesOn,
    /// CREATE TABLE in a transaction is undone with it.
    TransactionalTables,
    /// A statement that is given up is interrupted, and its transaction goes on.
    Interrupts,
    /// Two transactions that meet: one of them is told to try again.
    Serializable,
    /// Rows of a query come before its last one is made.
    Streams,
    /// Other queries run beside one that is read in batches, on its connection.
    Beside,
    /// Constraints that are checked at COMMIT.
    Deferred,
    /// `RETURNING`.
    Returning,
    /// Text may hold NUL.
    NulInText,
    /// Floats may be infinite.
    Infinity,
    /// Dates before the year 1.
    NegativeYears,
    /// Expression indexes, with a name.
    ExpressionIndexes,
    /// Indexes over some rows only.
    PartialIndexes,
    /// It names the table and the columns of every constraint.
    NamesColumns,
    /// It knows small and capital letters of all alphabets.
    UnicodeCase,
    /// NULL stands behind all where nothing is said.
    NullsLast,
    /// Frames of groups, and frames that leave rows out.
    Frames,
    /// `DISTINCT ON`.
    DistinctOn,
    /// Whether a JSON document holds another.
    JsonContains,
    /// Arrays.
    Arrays,
    /// MD5 and SHA-1, which protect nothing.
    OldDigests,
}

/// Where databases come from.
pub trait Server: Send + Sync {
    /// How its SQL differs.
    fn dialect(&self) -> &'static Dialect;

    /// The URL of a new and empty database.
    fn fresh(&self) -> BoxFuture<'_, String>;

    /// Another server like this one, which a check may stop and start.
    fn another(&self) -> Option<ServerProcess> {
        None
    }
}

/// What a check gets: an empty database, and what it is.
#[derive(Clone)]
pub struct At {
    /// The database.
    pub db: Db,
    /// Its URL.
    pub url: String,
    /// How its SQL differs.
    pub dialect: &'static Dialect,
    /// Where it comes from.
    pub server: Arc<dyn Server>,
}

/// A check, and what it needs.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name, with its module.
    pub name: &'static str,
    /// What the database must be able to do.
    pub needs: &'static [Ability],
    /// The check.
    pub run: fn(At) -> Running,
}

/// Lists the checks of a module: `checks![numbers, moments, a_killed_server needs Server]`.
#[macro_export]
macro_rules! checks {
    ($($name:ident $(needs $($ability:ident)+)?),* $(,)?) => {
        pub(crate) fn checks() -> Vec<$crate::Check> {
            vec![$($crate::Check {
                name: concat!(module_path!(), "::", stringify!($name)),
                needs: &[$($($crate::Ability::$ability),+)?],
                run: |at| Box::pin($name(at)),
            }),*]
        }
    };
}

impl Dialect {
    /// The text with this database's words in the place of `{id}` and the like.
    pub fn sql(&self, text: &str) -> String {
        self.words
            .iter()
            .fold(text.to_owned(), |text, (key, word)| text.replace(&format!("{{{key}}}"), word))
    }

    /// Whether it can do that.
    pub fn can(&self, ability: Ability) -> bool {
        self.cannot.iter().all(|(cannot, _)| *cannot != ability)
    }
}

impl At {
    /// The text with this database's words in the place of `{id}` and the like.
    pub fn sql(&self, text: &str) -> String {
        self.dialect.sql(text)
    }

    /// Whether the database can do that.
    pub fn can(&self, ability: Ability) -> bool {
        self.dialect.can(ability)
    }

    /// Runs a statement that must succeed.
    ///
    /// # Panics
    ///
    /// If it fails, which fails the check.
    pub async fn make(&self, text: &str) {
        let done = self.db.execute(self.sql(text), ()).await;
        assert!(done.is_ok(), "{text}: {done:?}");
    }

    /// The same database by other settings.
    ///
    /// # Panics
    ///
    /// If they are wrong, which fails the check.
    pub fn with(&self, change: impl FnOnce(DatabaseSettings) -> DatabaseSettings) -> Db {
        match Db::from_settings(&change(DatabaseSettings::new(&self.url))) {
            Ok(db) => db,
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Makes the table `name` with one column of that name, unique and not null.
    pub async fn names(&self) -> Db {
        self.make("create table name (name {key} not null unique)").await;
        self.db.clone()
    }
}

/// Puts a row into the table `name`.
pub async fn add(db: &dyn Executor, name: &str) -> carafe_core::Result<u64> {
    db.execute("insert into name values (?)", (name,)).await
}

/// The rows of the table `name`, in order, with spaces between.
///
/// # Panics
///
/// If they cannot be read, which fails the check.
pub async fn all(db: &dyn Executor) -> String {
    let names = db.query_scalar::<String>("select name from name order by name", ()).all().await;
    match names {
        Ok(names) => names.join(" "),
        Err(error) => panic!("{error:?}"),
    }
}
