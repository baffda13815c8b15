//! A row that stands in the test.

use carafe::models::{Columns, Error, Reader, Result, Value};

/// Values by position; moments and UUIDs as the text that Django stores.
pub(crate) struct Text(pub(crate) Vec<Value>);

const NAMES: [&str; 4] = ["c0", "c1", "c2", "c3"];

impl Columns for Text {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn name(&self, column: usize) -> &str {
        NAMES.get(column).copied().unwrap_or("c")
    }
}

impl Reader for Text {
    fn is_null(&mut self, column: usize) -> Result<bool> {
        Ok(self.value(column)? == Value::Null)
    }

    fn i64(&mut self, column: usize) -> Result<i64> {
        match self.value(column)? {
            Value::I64(number) => Ok(number),
            other => Err(Error::mismatch(self.name(column), "an integer", other.kind())),
        }
    }

    fn f64(&mut self, column: usize) -> Result<f64> {
        match self.value(column)? {
            Value::F64(number) => Ok(number),
            other => Err(Error::mismatch(self.name(column), "a float", other.kind())),
        }
    }

    fn str(&mut self, column: usize) -> Result<&str> {
        match self.0.get(column) {
            Some(Value::Text(text) | Value::Json(text)) => Ok(text),
            _ => Err(Error::mismatch(NAMES[column], "text", "something else")),
        }
    }

    fn bytes(&mut self, column: usize) -> Result<&[u8]> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => Err(Error::mismatch(NAMES[column], "bytes", "something else")),
        }
    }

    fn value(&mut self, column: usize) -> Result<Value> {
        self.0.get(column).cloned().ok_or_else(|| Error::no_column(column, self.0.len()))
    }
}
