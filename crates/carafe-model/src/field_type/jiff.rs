//! jiff's times. What is finer than a microsecond is cut off, as no database keeps it.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use crate::{Error, FieldType, Reader, Result, Value};

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

impl FieldType for Timestamp {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let micros = reader.timestamp(column)?;
        Self::from_microsecond(micros)
            .map_err(|_| Error::unfit(reader.name(column), "in the range of `Timestamp`"))
    }

    fn into_value(self) -> Value {
        Value::Timestamp(self.as_nanosecond().div_euclid(1000).try_into().unwrap_or(i64::MAX))
    }
}

impl FieldType for Date {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let days = reader.date(column)?;
        EPOCH
            .checked_add(SignedDuration::from_hours(i64::from(days) * 24))
            .map_err(|_| Error::unfit(reader.name(column), "in the range of `Date`"))
    }

    fn into_value(self) -> Value {
        // Years have four digits, so that their days fit.
        Value::Date(
            EPOCH.duration_until(self).as_hours().div_euclid(24).try_into().unwrap_or(i32::MAX),
        )
    }
}

impl FieldType for Time {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let micros = reader.time(column)?;
        Self::midnight()
            .checked_add(SignedDuration::from_micros(micros))
            .map_err(|_| Error::unfit(reader.name(column), "in the range of `Time`"))
    }

    fn into_value(self) -> Value {
        Value::Time(micros(Self::midnight().duration_until(self)))
    }
}

impl FieldType for DateTime {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let micros = reader.date_time(column)?;
        EPOCH
            .at(0, 0, 0, 0)
            .checked_add(SignedDuration::from_micros(micros))
            .map_err(|_| Error::unfit(reader.name(column), "in the range of `DateTime`"))
    }

    fn into_value(self) -> Value {
        Value::DateTime(micros(EPOCH.at(0, 0, 0, 0).duration_until(self)))
    }
}

/// Towards the past, so that a moment before 1970 is cut as one after it is.
fn micros(duration: SignedDuration) -> i64 {
    duration.as_nanos().div_euclid(1000).try_into().unwrap_or(i64::MAX)
}
