//! The rows of a query one after the other, of which only a batch at a time is in memory.

use std::fmt;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use carafe_core::{Error, Result};
use carafe_model::Model;
use futures_core::Stream;

use super::fetch::line;
use super::returned::Returned;
use super::rows::QueryRows;
use super::set::QuerySet;
use crate::driver::Cursor;
use crate::executor::Executor;
use crate::load::{Loading, Prefetch, Unloaded};
use crate::sql::Compiled;
use crate::statement::BoxFuture;
use crate::stream::Batches;

impl<M: Model, R: Returned> QuerySet<M, R> {
    /// The rows one after the other, of which only a batch at a time is in memory: for more of them than
    /// should be (Django's `iterator`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, tags: ManyToMany<Tag> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let mut posts = Post::all().prefetch_related(Post::TAGS).stream(db).batches_of(100);
    /// while let Some(post) = posts.try_next().await? {
    ///     println!("{}: {} tags", post.title, post.tags.get()?.len());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// What is prefetched is loaded for one batch after the other. It takes a connection of its own until
    /// it is dropped or has come to its end; in a transaction, that one, which other statements use between
    /// two batches. An error is the last that comes, and the rows of its batch do not.
    #[track_caller]
    pub fn stream<'e>(&self, executor: &'e dyn Executor) -> QueryStream<'e, R> {
        let caller = Location::caller();
        let source = match self.asked(executor) {
            Ok(Some((compiled, values))) => {
                let statement = compiled.statement.clone().called_from(caller);
                Source::Batches(Batches::new(executor, statement, values), compiled)
            }
            Ok(None) => Source::Known(None),
            Err(error) => Source::Known(Some(error.at(line(caller)))),
        };
        QueryStream {
            executor,
            caller,
            prefetch: self.prefetch.clone().into(),
            unloaded: self.unloaded,
            source,
            loading: None,
            rows: Vec::new().into_iter(),
        }
    }
}

/// The rows of a query of models one after the other: made by [`QuerySet::stream`].
///
/// It is a [`Stream`] of `Result`s, with the two methods that one mostly wants. The database is asked for
/// further rows when those that have come are taken, and not before. A future of `next` may be dropped: no
/// row is lost. After an error there is no more.
#[must_use = "nothing is asked before `.try_next()` is awaited"]
pub struct QueryStream<'e, R: Returned> {
    executor: &'e dyn Executor,
    caller: &'static Location<'static>,
    prefetch: Arc<[Arc<Prefetch>]>,
    unloaded: Unloaded,
    source: Source<'e>,
    /// The relations of a batch that has come.
    loading: Option<BoxFuture<'e, Result<Loaded<R::Row>>>>,
    rows: IntoIter<R::Row>,
}

/// Where rows come from.
enum Source<'e> {
    Batches(Batches<'e>, Arc<Compiled>),
    /// Nothing is asked, or nothing more; at most there is an error.
    Known(Option<Error>),
}

/// Rows with their relations, and the cursor that more of them come from.
type Loaded<T> = (Vec<T>, Option<Box<dyn Cursor>>);

impl<R: Returned> QueryStream<'_, R> {
    /// Has so many rows in memory at a time, instead of 500 (Django's `chunk_size`).
    pub fn batches_of(mut self, rows: usize) -> Self {
        if let Source::Batches(batches, compiled) = self.source {
            self.source = Source::Batches(batches.of(rows), compiled);
        }
        self
    }

    /// The next row; `Ok(None)` after the last one: for `while let Some(row) = rows.try_next().await?`.
    pub async fn try_next(&mut self) -> Result<Option<R::Row>> {
        self.next().await.transpose()
    }

    /// The next row; `None` after the last one, and after an error.
    pub async fn next(&mut self) -> Option<Result<R::Row>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The next batch; none after the last one.
    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Vec<R::Row>>>> {
        loop {
            if let Some(loading) = &mut self.loading {
                let (rows, cursor) = ready!(loading.as_mut().poll(context))?;
                self.loading = None;
                if let (Source::Batches(batches, _), Some(cursor)) = (&mut self.source, cursor) {
                    batches.go_on(cursor);
                }
                return Poll::Ready(Ok(Some(rows)));
            }
            let (batches, compiled) = match &mut self.source {
                Source::Batches(batches, compiled) => (batches, &*compiled),
                Source::Known(error) => return Poll::Ready(error.take().map_or(Ok(None), Err)),
            };
            let sink = || QueryRows::<R>::boxed(compiled.clone());
            let Some(sink) = ready!(batches.poll_next(context, sink)) else {
                return Poll::Ready(Ok(None));
            };
            let rows = QueryRows::<R>::of(sink?)?;
            let complete = self.prefetch.is_empty() && self.unloaded == Unloaded::Alone;
            if complete || rows.is_empty() {
                return Poll::Ready(Ok(Some(rows)));
            }
            let (executor, caller, unloaded) = (self.executor, self.caller, self.unloaded);
            let (prefetch, cursor) = (self.prefetch.clone(), batches.pause());
            self.loading = Some(Box::pin(async move {
                let mut rows = rows;
                let connection = cursor.as_deref().and_then(Cursor::beside);
                let records = R::records(&mut rows);
                let loading = Loading { executor, caller, unloaded };
                loading.load_beside(connection, records, &prefetch).await?;
                Ok((rows, cursor))
            }));
        }
    }
}

impl<R: Returned> Stream for QueryStream<'_, R> {
    type Item = Result<R::Row>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<R::Row>>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(self.poll_batch(context)) {
                Ok(Some(rows)) => self.rows = rows.into_iter(),
                Ok(None) => return Poll::Ready(None),
                Err(error) => {
                    self.source = Source::Known(None);
                    self.loading = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

/// Rows that have come are moved out of it, and never pinned.
impl<R: Returned> Unpin for QueryStream<'_, R> {}

impl<R: Returned> fmt::Debug for QueryStream<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("QueryStream");
        if let Source::Batches(_, compiled) = &self.source {
            debug.field("statement", &compiled.statement);
        }
        debug.finish_non_exhaustive()
    }
}
