//! One row of any database.

use std::net::IpAddr;

use crate::{Error, Result, Value, moment};

/// The columns of an answer: how many, and their names.
pub trait Columns {
    /// How many there are.
    fn count(&self) -> usize;

    /// The name of one; empty where there is no such column.
    fn name(&self, column: usize) -> &str;
}

/// One row of any database, read by column index.
///
/// It is used as `&mut dyn Reader`: one virtual call a value and no boxed value between, so that a
/// struct is decoded by one function for all databases. `&mut`, since some drivers give a value away
/// instead of copying it; a column is therefore read once.
///
/// Every method but [`is_null`](Reader::is_null) and [`value`](Reader::value) fails on NULL. A kind
/// that the database has no type for is read from the text that Django stores for it; drivers that
/// have the type override that.
///
/// MUST: fail, with the column's name, where the column holds another kind of value. Never convert
/// in silence, and never put the value into the message.
pub trait Reader: Columns {
    /// Whether the column holds NULL.
    fn is_null(&mut self, column: usize) -> Result<bool>;

    /// An integer of any width.
    fn i64(&mut self, column: usize) -> Result<i64>;

    /// A floating-point number; an integer will do.
    fn f64(&mut self, column: usize) -> Result<f64>;

    /// Text, borrowed from the row.
    fn str(&mut self, column: usize) -> Result<&str>;

    /// Bytes, borrowed from the row.
    fn bytes(&mut self, column: usize) -> Result<&[u8]>;

    /// Whatever the column holds, in the kind that it has in the database; NULL included.
    fn value(&mut self, column: usize) -> Result<Value>;

    /// Text to keep; drivers that own it already give it away.
    fn string(&mut self, column: usize) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    /// Bytes to keep; drivers that own them already give them away.
    fn byte_vec(&mut self, column: usize) -> Result<Vec<u8>> {
        self.bytes(column).map(<[u8]>::to_vec)
    }

    /// Yes or no; where the database has no such type, the integers 1 and 0.
    fn bool(&mut self, column: usize) -> Result<bool> {
        match self.i64(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Error::unfit(self.name(column), "a bool (0 or 1)")),
        }
    }

    /// A date, in days since 1970-01-01.
    fn date(&mut self, column: usize) -> Result<i32> {
        match moment::parse_date(self.str(column)?) {
            Some(days) => Ok(days),
            None => Err(Error::unfit(self.name(column), "a date (`2026-11-22`)")),
        }
    }

    /// A time of day, in microseconds since midnight.
    fn time(&mut self, column: usize) -> Result<i64> {
        match moment::parse_time(self.str(column)?) {
            Some(micros) => Ok(micros),
            None => Err(Error::unfit(self.name(column), "a time (`15:33:39.910967`)")),
        }
    }

    /// A date and time without a zone, in microseconds since 1970-01-01 00:00.
    fn date_time(&mut self, column: usize) -> Result<i64> {
        match moment::parse_date_time(self.str(column)?) {
            Some(micros) => Ok(micros),
            None => Err(Error::unfit(
                self.name(column),
                "a date and time (`2026-11-22 15:33:39.910967`)",
            )),
        }
    }

    /// An instant, in microseconds since 1970-01-01 00:00 UTC.
    fn timestamp(&mut self, column: usize) -> Result<i64> {
        match moment::parse_timestamp(self.str(column)?) {
            Some(micros) => Ok(micros),
            None => Err(Error::unfit(
                self.name(column),
                "a timestamp (`2026-11-22 15:33:39.910967`, in UTC)",
            )),
        }
    }

    /// A UUID; where the database has no such type, its 32 hexadecimal digits.
    fn uuid(&mut self, column: usize) -> Result<[u8; 16]> {
        match moment::parse_uuid(self.str(column)?) {
            Some(bytes) => Ok(bytes),
            None => Err(Error::unfit(self.name(column), "a UUID (32 hexadecimal digits)")),
        }
    }

    /// A decimal as text; where the database has no such type, whatever number stands there. Of a
    /// float 15 digits are taken, as Django does: those behind them come from binary fractions.
    fn decimal(&mut self, column: usize) -> Result<String> {
        match self.value(column)? {
            Value::Text(text) | Value::Decimal(text) => Ok(text),
            Value::I64(number) => Ok(number.to_string()),
            Value::F64(number) => Ok(moment::decimal_text(number)),
            Value::Null => Err(Error::null(self.name(column), "a decimal")),
            other => Err(Error::mismatch(self.name(column), "a decimal", other.kind())),
        }
    }

    /// A length of time, in microseconds; where the database has no such type, as an integer.
    fn duration(&mut self, column: usize) -> Result<i64> {
        self.i64(column)
    }

    /// An IP address; where the database has no such type, its text.
    fn ip(&mut self, column: usize) -> Result<IpAddr> {
        match self.str(column)?.parse() {
            Ok(address) => Ok(address),
            Err(_) => Err(Error::unfit(self.name(column), "an IP address")),
        }
    }

    /// Several values of one kind; a database without arrays has none.
    fn array(&mut self, column: usize) -> Result<Vec<Value>> {
        match self.value(column)? {
            Value::Array(values) => Ok(values),
            Value::Null => Err(Error::null(self.name(column), "an array")),
            other => Err(Error::mismatch(self.name(column), "an array", other.kind())),
        }
    }

    /// The text of a JSON document.
    fn json(&mut self, column: usize) -> Result<&str> {
        self.str(column)
    }
}
