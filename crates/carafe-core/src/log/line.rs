//! How a line looks: when, how grave, in which spans, what.

use std::error::Error;
use std::fmt::{self, Debug, Write};
use std::time::{Duration, SystemTime};

use tracing::Level;
use tracing::field::{Field, Visit};

/// A line that is being written.
pub(super) struct Line {
    text: String,
    colors: bool,
}

/// How a part of a line looks on a terminal (the numbers of ECMA-48).
#[derive(Clone, Copy)]
pub(super) enum Look {
    Bold = 1,
    Dimmed = 2,
    Italic = 3,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
    Purple = 35,
}

impl Line {
    pub(super) fn new(colors: bool) -> Self {
        Self { text: String::with_capacity(128), colors }
    }

    /// The time in UTC, to the microsecond, and the level.
    pub(super) fn begin(&mut self, time: SystemTime, level: Level) {
        let look = match level {
            Level::ERROR => Look::Red,
            Level::WARN => Look::Yellow,
            Level::INFO => Look::Green,
            Level::DEBUG => Look::Blue,
            Level::TRACE => Look::Purple,
        };
        let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.paint(Look::Dimmed, &timestamp(time));
        self.text.push(' ');
        self.paint(look, &format!("{level:>5}"));
        self.text.push(' ');
    }

    /// Text that a program may send to a terminal: what drives it is written in letters.
    pub(super) fn plain(&mut self, value: fmt::Arguments<'_>) {
        // Writing to a `String` fails only where a value's own `Display` does.
        let _ = Harmless(&mut self.text).write_fmt(value);
    }

    pub(super) fn paint(&mut self, look: Look, text: &str) {
        if self.colors {
            let _ = write!(self.text, "\x1b[{}m{text}\x1b[0m", look as u8);
        } else {
            self.text.push_str(text);
        }
    }

    /// Fields that were made ready before.
    pub(super) fn ready(&mut self, fields: &str) {
        self.text.push_str(fields);
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The blank between two fields.
    fn next(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }
}

/// `message name=value other=value`
impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.record_debug(field, &format_args!("{value}"));
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_debug(field, &format_args!("{value}"));
        let mut cause = value.source();
        while let Some(error) = cause {
            self.plain(format_args!(": {error}"));
            cause = error.source();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.next();
        if field.name() != "message" {
            self.paint(Look::Italic, field.name().trim_start_matches("r#"));
            self.paint(Look::Dimmed, "=");
        }
        self.plain(format_args!("{value:?}"));
    }
}

/// Escapes what could make a terminal do something: a visitor's text may be in a line.
struct Harmless<'a>(&'a mut String);

impl Write for Harmless<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if c.is_control() && !matches!(c, '\n' | '\t') {
                self.0.extend(c.escape_default());
            } else {
                self.0.push(c);
            }
        }
        Ok(())
    }
}

/// `2026-11-22T21:05:52.123456Z`
fn timestamp(since_1970: Duration) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let (days, second) = (since_1970.as_secs() / DAY, since_1970.as_secs() % DAY);
    let (year, month, day) = date(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        since_1970.subsec_micros()
    )
}

/// The date of a day since 1970, in a calendar whose years begin in March, so that the day that
/// is sometimes missing is the last one (Hinnant's `civil_from_days`).
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}
