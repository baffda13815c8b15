//! What asks the database.

use std::collections::HashMap;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::model::Key;
use carafe_model::query::{Node, OrderTerm, Path, Select, Step};
use carafe_model::schema::{Expression, ModelSchema, Term};
use carafe_model::{Model, Scalar, Value};

use super::asked::{Asked, Question, several};
use super::known::{of_nothing, of_rows};
use super::refine::Orders;
use super::returned::{Output, Returned, Whole};
use super::rows::QueryRows;
use super::set::QuerySet;
use crate::executor::Executor;
use crate::load::{Loading, Prefetch, Unloaded};
use crate::place::Place;
use crate::rows::Rows;
use crate::sql::{Compiler, Fragment, Plan};

impl<M: Model, R: Returned> QuerySet<M, R> {
    /// All rows.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let posts: Vec<Post> = Post::all().filter(Post::VIEWS.gt(100)).fetch(db).await?;
    /// let titles: Vec<String> = Post::all().values(Post::TITLE).fetch(db).await?;
    /// # let _ = (posts, titles); Ok(()) }
    /// ```
    #[track_caller]
    pub fn fetch<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<Vec<R::Row>>> + Send + use<'e, M, R> {
        let loaded = (self.prefetch.clone(), self.unloaded);
        rows::<R>(self.asked(executor), loaded, executor, Location::caller())
    }

    /// The only row: an error of kind `NotFound` where there is none (a 404), `MultipleFound` where
    /// there are several.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let post = Post::all().filter(Post::ID.eq(7)).get(db).await?;
    /// # let _ = post; Ok(()) }
    /// ```
    #[track_caller]
    pub fn get<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<R::Row>> + Send + use<'e, M, R> {
        let caller = Location::caller();
        let asked = self.asked_for_one(executor);
        let rows = rows::<R>(asked, (self.prefetch.clone(), self.unloaded), executor, caller);
        async move {
            only(rows.await?, M::schema(), caller)?.ok_or_else(|| {
                let name = M::schema().name;
                Error::not_found(format!("{name} matching query does not exist.")).at(line(caller))
            })
        }
    }

    /// The only row, or `None`; an error of kind `MultipleFound` where there are several.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let Some(post) = Post::all().filter(Post::ID.eq(7)).get_or_none(db).await? else {
    ///     return Ok(());
    /// };
    /// # let _ = post; Ok(()) }
    /// ```
    #[track_caller]
    pub fn get_or_none<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<Option<R::Row>>> + Send + use<'e, M, R> {
        self.get_or_none_from(executor, Location::caller())
    }

    pub(crate) fn get_or_none_from<'e>(
        &self,
        executor: &'e dyn Executor,
        caller: &'static Location<'static>,
    ) -> impl Future<Output = Result<Option<R::Row>>> + Send + use<'e, M, R> {
        let asked = self.asked_for_one(executor);
        let rows = rows::<R>(asked, (self.prefetch.clone(), self.unloaded), executor, caller);
        async move { only(rows.await?, M::schema(), caller) }
    }

    /// The first row, by the key where the query has no order.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let most: Option<Post> = Post::all().order_by(Post::VIEWS.desc()).first(db).await?;
    /// # let _ = most; Ok(()) }
    /// ```
    #[track_caller]
    pub fn first<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<Option<R::Row>>> + Send + use<'e, M, R> {
        let mut one = self.clone();
        one.order_by_key();
        let rows = one.limit(1).fetch(executor);
        async move { Ok(rows.await?.pop()) }
    }

    /// The last row, by the key where the query has no order.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let newest: Option<Post> = Post::all().last(db).await?;
    /// # let _ = newest; Ok(()) }
    /// ```
    #[track_caller]
    pub fn last<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<Option<R::Row>>> + Send + use<'e, M, R> {
        let mut one = self.clone();
        one.order_by_key();
        let rows = one.reverse().limit(1).fetch(executor);
        async move { Ok(rows.await?.pop()) }
    }

    /// The row with the smallest of something (Django's `earliest`); an error of kind `NotFound`
    /// where there is none. By `()` it is the model's `latest_by`.
    #[track_caller]
    pub fn earliest<'e, O: Orders<M>>(
        &self,
        by: O,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<R::Row>> + Send + use<'e, M, R, O> {
        self.clone().by_age(by).limit(1).get(executor)
    }

    /// The row with the largest of something (Django's `latest`); an error of kind `NotFound` where
    /// there is none. By `()` it is the model's `latest_by`.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use jiff::Timestamp;
    ///
    /// #[derive(Model)]
    /// #[model(latest_by = "sent")]
    /// struct Order { id: i64, placed: Timestamp, sent: Timestamp }
    ///
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let placed_last = Order::all().latest(Order::PLACED, db).await?;
    /// let sent_last = Order::all().latest((), db).await?;
    /// # let _ = (placed_last, sent_last); Ok(()) }
    /// ```
    #[track_caller]
    pub fn latest<'e, O: Orders<M>>(
        &self,
        by: O,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<R::Row>> + Send + use<'e, M, R, O> {
        self.clone().by_age(by).reverse().limit(1).get(executor)
    }

    /// How many rows there are.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let popular: i64 = Post::all().filter(Post::VIEWS.gt(100)).count(db).await?;
    /// # let _ = popular; Ok(()) }
    /// ```
    #[track_caller]
    pub fn count<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<i64>> + Send + use<'e, M, R> {
        let caller = Location::caller();
        let asked = self.asked_for(executor, 1, &[], |compiler, select| {
            Ok((compiler.count(select)?, Plan::default()))
        });
        async move { Ok(scalar(asked, executor, caller).await?.unwrap_or(0)) }
    }

    /// Whether there are any rows.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// if Post::all().filter(Post::TITLE.eq("Hi")).exists(db).await? {
    ///     return Err(Error::bad_request("there is such a post"));
    /// }
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn exists<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<bool>> + Send + use<'e, M, R> {
        let caller = Location::caller();
        let asked = self.asked_for(executor, 2, &[], |compiler, select| {
            Ok((compiler.any(select)?, Plan::default()))
        });
        async move { Ok(scalar::<i64>(asked, executor, caller).await?.is_some()) }
    }

    /// Aggregates over all rows: one, or a tuple of them.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::db::functions::{count_rows, max};
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let (posts, most): (i64, Option<i32>) =
    ///     Post::all().aggregate((count_rows(), max(Post::VIEWS)), db).await?;
    /// # let _ = (posts, most); Ok(()) }
    /// ```
    #[track_caller]
    pub fn aggregate<'e, O: Output<M>>(
        &self,
        aggregates: O,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<<O::Returned as Returned>::Row>> + Send + use<'e, M, R, O>
    {
        let caller = Location::caller();
        let nodes = aggregates.into_nodes();
        let outputs = nodes.len();
        let nothing = self.is_empty();
        let nodes = if nothing { nodes.into_iter().map(of_nothing).collect() } else { nodes };
        let asked = self.asked_for(executor, 3, &nodes, |compiler, select| {
            let sql = compiler.totals(select, &nodes)?;
            let outputs = (0..outputs).map(|at| (at, &crate::sql::COMPUTED)).collect();
            Ok((sql, Plan { outputs, ..Plan::default() }))
        });
        let asked = match (nothing, asked) {
            (true, Ok(_)) => Ok(None),
            (_, asked) => asked,
        };
        let known = nothing.then(|| of_rows::<O::Returned>(&nodes));
        async move {
            if let Some(known) = known {
                return known;
            }
            let Some((compiled, values)) = asked.map_err(|error| error.at(line(caller)))? else {
                return Err(Error::internal("a query that asks nothing aggregates nothing"));
            };
            let statement = compiled.statement.clone().called_from(caller);
            let sink = QueryRows::<O::Returned>::boxed(compiled.clone());
            let fetched = executor.fetch(&statement, values, sink).await;
            let place = || Place(statement.clone());
            let rows = fetched.and_then(QueryRows::<O::Returned>::taken);
            let row = rows.map(|mut rows| rows.pop()).map_err(|error| place().of(error))?;
            row.ok_or_else(|| Error::internal("aggregates are one row").at(place()))
        }
    }

    /// How the database would find the rows, in its own words.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// println!("{}", Post::all().filter(Post::TITLE.eq("Hi")).explain(db).await?);
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn explain<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<String>> + Send + use<'e, M, R> {
        let caller = Location::caller();
        let asked = self.asked_for(executor, 4, &[], |compiler, select| {
            let (sql, plan) = compiler.select(select)?;
            Ok((sql.wrapped(compiler.dialect.explain(), ""), plan))
        });
        async move {
            let Some((compiled, values)) = asked.map_err(|error| error.at(line(caller)))? else {
                return Ok(String::new());
            };
            let statement = compiled.statement.clone().called_from(caller);
            let sink = Rows::<Vec<Value>>::boxed(usize::MAX);
            let fetched = executor.fetch(&statement, values, sink).await;
            let rows = fetched
                .and_then(Rows::<Vec<Value>>::taken)
                .map_err(|error| Place(statement.clone()).of(error))?;
            let lines = rows.iter().map(|row| {
                let texts = row.iter().map(|value| match value {
                    Value::Text(text) => text.clone(),
                    Value::I64(number) => number.to_string(),
                    other => format!("{other:?}"),
                });
                texts.collect::<Vec<_>>().join(" ")
            });
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
    }

    /// The SQL of the query on that database, for people to look at.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let sql = Post::all().filter(Post::VIEWS.gt(100)).sql(db)?;
    /// assert!(!sql.contains("100")); // values are sent beside it
    /// # Ok(()) }
    /// ```
    pub fn sql(&self, executor: &dyn Executor) -> Result<String> {
        let asked = self.asked(executor)?;
        Ok(asked.map(|(compiled, _)| compiled.statement.sql().to_owned()).unwrap_or_default())
    }

    /// From the earliest on: in an order that is given, or in the model's.
    fn by_age(self, by: impl Orders<M>) -> Self {
        let mut terms = by.into_terms();
        if terms.is_empty() {
            terms = M::schema().latest_by.iter().map(of_model::<M>).collect();
        }
        let mut ordered = self.order_by(());
        if terms.is_empty() {
            ordered.wrong(
                "`latest` and `earliest` need something to go by.",
                "name a column, or say `latest_by` in `#[model(…)]`",
            );
        }
        ordered.select.order = Some(terms);
        ordered
    }

    fn order_by_key(&mut self) {
        let ordered = match &self.select.order {
            Some(terms) => !terms.is_empty(),
            None => !M::schema().ordering.is_empty(),
        };
        if !ordered && self.select.combined.is_empty() && !self.select.is_sliced() {
            let key = M::schema().primary_key();
            let term = |index: u16| OrderTerm {
                node: Node::Column(Path::at(index.into())),
                descending: false,
                nulls: None,
            };
            self.select.order = Some(key.map(|field| term(field.index)).collect());
        }
    }

    /// Whether there can be no rows, so that nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.question().is_empty()
    }

    pub(super) fn asked(&self, executor: &dyn Executor) -> Asked {
        self.question().asked(executor)
    }

    fn asked_for_one(&self, executor: &dyn Executor) -> Asked {
        self.question().asked_for_one(executor)
    }

    fn asked_for(
        &self,
        executor: &dyn Executor,
        purpose: u8,
        nodes: &[Node],
        write: impl Fn(&mut Compiler, &Select) -> Result<(Fragment, Plan)>,
    ) -> Asked {
        self.question().asked_for(executor, purpose, nodes, &write)
    }

    fn question(&self) -> Question<'_> {
        Question { select: &self.select, problem: self.problem.as_ref() }
    }
}

impl<M: Model> QuerySet<M, Whole<M>> {
    /// The rows of these keys, by key (Django's `in_bulk`); keys without a row are left out.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let posts = Post::all().in_bulk([1, 2, 3], db).await?;
    /// let title = posts.get(&2).map(|post| &*post.title);
    /// # let _ = title; Ok(()) }
    /// ```
    #[track_caller]
    pub fn in_bulk<'e, K: IntoIterator<Item = M::Key>>(
        &self,
        keys: K,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<HashMap<M::Key, M>>> + Send + use<'e, M, K> {
        let mut list: Vec<Node> = Vec::new();
        for key in keys {
            let mut values = Vec::with_capacity(M::Key::WIDTH.into());
            key.write(&mut values);
            list.push(Node::key(values));
        }
        let mut query = self.clone();
        query.select.steps.push(Step::Filter(if list.is_empty() {
            Node::never()
        } else {
            Node::In(Box::new(key_columns::<M>()), list)
        }));
        let rows = query.fetch(executor);
        async move {
            let rows = rows.await?.into_iter();
            Ok(rows.filter_map(|row| Some((row.pk()?, row))).collect())
        }
    }

    /// Whether a row is among those of the query (Django's `contains`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db, post: Post) -> Result<()> {
    /// let popular = Post::all().filter(Post::VIEWS.gt(100));
    /// if popular.contains(&post, db).await? {
    ///     println!("{} is popular", post.title);
    /// }
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn contains<'e>(
        &self,
        row: &M,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<bool>> + Send + use<'e, M> {
        let mut query = self.clone();
        query.select.steps.push(Step::Filter(is_row(row)));
        query.exists(executor)
    }
}

/// A term of a model's `latest_by`, which names fields.
fn of_model<M: Model>(term: &Term) -> OrderTerm {
    let node = match term.expression {
        Expression::Field(name) => match M::schema().field(name) {
            Ok(field) => Node::Column(Path::at(field.index.into())),
            Err(error) => Node::Wrong(error.to_string().into()),
        },
        other => Node::Wrong(format!("`latest_by` names fields, and `{other}` is none").into()),
    };
    OrderTerm { node, descending: term.descending, nulls: None }
}

/// The condition that a row is this one; never true of one that has no key yet.
pub(crate) fn is_row<M: Model>(row: &M) -> Node {
    match carafe_model::model::parts_of(row) {
        Some(values) => {
            Node::binary(key_columns::<M>(), carafe_model::query::Operator::Eq, Node::key(values))
        }
        None => Node::never(),
    }
}

/// The columns of a model's key.
pub(crate) fn key_columns<M: Model>() -> Node {
    key_columns_of(M::schema())
}

/// The same by data.
pub(crate) fn key_columns_of(model: &ModelSchema) -> Node {
    let mut columns: Vec<Node> =
        model.primary_key().map(|field| Node::Column(Path::at(field.index.into()))).collect();
    match columns.pop() {
        Some(only) if columns.is_empty() => only,
        last => {
            columns.extend(last);
            Node::Tuple(columns)
        }
    }
}

/// The only one of some rows, or none; an error where there are several.
fn only<T>(
    mut rows: Vec<T>,
    model: &ModelSchema,
    caller: &'static Location<'static>,
) -> Result<Option<T>> {
    match (rows.pop(), rows.len()) {
        (row, 0) => Ok(row),
        (_, others) => Err(several(others + 1, model, caller)),
    }
}

/// All rows, with what is loaded for them.
async fn rows<R: Returned>(
    asked: Asked,
    (prefetch, unloaded): (Vec<Arc<Prefetch>>, Unloaded),
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Vec<R::Row>> {
    let Some((compiled, values)) = asked.map_err(|error| error.at(line(caller)))? else {
        return Ok(Vec::new());
    };
    let statement = compiled.statement.clone().called_from(caller);
    let fetched = executor.fetch(&statement, values, QueryRows::<R>::boxed(compiled)).await;
    let mut rows = match fetched {
        Ok(fetched) => QueryRows::<R>::taken(fetched)?,
        Err(error) => return Err(Place(statement).of(error)),
    };
    if (!prefetch.is_empty() || unloaded != Unloaded::Alone) && !rows.is_empty() {
        let records = R::records(&mut rows);
        Loading { executor, caller, unloaded }.load(records, &prefetch).await?;
    }
    Ok(rows)
}

/// The only value of the first row.
async fn scalar<T: carafe_model::FieldType>(
    asked: Asked,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Option<T>> {
    let Some((compiled, values)) = asked.map_err(|error| error.at(line(caller)))? else {
        return Ok(None);
    };
    let statement = compiled.statement.clone().called_from(caller);
    let sink = Rows::<Scalar<T>>::boxed(1);
    let fetched = executor.fetch(&statement, values, sink).await;
    match fetched.and_then(Rows::<Scalar<T>>::taken) {
        Ok(mut rows) => Ok(rows.pop().map(|Scalar(value)| value)),
        Err(error) => Err(Place(statement.clone()).of(error)),
    }
}

/// A line of the program as the place of an error.
pub(crate) fn line(caller: &'static Location<'static>) -> String {
    format!("{}:{}", caller.file(), caller.line())
}
