//! A query of a model.

use std::fmt;
use std::marker::PhantomData;

use carafe_core::{Error, Result};
use carafe_model::Model;
use carafe_model::query::Select;

use super::returned::Whole;
use crate::load::Unloaded;

/// Where every query begins: `Post::all()`.
pub trait Queries: Model {
    /// All rows of the table, which the query's methods narrow down.
    ///
    /// ```
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post { id: i64, title: String, views: i32 }
    ///
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let popular: Vec<Post> = Post::all()
    ///     .filter(Post::VIEWS.gt(100) & Post::TITLE.icontains("rust"))
    ///     .order_by(Post::VIEWS.desc())
    ///     .limit(20)
    ///     .fetch(db)
    ///     .await?;
    /// # let _ = popular; Ok(()) }
    /// ```
    fn all() -> QuerySet<Self> {
        QuerySet::from_select(Select::new(Self::schema()))
    }

    /// No rows: a query that asks the database nothing (Django's `none`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # fn doc(words: &str) {
    /// let found = if words.is_empty() { Post::none() } else { Post::all().filter(Post::TITLE.icontains(words)) };
    /// # let _ = found; }
    /// ```
    fn none() -> QuerySet<Self> {
        QuerySet::from_select(Select { none: true, ..Select::new(Self::schema()) })
    }
}

impl<M: Model> Queries for M {}

/// A query of a model `M` whose rows are read as `R` (Django's `QuerySet`).
///
/// Each method gives a narrower query; a clone is a query of its own. The methods that ask the
/// database take it: [`fetch`](Self::fetch), [`get`](Self::get), [`first`](Self::first),
/// [`count`](Self::count) and so on.
#[must_use = "a query asks nothing before `.fetch(&db)` or the like is awaited"]
pub struct QuerySet<M, R = Whole<M>> {
    pub(crate) select: Select,
    pub(crate) prefetch: Vec<std::sync::Arc<crate::load::Prefetch>>,
    /// What may be done about relations that it does not load.
    pub(super) unloaded: Unloaded,
    /// What was asked for that cannot be; told when the database would be asked.
    pub(super) problem: Option<Problem>,
    types: PhantomData<fn() -> (M, R)>,
}

impl<M: Model> QuerySet<M> {
    /// A query that cannot be asked, and why.
    pub(crate) fn wrong_from_start(sentence: String) -> Self {
        let mut query = Self::from_select(Select::new(M::schema()));
        query.problem = Some(Problem { sentence: sentence.into(), hint: "see the relation" });
        query
    }
}

/// A mistake in a query that the compiler cannot see.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) sentence: std::borrow::Cow<'static, str>,
    pub(super) hint: &'static str,
}

impl Problem {
    pub(super) fn error(&self) -> Error {
        Error::internal(self.sentence.clone()).hint(self.hint)
    }
}

impl<M, R> QuerySet<M, R> {
    pub(crate) fn from_select(select: Select) -> Self {
        Self {
            select,
            prefetch: Vec::new(),
            unloaded: Unloaded::default(),
            problem: None,
            types: PhantomData,
        }
    }

    /// The same query whose rows are read as something else.
    pub(super) fn reading<S>(self) -> QuerySet<M, S> {
        let Self { select, prefetch, unloaded, problem, types: _ } = self;
        QuerySet { select, prefetch, unloaded, problem, types: PhantomData }
    }

    /// The query as data.
    pub fn into_select(self) -> Select {
        self.select
    }

    pub(super) fn wrong(&mut self, sentence: &'static str, hint: &'static str) {
        self.problem.get_or_insert(Problem { sentence: sentence.into(), hint });
    }

    /// An error if something was asked for that cannot be.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.problem {
            None => Ok(()),
            Some(problem) => Err(problem.error()),
        }
    }
}

impl<M, R> Clone for QuerySet<M, R> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            prefetch: self.prefetch.clone(),
            unloaded: self.unloaded,
            problem: self.problem.clone(),
            types: PhantomData,
        }
    }
}

impl<M, R> fmt::Debug for QuerySet<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuerySet").field("model", &self.select.model.name).finish_non_exhaustive()
    }
}
