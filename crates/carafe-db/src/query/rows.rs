//! Rows of a query on their way from the driver.

use std::any::Any;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::{Columns, Reader};

use super::returned::{At, Returned};
use crate::sql::Compiled;
use crate::statement::{Fetched, Sink};

/// Collects the rows of a query.
pub(super) struct QueryRows<R: Returned> {
    read: Vec<R::Row>,
    compiled: Arc<Compiled>,
}

impl<R: Returned> QueryRows<R> {
    pub(super) fn boxed(compiled: Arc<Compiled>) -> Box<dyn Sink> {
        Box::new(Self { read: Vec::new(), compiled })
    }

    /// The rows of a sink that [`boxed`](Self::boxed) made.
    pub(super) fn taken(fetched: Fetched) -> Result<Vec<R::Row>> {
        Self::of(fetched.sink)
    }

    /// The rows of a sink that [`boxed`](Self::boxed) made.
    pub(super) fn of(sink: Box<dyn Sink>) -> Result<Vec<R::Row>> {
        let sink: Box<dyn Any> = sink;
        match sink.downcast::<Self>() {
            Ok(sink) => Ok(sink.read),
            Err(_) => Err(Error::internal("the driver gave back another sink than it was given")),
        }
    }
}

impl<R: Returned> Sink for QueryRows<R> {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.read.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.read.push(R::read(reader, At(&self.compiled.plan))?);
        Ok(())
    }
}
