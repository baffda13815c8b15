//! SQL by hand: statements with parameters, and rows as types.

use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;

use carafe_core::{Error, Kind, Result};
use carafe_model::{FieldType, Row, Scalar, Value};

use crate::db::{Db, Session};
use crate::executor::Executor;
use crate::migrate::Tables;
use crate::on_commit::OnCommit;
use crate::params::Params;
use crate::place::Place;
use crate::rows::{NoRows, Rows};
use crate::statement::Statement;
use crate::stream::{RowStream, ScalarStream};
use crate::tx::Tx;

/// A query whose rows are read as `T`; nothing is asked before one of its methods is awaited.
#[must_use = "a query is not asked before `.all()`, `.one()` or `.optional()` is awaited"]
pub struct Query<'e, T> {
    executor: &'e dyn Executor,
    statement: Statement,
    values: Vec<Value>,
    row: PhantomData<fn() -> T>,
}

/// A query whose rows are one value each.
#[must_use = "a query is not asked before `.all()`, `.one()` or `.optional()` is awaited"]
pub struct ScalarQuery<'e, T>(Query<'e, Scalar<T>>);

impl<'e, T: Row> Query<'e, T> {
    /// All rows.
    #[track_caller]
    pub fn all(self) -> impl Future<Output = Result<Vec<T>>> + Send + use<'e, T> {
        let asked = self.from(Location::caller());
        async move { asked.fetch(usize::MAX).await.map(|(rows, _)| rows) }
    }

    /// The only row: an error of kind `NotFound` where there is none, `MultipleFound` where there
    /// are several.
    #[track_caller]
    pub fn one(self) -> impl Future<Output = Result<T>> + Send + use<'e, T> {
        let asked = self.from(Location::caller());
        async move {
            let (mut rows, place) = asked.fetch(2).await?;
            match (rows.pop(), rows.is_empty()) {
                (Some(row), true) => Ok(row),
                (Some(_), false) => Err(several(place)),
                (None, _) => Err(Error::not_found("there is no such row").at(place)),
            }
        }
    }

    /// The only row, or `None`; an error of kind `MultipleFound` where there are several.
    #[track_caller]
    pub fn optional(self) -> impl Future<Output = Result<Option<T>>> + Send + use<'e, T> {
        let asked = self.from(Location::caller());
        async move {
            let (mut rows, place) = asked.fetch(2).await?;
            if rows.len() > 1 { Err(several(place)) } else { Ok(rows.pop()) }
        }
    }

    /// The rows one after the other, of which only a batch at a time is in memory: for more of them
    /// than should be.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table post (id integer primary key, title text)", ()).await?;
    /// let mut posts = db.query_as::<(i64, String)>("select id, title from post", ()).stream();
    /// while let Some((id, title)) = posts.try_next().await? {
    ///     println!("{id},{title}");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// It takes a connection of its own until it is dropped or has come to its end; in a transaction, that
    /// one, which other statements use between two batches.
    #[track_caller]
    pub fn stream(self) -> RowStream<'e, T> {
        let asked = self.from(Location::caller());
        RowStream::new(asked.executor, asked.statement, asked.values)
    }

    /// It only reads, and takes no locks: then a copy of the database may answer it
    /// ([`replicas`](crate::DatabaseSettings::replicas)), and on PostgreSQL a connection that others
    /// read through at the same time. It is not looked at whether that is so.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// # db.execute("create table post (title text)", ()).await?;
    /// let posts: i64 = db.query_scalar("select count(*) from post", ()).only_reads().one().await?;
    /// # assert_eq!(posts, 0);
    /// # Ok(()) }
    /// ```
    pub fn only_reads(mut self) -> Self {
        self.statement = self.statement.only_reads();
        self
    }

    fn from(mut self, caller: &'static Location<'static>) -> Self {
        self.statement = self.statement.called_from(caller);
        self
    }

    async fn fetch(self, limit: usize) -> Result<(Vec<T>, Place)> {
        let fetched =
            self.executor.fetch(&self.statement, self.values, Rows::<T>::boxed(limit)).await;
        let place = Place(self.statement);
        match fetched {
            Ok(fetched) => Ok((Rows::taken(fetched)?, place)),
            Err(error) => Err(place.of(error)),
        }
    }
}

impl<'e, T: FieldType> ScalarQuery<'e, T> {
    /// The values of all rows.
    #[track_caller]
    pub fn all(self) -> impl Future<Output = Result<Vec<T>>> + Send + use<'e, T> {
        let rows = self.0.all();
        async { Ok(rows.await?.into_iter().map(|Scalar(value)| value).collect()) }
    }

    /// The value of the only row: an error of kind `NotFound` where there is none, `MultipleFound`
    /// where there are several.
    #[track_caller]
    pub fn one(self) -> impl Future<Output = Result<T>> + Send + use<'e, T> {
        let row = self.0.one();
        async { row.await.map(|Scalar(value)| value) }
    }

    /// The value of the only row, or `None` where there is none.
    #[track_caller]
    pub fn optional(self) -> impl Future<Output = Result<Option<T>>> + Send + use<'e, T> {
        let row = self.0.optional();
        async { Ok(row.await?.map(|Scalar(value)| value)) }
    }
}

impl<'e, T: FieldType> ScalarQuery<'e, T> {
    /// It only reads, and takes no locks: see [`Query::only_reads`].
    pub fn only_reads(self) -> Self {
        Self(self.0.only_reads())
    }

    /// The values one after the other, as [`Query::stream`] gives rows.
    #[track_caller]
    pub fn stream(self) -> ScalarStream<'e, T> {
        ScalarStream(self.0.stream())
    }
}

/// The same methods on all that run statements, so that no trait has to be in scope.
macro_rules! queries {
    ($($executor:ty),+) => {
        $(
            impl $executor {
                /// A query whose rows are read as `T`: a struct with `#[derive(Row)]` or a model, by the
                /// names of its columns, or a tuple, by position.
                ///
                /// ```
                /// use carafe::prelude::*;
                ///
                /// #[derive(Row)]
                /// struct Tag { name: String, posts: i64 }
                /// # #[derive(Model)] struct Post { id: i64, title: String }
                ///
                /// # async fn doc(db: &Db, from: i64) -> Result<()> {
                /// let sql = "select name, count(*) as posts from tag where id > ? group by name";
                /// let tags: Vec<Tag> = db.query_as(sql, (from,)).all().await?;
                /// let post: Post = db.query_as("select * from post where id = ?", (7,)).one().await?;
                /// let (id, title): (i64, String) = db.query_as("select id, title from post", ()).one().await?;
                /// # let _ = (tags, post, id, title); Ok(()) }
                /// ```
                ///
                /// The SQL is the program's own text; what comes from outside goes into `params`.
                pub fn query_as<T>(&self, sql: impl Into<Cow<'static, str>>, params: impl Params) -> Query<'_, T> {
                    Query { executor: self, statement: Statement::raw(sql), values: params.into_values(), row: PhantomData }
                }

                /// A query whose rows have one column, read as `T`.
                ///
                /// ```
                /// # use carafe::prelude::*;
                /// # async fn doc(db: &Db) -> Result<()> {
                /// let posts: i64 = db.query_scalar("select count(*) from post", ()).one().await?;
                /// let last: Option<String> = db.query_scalar("select max(title) from post", ()).one().await?;
                /// let titles: Vec<String> = db.query_scalar("select title from post", ()).all().await?;
                /// # let _ = (posts, last, titles); Ok(()) }
                /// ```
                pub fn query_scalar<T>(&self, sql: impl Into<Cow<'static, str>>, params: impl Params) -> ScalarQuery<'_, T> {
                    ScalarQuery(self.query_as(sql, params))
                }

                /// Runs a statement for what it does; tells how many rows it changed.
                ///
                /// ```
                /// # use carafe::prelude::*;
                /// # async fn doc(db: &Db, before: jiff::Timestamp) -> Result<()> {
                /// let gone = db.execute("delete from visit where at < ?", (before,)).await?;
                /// println!("{gone} visits are forgotten");
                /// # Ok(()) }
                /// ```
                #[track_caller]
                pub fn execute(
                    &self,
                    sql: impl Into<Cow<'static, str>>,
                    params: impl Params,
                ) -> impl Future<Output = Result<u64>> + Send {
                    execute(self, Statement::raw(sql).called_from(Location::caller()), params.into_values())
                }

                /// Runs several statements that have no parameters, separated by semicolons. In a
                /// transaction it is done with all of that or not at all; alone, up to the first mistake.
                ///
                /// ```
                /// # use carafe::prelude::*;
                /// # async fn doc(db: &Db) -> Result<()> {
                /// db.atomic(async |tx| {
                ///     tx.execute_script("delete from tag; insert into tag (name) values ('rust'), ('sql')").await
                /// })
                /// .await?;
                /// # Ok(()) }
                /// ```
                #[track_caller]
                pub fn execute_script(
                    &self,
                    sql: impl Into<Cow<'static, str>>,
                ) -> impl Future<Output = Result<()>> + Send {
                    script(self, Statement::raw(sql).called_from(Location::caller()))
                }
            }
        )+
    };
}

queries!(Db, Tx, Session, Tables, dyn Executor + '_);

/// The same on what may be a transaction or none.
macro_rules! on_commit {
    ($($executor:ty),+) => {
        $(
            impl $executor {
                /// Does something once the transaction that is open lasts, as
                /// [`Tx::on_commit`] does; at once, where none is open.
                pub fn on_commit(
                    &self,
                    work: impl Future<Output = Result<()>> + Send + 'static,
                ) -> impl Future<Output = Result<()>> + Send {
                    self.after_commit(OnCommit::new(work))
                }

                /// The same for what may fail, as [`Tx::on_commit_robust`].
                pub fn on_commit_robust(
                    &self,
                    work: impl Future<Output = Result<()>> + Send + 'static,
                ) -> impl Future<Output = Result<()>> + Send {
                    self.after_commit(OnCommit::new(work).robust())
                }
            }
        )+
    };
}

on_commit!(Db, dyn Executor + '_);

async fn execute(executor: &dyn Executor, statement: Statement, values: Vec<Value>) -> Result<u64> {
    let done = executor.fetch(&statement, values, Box::new(NoRows)).await;
    done.map(|fetched| fetched.changed).map_err(|error| Place(statement).of(error))
}

async fn script(executor: &dyn Executor, statement: Statement) -> Result<()> {
    let done = executor.script(&statement).await;
    done.map_err(|error| Place(statement).of(error))
}

fn several(place: Place) -> Error {
    Error::new(Kind::MultipleFound, "there are several such rows, and one is asked for").at(place)
}
