//! Dates as people write them.

use jiff::civil::Time;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::Pieces;
use minijinja::{Environment, Error, ErrorKind, Value};

pub(crate) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("strftime", strftime);
}

/// A date or a moment (ISO 8601, as jiff's types and databases write it) in the form that `format`
/// says by the letters of C and Python: `{{ post.created | strftime("%d.%m.%Y") }}`. The clock is
/// the one that the value has, in no other time zone. What is none stays so.
fn strftime(value: &Value, format: &str) -> Result<Value, Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(value.clone());
    }
    let wrong = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    let text = value
        .as_str()
        .ok_or_else(|| wrong(format!("`strftime` is for dates, and {} is none", value.kind())))?;
    let pieces = Pieces::parse(text).map_err(|error| {
        wrong(format!("`strftime` is for dates, and {text:?} is none: {error}"))
    })?;
    let time = pieces.time().unwrap_or(Time::midnight());
    let mut moment = BrokenDownTime::from(pieces.date().to_datetime(time));
    moment.set_offset(pieces.to_numeric_offset());
    let written = moment
        .to_string(format)
        .map_err(|error| wrong(format!("`strftime` cannot write {format:?}: {error}")))?;
    Ok(Value::from(written))
}
