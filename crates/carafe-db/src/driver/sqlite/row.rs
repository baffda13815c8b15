//! A row of SQLite, read by index.

use carafe_model::{Columns, Error, Reader, Result, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Row, Statement};

/// The columns of a statement.
pub(super) struct Names<'s, 'c>(pub(super) &'s Statement<'c>);

/// The row that a statement stands on.
pub(super) struct RowReader<'r, 's>(pub(super) &'r Row<'s>);

impl Columns for Names<'_, '_> {
    fn count(&self) -> usize {
        self.0.column_count()
    }

    fn name(&self, column: usize) -> &str {
        self.0.column_name(column).unwrap_or_default()
    }
}

impl Columns for RowReader<'_, '_> {
    fn count(&self) -> usize {
        self.0.as_ref().column_count()
    }

    fn name(&self, column: usize) -> &str {
        self.0.as_ref().column_name(column).unwrap_or_default()
    }
}

impl RowReader<'_, '_> {
    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        self.0.get_ref(column).map_err(|_| Error::no_column(column, self.count()))
    }

    fn wrong(&self, column: usize, expected: &'static str, found: ValueRef<'_>) -> Error {
        match found {
            ValueRef::Null => Error::null(self.name(column), expected),
            _ => Error::mismatch(self.name(column), expected, kind(found)),
        }
    }

    fn text<'t>(&self, column: usize, bytes: &'t [u8]) -> Result<&'t str> {
        std::str::from_utf8(bytes).map_err(|_| Error::unfit(self.name(column), "UTF-8"))
    }
}

impl Reader for RowReader<'_, '_> {
    fn is_null(&mut self, column: usize) -> Result<bool> {
        Ok(self.get(column)? == ValueRef::Null)
    }

    fn i64(&mut self, column: usize) -> Result<i64> {
        match self.get(column)? {
            ValueRef::Integer(number) => Ok(number),
            other => Err(self.wrong(column, "an integer", other)),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer in a column of floats is one that was written without a fraction"
    )]
    fn f64(&mut self, column: usize) -> Result<f64> {
        match self.get(column)? {
            ValueRef::Real(number) => Ok(number),
            ValueRef::Integer(number) => Ok(number as f64),
            other => Err(self.wrong(column, "a float", other)),
        }
    }

    fn str(&mut self, column: usize) -> Result<&str> {
        match self.get(column)? {
            ValueRef::Text(bytes) => self.text(column, bytes),
            other => Err(self.wrong(column, "text", other)),
        }
    }

    fn bytes(&mut self, column: usize) -> Result<&[u8]> {
        match self.get(column)? {
            ValueRef::Blob(bytes) => Ok(bytes),
            other => Err(self.wrong(column, "bytes", other)),
        }
    }

    fn value(&mut self, column: usize) -> Result<Value> {
        Ok(match self.get(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::I64(number),
            ValueRef::Real(number) => Value::F64(number),
            ValueRef::Text(bytes) => Value::Text(self.text(column, bytes)?.to_owned()),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        })
    }
}

fn kind(value: ValueRef<'_>) -> &'static str {
    match value {
        ValueRef::Null => "NULL",
        ValueRef::Integer(_) => "an integer",
        ValueRef::Real(_) => "a float",
        ValueRef::Text(_) => "text",
        ValueRef::Blob(_) => "bytes",
    }
}
