//! Zones of the IANA database.

use carafe_model::moment::{date_time_text, parse_timestamp};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::functions::Context;
use rusqlite::{Connection, Result};

use super::{scalar, text, wrong};

pub(super) fn add(connection: &Connection) -> Result<()> {
    scalar(connection, "carafe_in_zone", 2, |context| {
        let zone = zone(context)?;
        let Some(micros) = parse_timestamp(&text(context, 0)?) else { return Ok(None) };
        let instant = Timestamp::from_microsecond(micros).map_err(wrong)?;
        Ok(Some(date_time_text(micros_of(zone.to_datetime(instant))?)))
    })?;
    scalar(connection, "carafe_from_zone", 2, |context| {
        let zone = zone(context)?;
        let Some(micros) = parse_timestamp(&text(context, 0)?) else { return Ok(None) };
        let clocks = Timestamp::from_microsecond(micros).map_err(wrong)?;
        // What clocks do not show, or show twice, is taken as PostgreSQL takes it.
        let shown = TimeZone::UTC.to_datetime(clocks);
        let instant = zone.to_ambiguous_timestamp(shown).compatible().map_err(wrong)?;
        Ok(Some(date_time_text(instant.as_microsecond())))
    })
}

/// The zone of the second argument, looked up once a statement.
fn zone(context: &Context<'_>) -> Result<std::sync::Arc<TimeZone>> {
    context.get_or_create_aux(1, |name| TimeZone::get(name.as_str()?).map_err(wrong))
}

fn micros_of(clocks: DateTime) -> Result<i64> {
    let instant = TimeZone::UTC.to_timestamp(clocks).map_err(wrong)?;
    Ok(instant.as_microsecond())
}
