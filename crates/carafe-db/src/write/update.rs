//! Rows that are changed where they are.

use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::Model;
use carafe_model::query::{Node, Select};
use carafe_model::schema::ModelSchema;

use super::assign::{Assigned, Assignments};
use super::run::Ready;
use crate::executor::Executor;
use crate::query::{QuerySet, is_empty};
use crate::sql::Shape;
use crate::statement::Access;

/// A change of all rows of a query, in one statement.
#[must_use = "nothing is changed before `.run(&db)` is awaited"]
pub struct Update<M> {
    select: Select,
    set: Vec<Assigned>,
    problem: Result<()>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, R> QuerySet<M, R> {
    /// Changes fields of all rows of the query, in one statement; no events are sent and no `auto_now`
    /// is touched.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, views: i32, note: Option<String> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let changed: u64 = Post::all()
    ///     .filter(Post::ID.eq(7))
    ///     .update((Post::VIEWS.set(Post::VIEWS + 1), Post::NOTE.set(None)))
    ///     .run(db)
    ///     .await?;
    /// # let _ = changed; Ok(()) }
    /// ```
    pub fn update(self, set: impl Assignments<M>) -> Update<M> {
        let problem = self.check().and_then(|()| whole(&self.select));
        let (select, set) = (self.into_select(), set.into_list());
        Update { select, set, problem, model: PhantomData }
    }
}

impl<M: Model> Update<M> {
    /// Runs it; tells how many rows there were.
    #[track_caller]
    pub fn run(
        self,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<u64>> + Send + use<'_, M> {
        let Self { select, set, problem, model: _ } = self;
        let ready = problem.and_then(|()| assigned(&select, set, executor));
        run(ready, executor, Location::caller())
    }
}

/// An error for a query of which only a part of the rows is meant.
fn whole(select: &Select) -> Result<()> {
    if select.is_sliced() || !select.combined.is_empty() {
        let sliced = Error::internal("Cannot update a query once a slice has been taken.");
        return Err(sliced.hint("filter by the keys of the rows instead"));
    }
    Ok(())
}

/// The statement of assignments.
fn assigned(select: &Select, set: Vec<Assigned>, executor: &dyn Executor) -> Result<Option<Ready>> {
    if !set.iter().all(|assigned| assigned.own) {
        let sentence = "Joined field references are not permitted in this query";
        return Err(Error::internal(sentence)
            .hint("update the rows of the other model by a query of that model"));
    }
    let set = set.into_iter().map(|assigned| (assigned.field, assigned.value)).collect();
    update(select, set, executor)
}

async fn run(
    ready: Result<Option<Ready>>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    match ready.map_err(|error| error.at(crate::query::line(caller)))? {
        Some(ready) => ready.execute(executor, caller).await,
        None => Ok(0),
    }
}

/// The statement that changes the rows of a query; none where there can be none.
pub(super) fn update(
    select: &Select,
    set: Vec<(u16, Node)>,
    executor: &dyn Executor,
) -> Result<Option<Ready>> {
    if is_empty(select) || set.is_empty() {
        return Ok(None);
    }
    let mut shape = Shape::default();
    shape.byte(b'U');
    shape.number(set.len());
    for (field, node) in &set {
        shape.number(usize::from(*field));
        shape.node(node);
    }
    shape.select(select);
    let model: &'static ModelSchema = select.model;
    let mut fields = Vec::with_capacity(set.len());
    for (field, node) in &set {
        match model.fields.get(usize::from(*field)) {
            Some(field) if field.width > 0 => fields.push((field, node)),
            other => {
                let name = other.map_or("", |field| field.name);
                return Err(Error::internal(format!(
                    "`{}.{name}` has no column that could be set",
                    model.name
                ))
                .hint("the rows of a to-many relation are changed by `row.related(…)`"));
            }
        }
    }
    Ready::of(executor, shape, Access::Write, |compiler| compiler.update(select, &fields)).map(Some)
}
