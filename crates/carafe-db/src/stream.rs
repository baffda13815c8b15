//! Rows one after the other, of which only a batch at a time is in memory.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use carafe_core::Result;
use carafe_model::{FieldType, Row, Scalar, Value};
use futures_core::Stream;

use crate::driver::{Batch, Cursor};
use crate::executor::Executor;
use crate::place::Place;
use crate::rows::Rows;
use crate::statement::{BoxFuture, Sink, Statement};

/// How many rows are in memory, where nobody says it.
const BATCH: usize = 500;

/// The rows of a query one after the other, as `T`: made by [`Query::stream`](crate::Query::stream).
///
/// It is a [`Stream`] of `Result<T>`, with the two methods that one mostly wants. The database is asked
/// for further rows when those that have come are taken, and not before. A future of `next` may be
/// dropped: no row is lost. After an error there is no more.
#[must_use = "nothing is asked before `.try_next()` is awaited"]
pub struct RowStream<'e, T> {
    batches: Batches<'e>,
    rows: IntoIter<T>,
}

/// The values of a query one after the other: made by [`ScalarQuery::stream`](crate::ScalarQuery::stream).
#[must_use = "nothing is asked before `.try_next()` is awaited"]
pub struct ScalarStream<'e, T>(pub(crate) RowStream<'e, Scalar<T>>);

/// The batches of a query one after the other, into sinks of any kind.
pub(crate) struct Batches<'e> {
    state: State<'e>,
    statement: Statement,
    size: usize,
}

enum State<'e> {
    Asked(&'e dyn Executor, Vec<Value>),
    Opening(BoxFuture<'e, Result<Box<dyn Cursor>>>),
    Open(Box<dyn Cursor>),
    Reading(BoxFuture<'e, Result<(Box<dyn Cursor>, Batch)>>),
    Over,
}

impl<'e> Batches<'e> {
    pub(crate) fn new(
        executor: &'e dyn Executor,
        statement: Statement,
        values: Vec<Value>,
    ) -> Self {
        Self { state: State::Asked(executor, values), statement, size: BATCH }
    }

    /// The same in batches of so many rows.
    pub(crate) fn of(self, rows: usize) -> Self {
        Self { size: rows.max(1), ..self }
    }

    /// The cursor between two batches, so that something else is done with its connection; then
    /// [`go_on`](Self::go_on) takes it back. None where there are no more batches.
    pub(crate) fn pause(&mut self) -> Option<Box<dyn Cursor>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Open(cursor) => Some(cursor),
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Takes its cursor back.
    pub(crate) fn go_on(&mut self, cursor: Box<dyn Cursor>) {
        self.state = State::Open(cursor);
    }

    /// The next batch, in a sink that `sink` makes; `None` after the last one. An error has the place
    /// of the statement.
    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        sink: impl FnOnce() -> Box<dyn Sink>,
    ) -> Poll<Option<Result<Box<dyn Sink>>>> {
        let done = ready!(self.poll(context, sink));
        if let Err(error) = done {
            self.state = State::Over;
            return Poll::Ready(Some(Err(Place(self.statement.clone()).of(error))));
        }
        Poll::Ready(done.transpose())
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
        sink: impl FnOnce() -> Box<dyn Sink>,
    ) -> Poll<Result<Option<Box<dyn Sink>>>> {
        let mut sink = Some(sink);
        loop {
            match &mut self.state {
                State::Asked(executor, values) => {
                    let opening = executor.stream(self.statement.clone(), std::mem::take(values));
                    self.state = State::Opening(opening);
                }
                State::Opening(opening) => {
                    self.state = State::Open(ready!(opening.as_mut().poll(context))?);
                }
                State::Open(_) => {
                    let State::Open(mut cursor) = std::mem::replace(&mut self.state, State::Over)
                    else {
                        return Poll::Ready(Ok(None));
                    };
                    let Some(sink) = sink.take() else { return Poll::Ready(Ok(None)) };
                    let (size, sink) = (self.size, sink());
                    self.state = State::Reading(Box::pin(async move {
                        let batch = cursor.next(size, sink).await?;
                        Ok((cursor, batch))
                    }));
                }
                State::Reading(reading) => {
                    let (cursor, batch) = ready!(reading.as_mut().poll(context))?;
                    self.state = if batch.more { State::Open(cursor) } else { State::Over };
                    return Poll::Ready(Ok(Some(batch.sink)));
                }
                State::Over => return Poll::Ready(Ok(None)),
            }
        }
    }
}

impl<'e, T: Row> RowStream<'e, T> {
    pub(crate) fn new(
        executor: &'e dyn Executor,
        statement: Statement,
        values: Vec<Value>,
    ) -> Self {
        Self { batches: Batches::new(executor, statement, values), rows: Vec::new().into_iter() }
    }

    /// Has so many rows in memory at a time, instead of 500.
    pub fn batches_of(self, rows: usize) -> Self {
        Self { batches: self.batches.of(rows), ..self }
    }

    /// The next row; `Ok(None)` after the last one: for `while let Some(row) = rows.try_next().await?`.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        self.next().await.transpose()
    }

    /// The next row; `None` after the last one, and after an error.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: Row> Stream for RowStream<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            let sink = || Rows::<T>::boxed(usize::MAX);
            match ready!(self.batches.poll_next(context, sink)) {
                Some(Ok(sink)) => self.rows = Rows::<T>::of(sink)?.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Rows that have come are moved out of it, and never pinned.
impl<T> Unpin for RowStream<'_, T> {}

impl<T: FieldType> ScalarStream<'_, T> {
    /// Has so many values in memory at a time, instead of 500.
    pub fn batches_of(self, values: usize) -> Self {
        Self(self.0.batches_of(values))
    }

    /// The next value; `Ok(None)` after the last one.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        Ok(self.0.try_next().await?.map(|Scalar(value)| value))
    }

    /// The next value; `None` after the last one, and after an error.
    pub async fn next(&mut self) -> Option<Result<T>> {
        self.try_next().await.transpose()
    }
}

impl<T: FieldType> Stream for ScalarStream<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let row = ready!(Pin::new(&mut self.0).poll_next(context));
        Poll::Ready(row.map(|row| row.map(|Scalar(value)| value)))
    }
}

impl<T> fmt::Debug for RowStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RowStream").field(&self.batches.statement).finish()
    }
}

impl<T> fmt::Debug for ScalarStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScalarStream").field(&self.0.batches.statement).finish()
    }
}
