//! Values at hand, read as a row is.

use crate::{Columns, Error, Reader, Result, Value};

/// Values at hand, read as a row of a database is: how a form, a fixture or `set` fills a field.
///
/// Integers are taken as floats, and text as what it says where a kind is kept as text.
pub(crate) struct Values<'a> {
    name: &'a str,
    values: Vec<Value>,
}

/// Reads values at hand as a row of a database is read.
#[doc(hidden)]
pub fn read_values<T>(values: Vec<Value>, read: impl FnOnce(&mut dyn Reader) -> T) -> T {
    read(&mut Values::new("value", values))
}

impl<'a> Values<'a> {
    pub(crate) fn new(name: &'a str, values: Vec<Value>) -> Self {
        Self { name, values }
    }

    fn at(&self, column: usize) -> Result<&Value> {
        self.values.get(column).ok_or_else(|| Error::no_column(column, self.values.len()))
    }

    fn wrong<T>(&self, column: usize, expected: &'static str) -> Result<T> {
        Err(match self.at(column)? {
            Value::Null => Error::null(self.name, expected),
            other => Error::mismatch(self.name, expected, other.kind()),
        })
    }

    /// A moment: as its own kind, or as text.
    fn moment<T>(
        &self,
        column: usize,
        expected: &'static str,
        own: fn(&Value) -> Option<T>,
        parse: fn(&str) -> Option<T>,
    ) -> Result<T> {
        match self.at(column)? {
            Value::Text(text) => parse(text).ok_or_else(|| Error::unfit(self.name, expected)),
            value => own(value).map_or_else(|| self.wrong(column, expected), Ok),
        }
    }
}

impl Columns for Values<'_> {
    fn count(&self) -> usize {
        self.values.len()
    }

    fn name(&self, _: usize) -> &str {
        self.name
    }
}

impl Reader for Values<'_> {
    fn is_null(&mut self, column: usize) -> Result<bool> {
        self.at(column).map(|value| matches!(value, Value::Null))
    }

    fn i64(&mut self, column: usize) -> Result<i64> {
        match self.at(column)? {
            Value::I64(number) => Ok(*number),
            _ => self.wrong(column, "an integer"),
        }
    }

    fn duration(&mut self, column: usize) -> Result<i64> {
        match self.at(column)? {
            Value::Duration(micros) | Value::I64(micros) => Ok(*micros),
            _ => self.wrong(column, "a duration"),
        }
    }

    // What an integer loses as a float, every database loses too.
    #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
    fn f64(&mut self, column: usize) -> Result<f64> {
        match self.at(column)? {
            Value::F64(number) => Ok(*number),
            Value::I64(number) => Ok(*number as f64),
            _ => self.wrong(column, "a number"),
        }
    }

    fn str(&mut self, column: usize) -> Result<&str> {
        match self.at(column)? {
            Value::Text(text) | Value::Json(text) => Ok(text),
            _ => self.wrong(column, "text"),
        }
    }

    fn bytes(&mut self, column: usize) -> Result<&[u8]> {
        match self.at(column)? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => self.wrong(column, "bytes"),
        }
    }

    fn value(&mut self, column: usize) -> Result<Value> {
        self.at(column).cloned()
    }

    fn bool(&mut self, column: usize) -> Result<bool> {
        match self.at(column)? {
            Value::Bool(value) => Ok(*value),
            Value::I64(0) => Ok(false),
            Value::I64(1) => Ok(true),
            _ => self.wrong(column, "a bool"),
        }
    }

    fn date(&mut self, column: usize) -> Result<i32> {
        let own = |value: &Value| if let Value::Date(days) = value { Some(*days) } else { None };
        self.moment(column, "a date (`2026-11-22`)", own, crate::moment::parse_date)
    }

    fn time(&mut self, column: usize) -> Result<i64> {
        let own =
            |value: &Value| if let Value::Time(micros) = value { Some(*micros) } else { None };
        self.moment(column, "a time (`15:33:39`)", own, crate::moment::parse_time)
    }

    fn date_time(&mut self, column: usize) -> Result<i64> {
        let own =
            |value: &Value| if let Value::DateTime(micros) = value { Some(*micros) } else { None };
        let parse = crate::moment::parse_date_time;
        self.moment(column, "a date and time (`2026-11-22 15:33:39`)", own, parse)
    }

    fn timestamp(&mut self, column: usize) -> Result<i64> {
        let own =
            |value: &Value| if let Value::Timestamp(micros) = value { Some(*micros) } else { None };
        let parse = crate::moment::parse_timestamp;
        self.moment(column, "a timestamp (`2026-11-22 15:33:39Z`)", own, parse)
    }

    fn uuid(&mut self, column: usize) -> Result<[u8; 16]> {
        let own = |value: &Value| if let Value::Uuid(bytes) = value { Some(*bytes) } else { None };
        self.moment(column, "a UUID", own, crate::moment::parse_uuid)
    }
}
