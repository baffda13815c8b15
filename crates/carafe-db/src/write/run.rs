//! A statement that writes, from its shape to its answer.

use std::panic::Location;
use std::sync::Arc;

use carafe_core::Result;
use carafe_model::{Scalar, Value};

use crate::executor::Executor;
use crate::place::Place;
use crate::rows::{NoRows, Rows};
use crate::sql::{Compiled, Compiler, Fragment, Plan, Shape, compiled};
use crate::statement::{Access, Fetched, Sink};

/// A statement that is ready to be run.
pub(crate) struct Ready {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) values: Vec<Value>,
}

impl Ready {
    /// The statement of a shape; `write` puts it into words where it is new.
    pub(crate) fn of(
        executor: &dyn Executor,
        shape: Shape,
        access: Access,
        write: impl FnOnce(&mut Compiler) -> Result<Fragment>,
    ) -> Result<Self> {
        let dialect = executor.capability().dialect;
        let write = |compiler: &mut Compiler| Ok((write(compiler)?, Plan::default()));
        let (compiled, values) = compiled(executor.texts(), dialect, shape, access, write)?;
        Ok(Self { compiled, values })
    }

    /// Runs it, with its rows into a sink.
    pub(crate) async fn fetch(
        self,
        executor: &dyn Executor,
        sink: Box<dyn Sink>,
        caller: &'static Location<'static>,
    ) -> Result<Fetched> {
        let statement = self.compiled.statement.clone().called_from(caller);
        let fetched = executor.fetch(&statement, self.values, sink).await;
        fetched.map_err(|error| Place(statement).of(error))
    }

    /// Runs it for what it does; tells how many rows it changed.
    pub(crate) async fn execute(
        self,
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<u64> {
        Ok(self.fetch(executor, Box::new(NoRows), caller).await?.changed)
    }

    /// Runs it for the first value of its first row.
    pub(crate) async fn number(
        self,
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<Option<i64>> {
        let sink = Rows::<Scalar<i64>>::boxed(1);
        let mut rows = Rows::<Scalar<i64>>::taken(self.fetch(executor, sink, caller).await?)?;
        Ok(rows.pop().map(|Scalar(number)| number))
    }
}
