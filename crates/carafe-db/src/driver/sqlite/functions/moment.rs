//! Moments and durations: a moment is a text, a duration its microseconds.

use carafe_model::moment::{date_time_text, parse_date, parse_timestamp};
use rusqlite::{Connection, Result};

use super::{scalar, text};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

pub(super) fn add(connection: &Connection) -> Result<()> {
    scalar(connection, "carafe_later", 2, |context| {
        let later = micros(&text(context, 0)?).and_then(|at| at.checked_add(context.get(1).ok()?));
        Ok(later.map(date_time_text))
    })?;
    scalar(connection, "carafe_earlier", 2, |context| {
        let earlier =
            micros(&text(context, 0)?).and_then(|at| at.checked_sub(context.get(1).ok()?));
        Ok(earlier.map(date_time_text))
    })?;
    scalar(connection, "carafe_elapsed", 2, |context| {
        let (to, from) = (micros(&text(context, 0)?), micros(&text(context, 1)?));
        Ok(to.zip(from).and_then(|(to, from)| to.checked_sub(from)))
    })
}

/// Microseconds since 1970 of a date, with or without a time.
fn micros(text: &str) -> Option<i64> {
    parse_timestamp(text).or_else(|| Some(i64::from(parse_date(text)?) * DAY))
}
