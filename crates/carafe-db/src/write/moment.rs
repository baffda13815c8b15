//! The time that saving puts into fields.

use std::time::{SystemTime, UNIX_EPOCH};

use carafe_core::Result;
use carafe_model::schema::{Kind, Moment};
use carafe_model::{Record, Value};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// Puts the time into the fields that ask for it: those that say when the row was made too, where it
/// is made now.
pub(super) fn stamp(record: &mut dyn Record, made: bool) -> Result<()> {
    let wants = |moment: Moment| moment == Moment::Saved || (made && moment == Moment::Created);
    let schema = record.model();
    let mut now = None;
    for field in schema.fields.iter().filter(|field| wants(field.moment)) {
        let micros = *now.get_or_insert_with(micros);
        let value = match field.kind.base() {
            Kind::Date => Value::Date(i32::try_from(micros.div_euclid(DAY)).unwrap_or(i32::MAX)),
            Kind::Time => Value::Time(micros.rem_euclid(DAY)),
            Kind::DateTime => Value::DateTime(micros),
            _ => Value::Timestamp(micros),
        };
        if let Some(any) = record.field_at_mut(field.index.into()) {
            any.assign(vec![value], field)?;
        }
    }
    Ok(())
}

/// Microseconds since 1970, in UTC.
fn micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
