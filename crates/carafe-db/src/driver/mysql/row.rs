//! A row of MariaDB or MySQL, read by index.

use carafe_model::{Columns, Error, Reader, Result, Value, moment};
use mysql_async::consts::ColumnType;
use mysql_async::{Column, Row, Value as Came};

/// The character set of what is no text.
const BINARY: u16 = 63;

const DAY: i64 = 86_400_000_000;

/// The columns of a statement.
pub(super) struct Names<'s>(pub(super) &'s [Column]);

/// A row that has come. What is kept of it is taken out, and not copied.
pub(super) struct RowReader(Row);

/// What a column holds, as far as its type tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Bool,
    Integer,
    Bits,
    Float,
    Decimal,
    Text,
    Json,
    Bytes,
    Date,
    Time,
    DateTime,
    Timestamp,
    Null,
}

impl Holds {
    fn of(column: &Column) -> Self {
        match column.column_type() {
            ColumnType::MYSQL_TYPE_TINY if column.column_length() == 1 => Self::Bool,
            ColumnType::MYSQL_TYPE_TINY
            | ColumnType::MYSQL_TYPE_SHORT
            | ColumnType::MYSQL_TYPE_INT24
            | ColumnType::MYSQL_TYPE_LONG
            | ColumnType::MYSQL_TYPE_LONGLONG
            | ColumnType::MYSQL_TYPE_YEAR => Self::Integer,
            ColumnType::MYSQL_TYPE_BIT => Self::Bits,
            ColumnType::MYSQL_TYPE_FLOAT | ColumnType::MYSQL_TYPE_DOUBLE => Self::Float,
            ColumnType::MYSQL_TYPE_DECIMAL | ColumnType::MYSQL_TYPE_NEWDECIMAL => Self::Decimal,
            ColumnType::MYSQL_TYPE_DATE | ColumnType::MYSQL_TYPE_NEWDATE => Self::Date,
            ColumnType::MYSQL_TYPE_TIME | ColumnType::MYSQL_TYPE_TIME2 => Self::Time,
            ColumnType::MYSQL_TYPE_DATETIME | ColumnType::MYSQL_TYPE_DATETIME2 => Self::DateTime,
            ColumnType::MYSQL_TYPE_TIMESTAMP | ColumnType::MYSQL_TYPE_TIMESTAMP2 => Self::Timestamp,
            ColumnType::MYSQL_TYPE_JSON => Self::Json,
            ColumnType::MYSQL_TYPE_NULL => Self::Null,
            ColumnType::MYSQL_TYPE_GEOMETRY | ColumnType::MYSQL_TYPE_VECTOR => Self::Bytes,
            _ if column.character_set() == BINARY => Self::Bytes,
            _ => Self::Text,
        }
    }

    /// As an error names it.
    fn name(self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Integer => "an integer",
            Self::Bits => "bits",
            Self::Float => "a float",
            Self::Decimal => "a decimal",
            Self::Text => "text",
            Self::Json => "JSON",
            Self::Bytes => "bytes",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::DateTime => "a date and time",
            Self::Timestamp => "a timestamp",
            Self::Null => "NULL",
        }
    }
}

impl Columns for Names<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn name(&self, column: usize) -> &str {
        self.0.get(column).map(name).unwrap_or_default()
    }
}

impl Columns for RowReader {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn name(&self, column: usize) -> &str {
        self.0.columns_ref().get(column).map(name).unwrap_or_default()
    }
}

/// Names are text of the connection, which is UTF-8.
fn name(column: &Column) -> &str {
    std::str::from_utf8(column.name_ref()).unwrap_or_default()
}

impl RowReader {
    pub(super) fn new(row: Row) -> Self {
        Self(row)
    }

    fn holds(&self, column: usize) -> Result<Holds> {
        match self.0.columns_ref().get(column) {
            Some(known) => Ok(Holds::of(known)),
            None => Err(Error::no_column(column, self.count())),
        }
    }

    /// What the column holds, and the value; there must be one.
    fn get(&self, column: usize, expected: &'static str) -> Result<(Holds, &Came)> {
        let holds = self.holds(column)?;
        match self.0.as_ref(column) {
            Some(Came::NULL) => Err(Error::null(self.name(column), expected)),
            Some(value) => Ok((holds, value)),
            None => Err(Error::no_column(column, self.count())),
        }
    }

    fn wrong(&self, column: usize, expected: &'static str, holds: Holds) -> Error {
        Error::mismatch(self.name(column), expected, holds.name())
    }

    /// The bytes of a text, which the row gives away.
    fn take(&mut self, column: usize) -> Vec<u8> {
        match self.0.take::<Came, usize>(column) {
            Some(Came::Bytes(bytes)) => bytes,
            _ => Vec::new(),
        }
    }

    /// A moment of a date, and of a date and time.
    fn micros(&self, column: usize, value: &Came, expected: &'static str) -> Result<i64> {
        let found = match value {
            Came::Date(0, 0, 0, ..) => None,
            Came::Date(year, month, day, hour, minute, second, fraction) => {
                moment::days_of_date((*year).into(), (*month).into(), (*day).into())
                    .map(|days| i64::from(days) * DAY + clock(*hour, *minute, *second, *fraction))
            }
            // Where the statement could not be prepared, everything comes as text.
            Came::Bytes(bytes) => std::str::from_utf8(bytes).ok().and_then(|text| {
                moment::parse_date_time(text)
                    .or_else(|| moment::parse_date(text).map(|days| i64::from(days) * DAY))
            }),
            _ => None,
        };
        found.ok_or_else(|| {
            Error::unfit(self.name(column), format!("{expected} (it is none of the calendar)"))
        })
    }
}

/// Microseconds since midnight.
fn clock(hour: u8, minute: u8, second: u8, fraction: u32) -> i64 {
    let seconds = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
    seconds * 1_000_000 + i64::from(fraction)
}

/// The integer that a text is; a fraction of nothing but zeros is none.
fn whole(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok())?
}

impl Reader for RowReader {
    fn is_null(&mut self, column: usize) -> Result<bool> {
        self.holds(column)?;
        Ok(matches!(self.0.as_ref(column), None | Some(Came::NULL)))
    }

    fn i64(&mut self, column: usize) -> Result<i64> {
        let expected = "an integer";
        let (holds, value) = self.get(column, expected)?;
        let number = match (holds, value) {
            (Holds::Bool | Holds::Integer, Came::Int(number)) => Some(*number),
            (Holds::Bool | Holds::Integer, Came::UInt(number)) => i64::try_from(*number).ok(),
            // The sum of integers is a decimal; one that has a fraction is none.
            (Holds::Bool | Holds::Integer | Holds::Decimal, Came::Bytes(text)) => whole(text),
            (Holds::Bits, Came::Bytes(bits)) if bits.len() <= 8 => {
                let number = bits.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
                i64::try_from(number).ok()
            }
            _ => return Err(self.wrong(column, expected, holds)),
        };
        number.ok_or_else(|| Error::unfit(self.name(column), expected))
    }

    #[expect(clippy::cast_precision_loss, reason = "who reads a float gets the nearest one")]
    fn f64(&mut self, column: usize) -> Result<f64> {
        let expected = "a float";
        let (holds, value) = self.get(column, expected)?;
        match (holds, value) {
            (Holds::Float, Came::Double(number)) => Ok(*number),
            // As text it has the digits that it was given, and not those of the binary fraction.
            (Holds::Float, Came::Float(number)) => Ok((*number).into()),
            (Holds::Float | Holds::Decimal, Came::Bytes(text)) => std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| Error::unfit(self.name(column), expected)),
            (Holds::Bool | Holds::Integer, _) => self.i64(column).map(|number| number as f64),
            _ => Err(self.wrong(column, expected, holds)),
        }
    }

    fn str(&mut self, column: usize) -> Result<&str> {
        let expected = "text";
        let (holds, value) = self.get(column, expected)?;
        match (holds, value) {
            (Holds::Text | Holds::Json | Holds::Decimal, Came::Bytes(text)) => {
                std::str::from_utf8(text).map_err(|_| Error::unfit(self.name(column), "UTF-8"))
            }
            _ => Err(self.wrong(column, expected, holds)),
        }
    }

    fn string(&mut self, column: usize) -> Result<String> {
        let expected = "text";
        let (holds, value) = self.get(column, expected)?;
        match (holds, value) {
            (Holds::Text | Holds::Json | Holds::Decimal, Came::Bytes(_)) => {
                String::from_utf8(self.take(column))
                    .map_err(|_| Error::unfit(self.name(column), "UTF-8"))
            }
            _ => Err(self.wrong(column, expected, holds)),
        }
    }

    fn bytes(&mut self, column: usize) -> Result<&[u8]> {
        match self.get(column, "bytes")? {
            (Holds::Bytes | Holds::Bits, Came::Bytes(bytes)) => Ok(bytes),
            (holds, _) => Err(self.wrong(column, "bytes", holds)),
        }
    }

    fn byte_vec(&mut self, column: usize) -> Result<Vec<u8>> {
        self.bytes(column)?;
        Ok(self.take(column))
    }

    fn date(&mut self, column: usize) -> Result<i32> {
        let expected = "a date";
        let (holds, value) = self.get(column, expected)?;
        if holds != Holds::Date {
            return Err(self.wrong(column, expected, holds));
        }
        let days = self.micros(column, value, expected)?.div_euclid(DAY);
        i32::try_from(days).map_err(|_| Error::unfit(self.name(column), expected))
    }

    fn time(&mut self, column: usize) -> Result<i64> {
        let expected = "a time";
        let (holds, value) = self.get(column, expected)?;
        let micros = match (holds, value) {
            (Holds::Time, Came::Time(false, 0, hour, minute, second, fraction)) => {
                Some(clock(*hour, *minute, *second, *fraction))
            }
            (Holds::Time, Came::Bytes(text)) => {
                std::str::from_utf8(text).ok().and_then(moment::parse_time)
            }
            // The type is one of durations, with a sign and more than a day.
            (Holds::Time, _) => None,
            _ => return Err(self.wrong(column, expected, holds)),
        };
        micros.ok_or_else(|| Error::unfit(self.name(column), "a time of day"))
    }

    fn date_time(&mut self, column: usize) -> Result<i64> {
        let expected = "a date and time";
        match self.get(column, expected)? {
            (Holds::DateTime | Holds::Timestamp, value) => self.micros(column, value, expected),
            (holds, _) => Err(self.wrong(column, expected, holds)),
        }
    }

    // The session is in UTC, and a `datetime` of a model is.
    fn timestamp(&mut self, column: usize) -> Result<i64> {
        let expected = "a timestamp";
        match self.get(column, expected)? {
            (Holds::DateTime | Holds::Timestamp, value) => self.micros(column, value, expected),
            (holds, _) => Err(self.wrong(column, expected, holds)),
        }
    }

    fn value(&mut self, column: usize) -> Result<Value> {
        if self.is_null(column)? {
            return Ok(Value::Null);
        }
        Ok(match self.holds(column)? {
            Holds::Null => Value::Null,
            Holds::Bool => match self.i64(column)? {
                0 => Value::Bool(false),
                1 => Value::Bool(true),
                number => Value::I64(number),
            },
            Holds::Integer | Holds::Bits => Value::I64(self.i64(column)?),
            Holds::Float => Value::F64(self.f64(column)?),
            Holds::Decimal => Value::Decimal(self.string(column)?),
            Holds::Text => Value::Text(self.string(column)?),
            Holds::Json => Value::Json(self.string(column)?),
            Holds::Bytes => Value::Bytes(self.byte_vec(column)?),
            Holds::Date => Value::Date(self.date(column)?),
            Holds::Time => Value::Time(self.time(column)?),
            Holds::DateTime => Value::DateTime(self.date_time(column)?),
            Holds::Timestamp => Value::Timestamp(self.timestamp(column)?),
        })
    }
}
