//! A value as the server takes it.

use carafe_core::{Error, Kind, Result};
use carafe_model::{Value, moment};

const DAY: i64 = 86_400_000_000;

/// All values of a statement. What is text already is not copied.
pub(super) fn all(values: Vec<Value>) -> Result<Vec<mysql_async::Value>> {
    let each = values.into_iter().enumerate();
    each.map(|(index, value)| {
        bound(value)
            .map_err(|why| Error::new(Kind::Invalid, format!("parameter {} is {why}", index + 1)))
    })
    .collect()
}

/// Texts that are asked for.
pub(super) fn texts(values: Vec<&str>) -> Vec<mysql_async::Value> {
    values.into_iter().map(mysql_async::Value::from).collect()
}

/// An error where there are too many values, or too few.
pub(super) fn check_count(parameters: u16, given: usize) -> Result<()> {
    if usize::from(parameters) == given {
        return Ok(());
    }
    Err(Error::internal(format!(
        "the statement has {parameters} parameters, and {given} values are given"
    )))
}

fn bound(value: Value) -> Result<mysql_async::Value, String> {
    use mysql_async::Value as Sent;
    Ok(match value {
        Value::Null => Sent::NULL,
        Value::Bool(value) => Sent::Int(value.into()),
        Value::I64(number) | Value::Duration(number) => Sent::Int(number),
        Value::F64(number) if !number.is_finite() => {
            return Err("not a number (NaN) or infinite, which the server cannot keep".to_owned());
        }
        Value::F64(number) => Sent::Double(number),
        Value::Decimal(text) if moment::number_of_decimal(&text).is_none() => {
            return Err("a decimal that is not a number (NaN) or infinite".to_owned());
        }
        Value::Text(text) | Value::Json(text) | Value::Decimal(text) => {
            Sent::Bytes(text.into_bytes())
        }
        Value::Bytes(bytes) => Sent::Bytes(bytes),
        Value::Date(days) => {
            let (year, month, day) = date(days.into())?;
            Sent::Date(year, month, day, 0, 0, 0, 0)
        }
        Value::DateTime(micros) | Value::Timestamp(micros) => {
            let (year, month, day) = date(micros.div_euclid(DAY))?;
            let (hour, minute, second, fraction) = time(micros.rem_euclid(DAY));
            Sent::Date(year, month, day, hour, minute, second, fraction)
        }
        Value::Time(micros) => {
            let (hour, minute, second, fraction) = time(micros.rem_euclid(DAY));
            Sent::Time(false, 0, hour, minute, second, fraction)
        }
        // As Django stores it.
        Value::Uuid(bytes) => Sent::Bytes(moment::uuid_text(bytes).into_bytes()),
        other => return Err(format!("{}, which the server has no type for", other.kind())),
    })
}

/// Year, month and day of the days since 1970-01-01.
fn date(days: i64) -> Result<(u16, u8, u8), String> {
    let known = i32::try_from(days).ok().map(moment::date_of_days);
    match known.filter(|(year, ..)| (1..=9_999).contains(year)) {
        Some((year, month, day)) => Ok((narrow(year), narrow(month), narrow(day))),
        None => Err("not in the years from 1 to 9999, which the server can keep".to_owned()),
    }
}

/// Hour, minute, second and microsecond of a time of day.
fn time(micros: i64) -> (u8, u8, u8, u32) {
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    (narrow(seconds / 3_600), narrow(seconds / 60 % 60), narrow(seconds % 60), narrow(fraction))
}

/// A number that is known to be small.
fn narrow<T: TryFrom<i64> + Default>(number: i64) -> T {
    T::try_from(number).unwrap_or_default()
}
