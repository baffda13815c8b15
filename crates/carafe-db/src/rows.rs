//! Sinks that make typed values of rows.

use std::any::Any;

use carafe_core::{Error, Result};
use carafe_model::{Columns, Order, Reader, Row};

use crate::statement::{Fetched, Sink};

/// Collects rows as `T`, up to a limit.
pub(crate) struct Rows<T> {
    read: Vec<T>,
    order: Order,
    limit: usize,
}

impl<T: Row> Rows<T> {
    pub(crate) fn boxed(limit: usize) -> Box<dyn Sink> {
        Box::new(Self { read: Vec::new(), order: Order::default(), limit })
    }

    /// The rows of a sink that [`boxed`](Self::boxed) made.
    pub(crate) fn taken(fetched: Fetched) -> Result<Vec<T>> {
        Self::of(fetched.sink)
    }

    /// The rows of a sink that [`boxed`](Self::boxed) made.
    pub(crate) fn of(sink: Box<dyn Sink>) -> Result<Vec<T>> {
        let sink: Box<dyn Any> = sink;
        match sink.downcast::<Self>() {
            Ok(sink) => Ok(sink.read),
            Err(_) => Err(Error::internal("the driver gave back another sink than it was given")),
        }
    }
}

impl<T: Row> Sink for Rows<T> {
    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.read.clear();
        self.order = T::order(columns)?;
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.read.push(T::from_row(reader, &self.order)?);
        Ok(())
    }

    fn wants_more(&self) -> bool {
        self.read.len() < self.limit
    }
}

/// Leaves the rows aside: for statements that are run for what they do.
pub(crate) struct NoRows;

impl Sink for NoRows {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, _: &mut dyn Reader) -> Result<()> {
        Ok(())
    }
}
