//! The statement that a query asks, whatever its rows are read as.
//!
//! Nothing here knows the type of a model, so that it is compiled once, and not for each of a hundred.

use std::panic::Location;
use std::sync::Arc;

use carafe_core::{Error, Kind, Result};
use carafe_model::Value;
use carafe_model::query::{Node, Select};
use carafe_model::schema::ModelSchema;

use super::known::{is_empty, is_one};
use super::line;
use super::set::Problem;
use crate::executor::Executor;
use crate::sql::{Compiled, Compiler, Fragment, Plan, Shape, compiled};
use crate::statement::Access;

/// How many rows are read at most where one is asked for: so many can be told.
const MANY: i64 = 21;

/// A statement that is ready to be asked.
pub(super) type Asked = Result<Option<(Arc<Compiled>, Vec<Value>)>>;

/// Puts a question into words.
type Write<'w> = dyn Fn(&mut Compiler, &Select) -> Result<(Fragment, Plan)> + 'w;

/// A query without its types.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) select: &'q Select,
    pub(super) problem: Option<&'q Problem>,
}

impl Question<'_> {
    /// Whether there can be no rows, so that nothing is asked.
    pub(super) fn is_empty(self) -> bool {
        let sliced_off = matches!(self.select.limit, Some(Value::I64(0)));
        sliced_off || is_empty(self.select)
    }

    /// The statement that asks for the rows; none where the answer is known.
    pub(super) fn asked(self, executor: &dyn Executor) -> Asked {
        self.asked_for(executor, 0, &[], &Compiler::select)
    }

    /// The statement that asks for the only row: in no order, and for as many as can be told where
    /// there may be many.
    pub(super) fn asked_for_one(self, executor: &dyn Executor) -> Asked {
        if self.select.is_sliced() {
            return self.asked(executor);
        }
        if self.access(executor)?.is_none() {
            return Ok(None);
        }
        let most = (!is_one(self.select)).then_some(Value::I64(MANY));
        let mut shape = Shape::default();
        shape.byte(0);
        shape.unordered(self.select, most.as_ref());
        if let Some(known) = executor.texts().known(shape) {
            return Ok(Some(known));
        }
        // It is copied where its shape is new alone.
        let one = Select { order: Some(Vec::new()), limit: most, ..self.select.clone() };
        Question { select: &one, ..self }.asked(executor)
    }

    /// The statement that asks something of the query; none where the answer is known.
    pub(super) fn asked_for(
        self,
        executor: &dyn Executor,
        purpose: u8,
        nodes: &[Node],
        write: &Write<'_>,
    ) -> Asked {
        let Some(access) = self.access(executor)? else { return Ok(None) };
        let mut shape = Shape::default();
        shape.byte(purpose);
        for node in nodes {
            shape.node(node);
        }
        shape.select(self.select);
        let dialect = executor.capability().dialect;
        let write = |compiler: &mut Compiler| write(compiler, self.select);
        compiled(executor.texts(), dialect, shape, access, write).map(Some)
    }

    /// What the statement does; nothing where the answer is known.
    fn access(self, executor: &dyn Executor) -> Result<Option<Access>> {
        if let Some(problem) = self.problem {
            return Err(problem.error());
        }
        if self.is_empty() {
            return Ok(None);
        }
        match &self.select.lock {
            Some(_) if !executor.is_transaction() => {
                Err(Error::internal("`for_update` cannot be used outside of a transaction.")
                    .hint("lock and change the rows in `db.atomic(async |tx| …)`"))
            }
            Some(_) => Ok(Some(Access::Write)),
            None => Ok(Some(Access::Read)),
        }
    }
}

/// An error: so many rows were found where one was asked for.
pub(super) fn several(
    found: usize,
    model: &ModelSchema,
    caller: &'static Location<'static>,
) -> Error {
    let name = model.name;
    let found = match i64::try_from(found) {
        Ok(MANY) => format!("more than {}", found - 1),
        _ => found.to_string(),
    };
    let sentence = format!("get() returned more than one {name} -- it returned {found}!");
    Error::new(Kind::MultipleFound, sentence).at(line(caller))
}
