//! A row of PostgreSQL, read by index.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::net::IpAddr;

use carafe_model::{Columns, Error, Reader, Result, Value};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Column, Row};

use super::cell::Cell;
use super::text::base;

/// The columns of a statement.
pub(super) struct Names<'s>(pub(super) &'s [Column]);

/// A row that has come.
pub(super) struct RowReader<'r> {
    row: &'r Row,
    /// The text of a value that has none in the row.
    text: String,
}

/// A value as it came.
struct Raw<'r>(&'r [u8]);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Columns for Names<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn name(&self, column: usize) -> &str {
        self.0.get(column).map(Column::name).unwrap_or_default()
    }
}

impl Columns for RowReader<'_> {
    fn count(&self) -> usize {
        self.row.len()
    }

    fn name(&self, column: usize) -> &str {
        self.row.columns().get(column).map(Column::name).unwrap_or_default()
    }
}

impl<'r> RowReader<'r> {
    pub(super) fn new(row: &'r Row) -> Self {
        Self { row, text: String::new() }
    }

    /// A column's value; nothing for NULL.
    fn cell(&self, column: usize) -> Result<Option<Cell<'r>>> {
        let Some(known) = self.row.columns().get(column) else {
            return Err(Error::no_column(column, self.count()));
        };
        let raw: Option<Raw<'r>> =
            self.row.try_get(column).map_err(|_| Error::no_column(column, self.count()))?;
        Ok(raw.map(|raw| Cell { ty: base(known.type_()), bytes: raw.0, column: known.name() }))
    }

    /// The same where there must be one.
    fn get(&self, column: usize, expected: &'static str) -> Result<Cell<'r>> {
        self.cell(column)?.ok_or_else(|| Error::null(self.name(column), expected))
    }
}

impl Reader for RowReader<'_> {
    fn is_null(&mut self, column: usize) -> Result<bool> {
        Ok(self.cell(column)?.is_none())
    }

    fn i64(&mut self, column: usize) -> Result<i64> {
        self.get(column, "an integer")?.i64()
    }

    fn f64(&mut self, column: usize) -> Result<f64> {
        self.get(column, "a float")?.f64()
    }

    fn bool(&mut self, column: usize) -> Result<bool> {
        self.get(column, "a bool")?.bool()
    }

    fn str(&mut self, column: usize) -> Result<&str> {
        Ok(match self.get(column, "text")?.str()? {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => {
                self.text = text;
                &self.text
            }
        })
    }

    fn bytes(&mut self, column: usize) -> Result<&[u8]> {
        self.get(column, "bytes")?.bytes()
    }

    fn decimal(&mut self, column: usize) -> Result<String> {
        self.get(column, "a decimal")?.decimal()
    }

    fn date(&mut self, column: usize) -> Result<i32> {
        self.get(column, "a date")?.date()
    }

    fn time(&mut self, column: usize) -> Result<i64> {
        self.get(column, "a time")?.time()
    }

    fn date_time(&mut self, column: usize) -> Result<i64> {
        self.get(column, "a date and time")?.date_time()
    }

    fn timestamp(&mut self, column: usize) -> Result<i64> {
        self.get(column, "a timestamp")?.timestamp()
    }

    fn duration(&mut self, column: usize) -> Result<i64> {
        self.get(column, "a duration")?.duration()
    }

    fn uuid(&mut self, column: usize) -> Result<[u8; 16]> {
        self.get(column, "a UUID")?.uuid()
    }

    fn ip(&mut self, column: usize) -> Result<IpAddr> {
        self.get(column, "an IP address")?.ip()
    }

    fn json(&mut self, column: usize) -> Result<&str> {
        self.get(column, "JSON")?.json()
    }

    fn array(&mut self, column: usize) -> Result<Vec<Value>> {
        self.get(column, "an array")?.array()
    }

    fn value(&mut self, column: usize) -> Result<Value> {
        self.cell(column)?.map_or(Ok(Value::Null), |cell| cell.value())
    }
}
