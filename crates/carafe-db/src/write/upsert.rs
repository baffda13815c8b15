//! Rows that are made where there are none.

use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::{Model, Record};

use super::assign::Assignments;
use super::insert::{Conflict, insert};
use super::update::update;
use crate::executor::Executor;
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
            if inserted(row, executor, caller).await? {
                return Ok((query.get(executor).await?, true));
            }
            match query.get_or_none(executor).await? {
                Some(row) => Ok((row, false)),
                None => Err(other_row::<M>(caller)),
            }
        }
    }

    /// Changes the only row of the query, or else inserts the one that is given; gives the row as it
    /// is then, and whether it was inserted.
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
            if inserted(row, executor, caller).await? {
                return Ok((query.get(executor).await?, true));
            }
            if change().await? > 0 {
                return Ok((query.get(executor).await?, false));
            }
            Err(other_row::<M>(caller))
        }
    }
}

/// Inserts a row unless it is there already.
async fn inserted(
    mut row: impl Model,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<bool> {
    let record: &mut dyn Record = &mut row;
    Ok(insert(&mut [record], &Conflict::Ignore, executor, caller).await? > 0)
}

fn other_row<M: Model>(caller: &'static Location<'static>) -> Error {
    Error::new(
        carafe_core::Kind::Conflict,
        format!("another {} is in the way, which the query does not find", M::schema().name),
    )
    .at(line(caller))
    .hint("the row that is given has to fit the query")
}
