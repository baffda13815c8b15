//! A row of PostgreSQL, read by index out of the bytes that came.

use std::error::Error as StdError;

use carafe_model::{Columns, Error, Reader, Result, Value};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Column, Row};

use super::bind::{DAYS, MICROS};
use super::text::{base, is_text, text};

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

    /// The type and the bytes of a column; no bytes for NULL.
    fn raw(&self, column: usize) -> Result<(&'r Type, Option<&'r [u8]>)> {
        let Some(known) = self.row.columns().get(column) else {
            return Err(Error::no_column(column, self.count()));
        };
        let raw: Option<Raw<'r>> =
            self.row.try_get(column).map_err(|_| Error::no_column(column, self.count()))?;
        Ok((base(known.type_()), raw.map(|raw| raw.0)))
    }

    /// The same where there must be a value.
    fn get(&self, column: usize, expected: &'static str) -> Result<(&'r Type, &'r [u8])> {
        match self.raw(column)? {
            (ty, Some(bytes)) => Ok((ty, bytes)),
            (_, None) => Err(Error::null(self.name(column), expected)),
        }
    }

    fn wrong(&self, column: usize, expected: &'static str, ty: &Type) -> Error {
        match kind(ty) {
            Some(found) => Error::mismatch(self.name(column), expected, found),
            None => self.unknown(column, expected, ty),
        }
    }

    fn unknown(&self, column: usize, expected: &str, ty: &Type) -> Error {
        let name = self.name(column);
        let advice = format!("{expected}: it is a `{ty}`, which is read as `cast({name} as text)`");
        Error::unfit(name, advice)
    }

    /// Bytes of a fixed number, which PostgreSQL says there are.
    fn fixed<const N: usize>(
        &self,
        column: usize,
        bytes: &[u8],
        expected: &'static str,
    ) -> Result<[u8; N]> {
        bytes.try_into().map_err(|_| Error::unfit(self.name(column), expected))
    }

    /// A moment, in microseconds; `infinity` is none.
    fn micros(&self, column: usize, bytes: &[u8], expected: &'static str) -> Result<i64> {
        let micros = i64::from_be_bytes(self.fixed(column, bytes, expected)?);
        let moment = (micros != i64::MAX && micros != i64::MIN).then_some(micros);
        moment
            .and_then(|micros| micros.checked_add(MICROS))
            .ok_or_else(|| Error::unfit(self.name(column), format!("{expected} (it is infinite)")))
    }

    fn utf8<'t>(&self, column: usize, bytes: &'t [u8]) -> Result<&'t str> {
        std::str::from_utf8(bytes).map_err(|_| Error::unfit(self.name(column), "UTF-8"))
    }

    /// The document of a JSON column; behind its version, where it is binary.
    fn document(&self, column: usize, ty: &Type, bytes: &'r [u8]) -> Result<Option<&'r str>> {
        let bytes = match (ty, bytes) {
            (&Type::JSON, bytes) => bytes,
            (&Type::JSONB, [1, rest @ ..]) => rest,
            _ => return Ok(None),
        };
        self.utf8(column, bytes).map(Some)
    }
}

impl Reader for RowReader<'_> {
    fn is_null(&mut self, column: usize) -> Result<bool> {
        Ok(self.raw(column)?.1.is_none())
    }

    fn i64(&mut self, column: usize) -> Result<i64> {
        let expected = "an integer";
        let (ty, bytes) = self.get(column, expected)?;
        Ok(match *ty {
            Type::INT8 => i64::from_be_bytes(self.fixed(column, bytes, expected)?),
            Type::INT4 => i32::from_be_bytes(self.fixed(column, bytes, expected)?).into(),
            Type::INT2 => i16::from_be_bytes(self.fixed(column, bytes, expected)?).into(),
            Type::OID => u32::from_be_bytes(self.fixed(column, bytes, expected)?).into(),
            // The sum of integers is a NUMERIC; one that has a fraction is none.
            Type::NUMERIC => text(ty, bytes)
                .and_then(|text| {
                    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                    let whole = whole.parse().ok()?;
                    fraction.bytes().all(|digit| digit == b'0').then_some(whole)
                })
                .ok_or_else(|| Error::unfit(self.name(column), expected))?,
            _ => return Err(self.wrong(column, expected, ty)),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "who reads a float gets the nearest one")]
    fn f64(&mut self, column: usize) -> Result<f64> {
        let expected = "a float";
        let (ty, bytes) = self.get(column, expected)?;
        Ok(match *ty {
            Type::FLOAT8 => f64::from_be_bytes(self.fixed(column, bytes, expected)?),
            Type::FLOAT4 => f32::from_be_bytes(self.fixed(column, bytes, expected)?).into(),
            Type::INT8 | Type::INT4 | Type::INT2 => self.i64(column)? as f64,
            Type::NUMERIC => text(ty, bytes)
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| Error::unfit(self.name(column), expected))?,
            _ => return Err(self.wrong(column, expected, ty)),
        })
    }

    fn bool(&mut self, column: usize) -> Result<bool> {
        match self.get(column, "a bool")? {
            (&Type::BOOL, bytes) => Ok(bytes != [0]),
            (ty, _) => Err(self.wrong(column, "a bool", ty)),
        }
    }

    fn str(&mut self, column: usize) -> Result<&str> {
        let (ty, bytes) = self.get(column, "text")?;
        if is_text(ty) {
            return self.utf8(column, bytes);
        }
        if let Some(document) = self.document(column, ty, bytes)? {
            return Ok(document);
        }
        match text(ty, bytes) {
            Some(text) => {
                self.text = text;
                Ok(&self.text)
            }
            None => Err(self.wrong(column, "text", ty)),
        }
    }

    fn bytes(&mut self, column: usize) -> Result<&[u8]> {
        match self.get(column, "bytes")? {
            (&Type::BYTEA, bytes) => Ok(bytes),
            (ty, _) => Err(self.wrong(column, "bytes", ty)),
        }
    }

    fn date(&mut self, column: usize) -> Result<i32> {
        let expected = "a date";
        let (ty, bytes) = self.get(column, expected)?;
        if *ty != Type::DATE {
            return Err(self.wrong(column, expected, ty));
        }
        let days = i32::from_be_bytes(self.fixed(column, bytes, expected)?);
        let date = (days != i32::MAX && days != i32::MIN).then_some(days);
        date.and_then(|days| days.checked_add(DAYS))
            .ok_or_else(|| Error::unfit(self.name(column), "a date (it is infinite)"))
    }

    fn time(&mut self, column: usize) -> Result<i64> {
        match self.get(column, "a time")? {
            (&Type::TIME, bytes) => Ok(i64::from_be_bytes(self.fixed(column, bytes, "a time")?)),
            (ty, _) => Err(self.wrong(column, "a time", ty)),
        }
    }

    fn date_time(&mut self, column: usize) -> Result<i64> {
        let expected = "a date and time";
        match self.get(column, expected)? {
            (&Type::TIMESTAMP, bytes) => self.micros(column, bytes, expected),
            (ty, _) => Err(self.wrong(column, expected, ty)),
        }
    }

    fn timestamp(&mut self, column: usize) -> Result<i64> {
        match self.get(column, "a timestamp")? {
            (&Type::TIMESTAMPTZ, bytes) => self.micros(column, bytes, "a timestamp"),
            (ty, _) => Err(self.wrong(column, "a timestamp", ty)),
        }
    }

    fn uuid(&mut self, column: usize) -> Result<[u8; 16]> {
        match self.get(column, "a UUID")? {
            (&Type::UUID, bytes) => self.fixed(column, bytes, "a UUID"),
            (ty, _) => Err(self.wrong(column, "a UUID", ty)),
        }
    }

    fn json(&mut self, column: usize) -> Result<&str> {
        let (ty, bytes) = self.get(column, "JSON")?;
        match self.document(column, ty, bytes)? {
            Some(document) => Ok(document),
            None if is_text(ty) => self.utf8(column, bytes),
            None => Err(self.wrong(column, "JSON", ty)),
        }
    }

    fn value(&mut self, column: usize) -> Result<Value> {
        let (ty, Some(bytes)) = self.raw(column)? else { return Ok(Value::Null) };
        Ok(match *ty {
            Type::BOOL => Value::Bool(self.bool(column)?),
            Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => Value::I64(self.i64(column)?),
            Type::FLOAT4 | Type::FLOAT8 => Value::F64(self.f64(column)?),
            Type::BYTEA => Value::Bytes(bytes.to_vec()),
            Type::DATE => Value::Date(self.date(column)?),
            Type::TIME => Value::Time(self.time(column)?),
            Type::TIMESTAMP => Value::DateTime(self.date_time(column)?),
            Type::TIMESTAMPTZ => Value::Timestamp(self.timestamp(column)?),
            Type::UUID => Value::Uuid(self.uuid(column)?),
            Type::JSON | Type::JSONB => Value::Json(self.json(column)?.to_owned()),
            // What a function without a result gives.
            Type::VOID => Value::Null,
            _ => Value::Text(self.string(column)?),
        })
    }
}

/// What kind a type is, with its article; `None` for one that is not known here.
fn kind(ty: &Type) -> Option<&'static str> {
    Some(match *ty {
        Type::BOOL => "a bool",
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => "an integer",
        Type::FLOAT4 | Type::FLOAT8 => "a float",
        Type::NUMERIC => "a decimal",
        Type::BYTEA => "bytes",
        Type::DATE => "a date",
        Type::TIME => "a time",
        Type::TIMESTAMP => "a date and time",
        Type::TIMESTAMPTZ => "a timestamp",
        Type::UUID => "a UUID",
        Type::JSON | Type::JSONB => "JSON",
        Type::INTERVAL => "an interval",
        Type::INET | Type::CIDR => "an address",
        _ if is_text(ty) => "text",
        _ => return None,
    })
}
