//! Rows that are read without their type, for those who are told of them.

use std::any::Any;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::query::{Node, OrderTerm, Path, Select, Step};
use carafe_model::schema::ModelSchema;
use carafe_model::{Columns, Cursor, Reader, Record, Value};

use super::collect::has_key;
use super::run::Ready;
use crate::executor::Executor;
use crate::executor::events::OfModel;
use crate::sql::Shape;
use crate::statement::{Access, Sink};

/// How many keys one statement names.
const MOST: usize = 1000;

/// The rows of these keys, in the order of their keys.
pub(super) async fn rows_of(
    model: &'static ModelSchema,
    keys: &[Vec<Value>],
    told: &OfModel,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Vec<Box<dyn Record>>> {
    let mut records = Vec::with_capacity(keys.len());
    for keys in keys.chunks(MOST) {
        let mut select = Select::new(model);
        select.steps.push(Step::Filter(has_key(model, keys)));
        let by = |index: u16| OrderTerm {
            node: Node::Column(Path::at(index.into())),
            descending: false,
            nulls: None,
        };
        select.order = Some(model.primary_key().map(|key| by(key.index)).collect());
        let mut shape = Shape::default();
        shape.byte(b'R');
        shape.select(&select);
        // What a transaction is about to change is read in it, and nowhere else.
        let ready =
            Ready::of(executor, shape, Access::Write, |compiler| Ok(compiler.select(&select)?.0))?;
        let sink = Records { model, read: told.read, rows: Vec::with_capacity(keys.len()) };
        let fetched = ready.fetch(executor, Box::new(sink), caller).await?;
        let sink: Box<dyn Any> = fetched.sink;
        match sink.downcast::<Records>() {
            Ok(sink) => records.extend(sink.rows),
            Err(_) => {
                return Err(Error::internal("the driver gave back another sink than it was given"));
            }
        }
    }
    Ok(records)
}

/// Collects rows.
struct Records {
    model: &'static ModelSchema,
    read: fn(&mut Cursor<'_>) -> carafe_model::Result<Box<dyn Record>>,
    rows: Vec<Box<dyn Record>>,
}

impl Sink for Records {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.rows.push((self.read)(&mut Cursor::new(reader, 0, self.model))?);
        Ok(())
    }
}
