//! Moments, UUIDs and decimals as Django stores them where a database has no type for them.
//!
//! A timestamp is naive UTC: `2026-11-22 15:33:39.910967`, the fraction left out where it is zero.
//! Reading takes what SQLite's own functions and ISO 8601 write as well: `T` between date and time,
//! no seconds, one to nine digits of a fraction, and for a timestamp an offset.

use std::fmt::Write;

use crate::Value;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// `2026-11-22` of the days since 1970-01-01.
///
/// ```
/// use carafe_model::moment::{date_text, parse_date};
/// assert_eq!(date_text(20_779), "2026-11-22");
/// assert_eq!(parse_date("2026-11-22"), Some(20_779));
/// ```
pub fn date_text(days: i32) -> String {
    let mut text = String::with_capacity(10);
    write_date(&mut text, i64::from(days));
    text
}

/// `15:33:39.910967` of the microseconds since midnight.
pub fn time_text(micros: i64) -> String {
    let mut text = String::with_capacity(15);
    write_time(&mut text, micros.rem_euclid(DAY));
    text
}

/// `2026-11-22 15:33:39.910967` of the microseconds since 1970-01-01 00:00.
///
/// ```
/// use carafe_model::moment::{date_time_text, parse_date_time};
/// assert_eq!(date_time_text(0), "1970-01-01 00:00:00");
/// assert_eq!(date_time_text(-1), "1969-12-31 23:59:59.999999");
/// assert_eq!(parse_date_time("1969-12-31T23:59:59.999999"), Some(-1));
/// ```
pub fn date_time_text(micros: i64) -> String {
    let mut text = String::with_capacity(26);
    write_date(&mut text, micros.div_euclid(DAY));
    text.push(' ');
    write_time(&mut text, micros.rem_euclid(DAY));
    text
}

/// Days since 1970-01-01 of `2026-11-22`.
pub fn parse_date(text: &str) -> Option<i32> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4..=4)? * sign;
    let month = digits(parts.next()?, 2..=2)?;
    let day = digits(parts.next()?, 2..=2)?;
    days_of_date(year, month, day)
}

/// Days since 1970-01-01 of a year, a month and a day of it; nothing where there is no such day.
///
/// ```
/// use carafe_model::moment::{date_of_days, days_of_date};
/// assert_eq!(days_of_date(2026, 11, 22), Some(20_779));
/// assert_eq!(days_of_date(2026, 2, 29), None);
/// assert_eq!(date_of_days(20_779), (2026, 11, 22));
/// ```
pub fn days_of_date(year: i64, month: i64, day: i64) -> Option<i32> {
    let valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    valid.then(|| i32::try_from(days_of(year, month, day)).ok()).flatten()
}

/// Year, month and day of the days since 1970-01-01.
pub fn date_of_days(days: i32) -> (i64, i64, i64) {
    civil_of(days.into())
}

/// Microseconds since midnight of `15:33:39.910967`.
pub fn parse_time(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hour = digits(parts.next()?, 2..=2)?;
    let minute = digits(parts.next()?, 2..=2)?;
    let (second, micros) = match parts.next() {
        Some(rest) => match rest.split_once('.') {
            Some((second, fraction)) => (digits(second, 2..=2)?, micros_of(fraction)?),
            None => (digits(rest, 2..=2)?, 0),
        },
        None => (0, 0),
    };
    let valid = hour < 24 && minute < 60 && second < 60;
    valid.then_some(((hour * 60 + minute) * 60 + second) * SECOND + micros)
}

/// Microseconds since 1970-01-01 00:00 of `2026-11-22 15:33:39.910967`.
pub fn parse_date_time(text: &str) -> Option<i64> {
    let (date, time) = text.split_once([' ', 'T'])?;
    Some(i64::from(parse_date(date)?) * DAY + parse_time(time)?)
}

/// The same in UTC; `Z` or an offset may follow.
///
/// ```
/// use carafe_model::moment::parse_timestamp;
/// assert_eq!(parse_timestamp("1970-01-01 02:00:00+02:00"), Some(0));
/// assert_eq!(parse_timestamp("1970-01-01T00:00:00Z"), Some(0));
/// assert_eq!(parse_timestamp("1970-01-01 00:00:00-01"), Some(3_600_000_000));
/// ```
pub fn parse_timestamp(text: &str) -> Option<i64> {
    if let Some(utc) = text.strip_suffix('Z') {
        return parse_date_time(utc);
    }
    let time = text.find([' ', 'T'])?;
    let Some(sign) = text[time..].rfind(['+', '-']).map(|at| at + time) else {
        return parse_date_time(text);
    };
    let offset = match &text[sign + 1..] {
        hours if hours.len() == 2 => digits(hours, 2..=2)? * 3600 * SECOND,
        offset => parse_time(offset)?,
    };
    let local = parse_date_time(text[..sign].trim_end())?;
    Some(if text[sign..].starts_with('+') { local - offset } else { local + offset })
}

/// The 32 hexadecimal digits of a UUID.
pub fn uuid_text(bytes: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// A UUID of its 32 hexadecimal digits, hyphens left aside.
pub fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let hyphens = |at: usize, c: char| c == '-' && [8, 13, 18, 23].contains(&at);
    let hyphenated =
        text.len() == 36 && text.char_indices().filter(|(at, c)| hyphens(*at, *c)).count() == 4;
    let digits: String = if hyphenated { text.replace('-', "") } else { text.to_owned() };
    let valid = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    valid.then(|| u128::from_str_radix(&digits, 16).ok()).flatten().map(u128::to_be_bytes)
}

/// A float as the decimal that it stands for: 15 digits, and no exponent.
///
/// ```
/// use carafe_model::moment::decimal_text;
/// assert_eq!(decimal_text(0.1 + 0.2), "0.3");
/// assert_eq!(decimal_text(-1e21), "-1000000000000000000000");
/// ```
pub fn decimal_text(number: f64) -> String {
    // Rounded to its digits it is another float, whose shortest text has no more of them.
    format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
}

/// What a database without decimals keeps for one: an integer where it is whole and fits, else the
/// nearest float. So it is compared as a number, whatever stands beside it.
///
/// ```
/// use carafe_model::{Value, moment::number_of_decimal};
/// assert_eq!(number_of_decimal("12.50"), Some(Value::F64(12.5)));
/// assert_eq!(number_of_decimal("12.00"), Some(Value::I64(12)));
/// assert_eq!(number_of_decimal("twelve"), None);
/// ```
pub fn number_of_decimal(text: &str) -> Option<Value> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().all(|digit| digit == b'0')
        && let Ok(whole) = whole.parse()
    {
        return Some(Value::I64(whole));
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Value::F64(number))
}

// The proleptic Gregorian calendar by Howard Hinnant's `days_from_civil`: years begin in March, so
// that the leap day is the last of its year.

fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn write_date(text: &mut String, days: i64) {
    let (year, month, day) = civil_of(days);
    let sign = if year < 0 { "-" } else { "" };
    // Writing to a String cannot fail.
    let _ = write!(text, "{sign}{:04}-{month:02}-{day:02}", year.abs());
}

fn write_time(text: &mut String, micros: i64) {
    let seconds = micros / SECOND;
    let _ = write!(text, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros % SECOND != 0 {
        let _ = write!(text, ".{:06}", micros % SECOND);
    }
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let valid = length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

/// What is finer than a microsecond is cut off.
fn micros_of(fraction: &str) -> Option<i64> {
    digits(fraction, 1..=9)?;
    let kept = &fraction[..fraction.len().min(6)];
    Some(digits(kept, 1..=6)? * 10_i64.pow(6 - u32::try_from(kept.len()).ok()?))
}

#[cfg(test)]
mod tests;
