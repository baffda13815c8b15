//! Rows that are made where there are none.

use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::Model;

use super::assign::Assignments;
use super::insert::{Conflict, insert};
use super::update::update;
use super::whole::Together;
use crate::executor::Executor;
use crate::executor::events::OfModel;
use crate::query::{QuerySet, Whole, line};

impl<M: Model> QuerySet<M, Whole<M>> {
    /// The only row of the query, or else the one that is given, inserted; and whether it was.
    ///
    /// Of several that do this at the same time one inserts, and the others get its row, if a unique
    /// constraint keeps two such rows apart.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, #[model(unique)] name: String }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let tag = Tag { name: "rust".into(), ..Tag::blank() };
    /// let (tag, made) = Tag::all().filter(Tag::NAME.eq("rust")).get_or_create(tag, db).await?;
    /// # let _ = (tag, made); Ok(()) }
    /// ```
    #[track_caller]
    pub fn get_or_create<'e>(
        &self,
        row: M,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<(M, bool)>> + Send + use<'e, M> {
        let caller = Location::caller();
        let query = self.clone();
        let first = self.get_or_none(executor);
        async move {
            if let Some(row) = first.await? {
                return Ok((row, false));
            }
            // A conflict that fails would end the transaction around on some databases.
            if let Some(row) = inserted(&query, row, executor, caller).await? {
                return Ok((row, true));
            }
            match query.get_or_none(executor).await? {
                Some(row) => Ok((row, false)),
                None => Err(other_row::<M>(caller)),
            }
        }
    }

    /// Changes the only row of the query, or else inserts the one that is given; gives the row as it
    /// is then, and whether it was inserted. Only that is an [event](crate::events).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Page { id: i64, #[model(unique)] path: String, hits: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let new = Page { path: "/".into(), hits: 1, ..Page::blank() };
    /// let (page, made) = Page::all()
    ///     .filter(Page::PATH.eq("/"))
    ///     .update_or_create(Page::HITS.set(Page::HITS + 1), new, db)
    ///     .await?;
    /// # let _ = (page, made); Ok(()) }
    /// ```
    #[track_caller]
    pub fn update_or_create<'e, A: Assignments<M>>(
        &self,
        set: A,
        row: M,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<(M, bool)>> + Send + use<'e, M, A> {
        let caller = Location::caller();
        let query = self.clone();
        let set: Vec<_> = set
            .into_list()
            .into_iter()
            .map(|assignment| (assignment.field, assignment.value))
            .collect();
        async move {
            let change = || async {
                match update(&query.select, set.clone(), executor)? {
                    Some(ready) => ready.execute(executor, caller).await,
                    None => Ok(0),
                }
            };
            query.check()?;
            if change().await? > 0 {
                return Ok((query.get(executor).await?, false));
            }
            if let Some(row) = inserted(&query, row, executor, caller).await? {
                return Ok((row, true));
            }
            if change().await? > 0 {
                return Ok((query.get(executor).await?, false));
            }
            Err(other_row::<M>(caller))
        }
    }
}

/// Inserts a row unless it is there already; gives it as the query finds it then.
async fn inserted<M: Model>(
    query: &QuerySet<M, Whole<M>>,
    mut row: M,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Option<M>> {
    let told = executor.events().of_model(M::schema()).filter(|told| told.saves());
    let Some(told) = told else {
        let inserted = insert(&mut [&mut row], &Conflict::Ignore, executor, caller).await? > 0;
        return Ok(if inserted { Some(query.get(executor).await?) } else { None });
    };
    let mut together = Together::begin(executor).await?;
    together.whole();
    let done = inserted_and_told(told, query, &mut row, together.executor(), caller).await;
    match done {
        // Another was quicker: nothing was saved, and what was done for that is undone where it can be alone.
        Ok(None) => {
            together.given_up();
            Ok(None)
        }
        done => together.ended(done).await,
    }
}

/// The same, with those who are told of it.
async fn inserted_and_told<M: Model>(
    told: &OfModel,
    query: &QuerySet<M, Whole<M>>,
    row: &mut M,
    tx: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Option<M>> {
    told.before_save(row, None, tx).await?;
    if insert(&mut [row], &Conflict::Ignore, tx, caller).await? == 0 {
        return Ok(None);
    }
    let row = query.get(tx).await?;
    told.after_save(&row, true, None, tx).await?;
    Ok(Some(row))
}

fn other_row<M: Model>(caller: &'static Location<'static>) -> Error {
    Error::new(
        carafe_core::Kind::Conflict,
        format!("another {} is in the way, which the query does not find", M::schema().name),
    )
    .at(line(caller))
    .hint("the row that is given has to fit the query")
}
