//! The columns of a constraint, which PostgreSQL does not always tell with its name.

use std::any::Any;

use carafe_core::{Error, Kind, Result};
use carafe_model::{Columns, Reader, Value};

use super::shared::Shared;
use crate::error::Violation;
use crate::statement::{Access, Sink, Statement};

const COLUMNS: &str = "select a.attname from pg_catalog.pg_constraint c \
    join pg_catalog.pg_class t on t.oid = c.conrelid \
    cross join unnest(c.conkey) with ordinality k (number, place) \
    join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = k.number \
    where c.conname = $1 and t.relname = $2 and pg_catalog.pg_table_is_visible(t.oid) \
    order by k.place";

/// The error with the columns of the constraint that it is about. They are asked for through another
/// connection: on its own, a transaction that has failed answers nothing.
pub(super) async fn with_columns(error: Error, shared: Option<&Shared>) -> Error {
    let known = error.cause::<Violation>().filter(|violation| violation.columns().is_empty());
    let Some((shared, violation)) = shared.zip(known) else { return error };
    let Some((constraint, table)) = violation.constraint().zip(violation.table()) else {
        return error;
    };
    // Without them the error is as true as before.
    match ask(shared, constraint, table).await {
        Ok(columns) if !columns.is_empty() => {
            let violation = violation.clone().on(table, columns);
            Error::new(Kind::Conflict, violation.to_string()).because(violation)
        }
        _ => error,
    }
}

async fn ask(shared: &Shared, constraint: &str, table: &str) -> Result<Vec<String>> {
    let Some(line) = shared.line().await? else { return Ok(Vec::new()) };
    let values = vec![Value::Text(constraint.to_owned()), Value::Text(table.to_owned())];
    let statement = Statement::new(COLUMNS, Access::Read);
    let fetched = line.fetch(statement, values, Box::new(Names::default())).await?;
    let sink: Box<dyn Any> = fetched.sink;
    Ok(sink.downcast::<Names>().map(|names| names.0).unwrap_or_default())
}

#[derive(Default)]
struct Names(Vec<String>);

impl Sink for Names {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.0.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.0.push(reader.string(0)?);
        Ok(())
    }
}
