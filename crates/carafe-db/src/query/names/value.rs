//! Values that are given by hand, as the kinds of fields.

use std::fmt::Write as _;

use carafe_core::{Error, Result};
use carafe_model::schema::Kind;
use carafe_model::{Value, moment};

use super::path::wrong;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A value as the kind of a field, whose name is `name`; a text is read as that kind.
pub(crate) fn as_kind(value: Value, kind: Kind, name: &str) -> Result<Value> {
    let base = kind.base();
    let no_number = |value: &Value| {
        wrong(format!("Field '{name}' expected a number but got {}.", shown(value)))
    };
    Ok(match (base, value) {
        (_, Value::Null) => Value::Null,
        (Kind::Json, value) => Value::Json(json(value)),
        (Kind::Bool, value) => Value::Bool(truth(&value).ok_or_else(|| {
            wrong(format!("{} value must be either True or False.", quoted(&value)))
        })?),
        (Kind::Real | Kind::Float, value) => {
            let number = match &value {
                Value::F64(number) => Some(*number),
                #[expect(clippy::cast_precision_loss, reason = "a float is compared with")]
                Value::I64(number) => Some(*number as f64),
                Value::Text(text) | Value::Decimal(text) => text.trim().parse().ok(),
                _ => None,
            };
            let number = number.filter(|number| number.is_finite());
            Value::F64(number.ok_or_else(|| no_number(&value))?)
        }
        (Kind::Decimal, value) => {
            let text = match &value {
                Value::Decimal(text) | Value::Text(text) => text.trim().to_owned(),
                Value::I64(number) => number.to_string(),
                Value::F64(number) => number.to_string(),
                other => return Err(no_decimal(other)),
            };
            let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
            if !plain || moment::number_of_decimal(&text).is_none() {
                return Err(no_decimal(&value));
            }
            Value::Decimal(text.trim_start_matches('+').to_owned())
        }
        (Kind::Date, value) => {
            let days = match &value {
                Value::Date(days) => Some(*days),
                Value::DateTime(micros) | Value::Timestamp(micros) => {
                    i32::try_from(micros.div_euclid(DAY)).ok()
                }
                Value::Text(text) => moment::parse_date(text.trim()),
                _ => None,
            };
            Value::Date(days.ok_or_else(|| {
                let shown = quoted(&value);
                wrong(format!(
                    "{shown} value has an invalid date format. It must be in YYYY-MM-DD format."
                ))
            })?)
        }
        (Kind::Time, value) => {
            let micros = match &value {
                Value::Time(micros) => Some(*micros),
                Value::Text(text) => moment::parse_time(text.trim()),
                _ => None,
            };
            Value::Time(micros.ok_or_else(|| {
                let shown = quoted(&value);
                wrong(format!(
                    "{shown} value has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format."
                ))
            })?)
        }
        (Kind::DateTime, value) => Value::DateTime(micros(&value)?),
        (Kind::Timestamp, value) => Value::Timestamp(micros(&value)?),
        (Kind::Duration, value) => {
            let micros = match &value {
                Value::Duration(micros) | Value::I64(micros) => Some(*micros),
                Value::Text(text) => duration(text.trim()),
                _ => None,
            };
            Value::Duration(micros.ok_or_else(|| {
                let shown = quoted(&value);
                wrong(format!("{shown} value has an invalid format. It must be in [DD] [[HH:]MM:]ss[.uuuuuu] format."))
            })?)
        }
        (Kind::Uuid, value) => {
            let bytes = match &value {
                Value::Uuid(bytes) => Some(*bytes),
                Value::Text(text) => moment::parse_uuid(text.trim()),
                _ => None,
            };
            Value::Uuid(
                bytes.ok_or_else(|| wrong(format!("{} is not a valid UUID.", quoted(&value))))?,
            )
        }
        (Kind::Ip, Value::Text(text)) => {
            let address: Result<std::net::IpAddr, _> = text.trim().parse();
            let address = address.map_err(|_| wrong("Enter a valid IPv4 or IPv6 address."))?;
            Value::Text(address.to_string())
        }
        (kind, value) => match kind.range() {
            Some((least, most)) => {
                let number = match &value {
                    Value::I64(number) => Some(*number),
                    Value::Bool(value) => Some((*value).into()),
                    Value::Text(text) => text.trim().parse().ok(),
                    _ => None,
                };
                let number = number.filter(|number| (least..=most).contains(number));
                Value::I64(number.ok_or_else(|| no_number(&value))?)
            }
            None if kind.is_text() => Value::Text(text_of(value)),
            None => value,
        },
    })
}

fn no_decimal(value: &Value) -> Error {
    wrong(format!("{} value must be a decimal number.", quoted(value)))
}

fn micros(value: &Value) -> Result<i64> {
    let micros = match value {
        Value::DateTime(micros) | Value::Timestamp(micros) => Some(*micros),
        Value::Date(days) => Some(i64::from(*days) * DAY),
        Value::Text(text) => {
            let text = text.trim();
            let day = || Some(i64::from(moment::parse_date(text)?) * DAY);
            moment::parse_timestamp(text).or_else(day)
        }
        _ => None,
    };
    micros.ok_or_else(|| {
        let shown = quoted(value);
        wrong(format!("{shown} value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format."))
    })
}

/// `[-][days ][[hours:]minutes:]seconds[.fraction]`, as Django reads it.
fn duration(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (days, clock) = text.split_once(' ').unwrap_or(("0", text));
    let days: i64 = days.parse().ok()?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let digits = fraction.len() <= 6 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction: i64 = digits.then(|| format!("{fraction:0<6}").parse().ok()).flatten()?;
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut seconds: i64 = 0;
    for part in parts {
        let part = i64::from(part.parse::<u32>().ok()?);
        seconds = seconds.checked_mul(60)?.checked_add(part)?;
    }
    let seconds = days.checked_mul(86_400)?.checked_add(seconds)?;
    seconds.checked_mul(1_000_000)?.checked_add(fraction)?.checked_mul(sign)
}

/// Yes or no, as Django reads it.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::I64(0) => Some(false),
        Value::I64(1) => Some(true),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" => Some(true),
            "false" | "f" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A value as a text that is looked for.
pub(super) fn text_of(value: Value) -> String {
    match value {
        Value::Text(text) | Value::Json(text) | Value::Decimal(text) => text,
        Value::I64(number) => number.to_string(),
        Value::F64(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Date(days) => moment::date_text(days),
        Value::Time(micros) => moment::time_text(micros),
        Value::DateTime(micros) | Value::Timestamp(micros) => moment::date_time_text(micros),
        Value::Uuid(bytes) => moment::uuid_text(bytes),
        _ => String::new(),
    }
}

/// A value as JSON: a text is a string, not a document.
fn json(value: Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::I64(number) => number.to_string(),
        Value::F64(number) if number.is_finite() => number.to_string(),
        Value::Json(document) => document,
        other => {
            let mut quoted = String::from("\"");
            for letter in text_of(other).chars() {
                match letter {
                    '"' | '\\' => quoted.extend(['\\', letter]),
                    control if control < ' ' => {
                        let _ = write!(quoted, "\\u{:04x}", u32::from(control));
                    }
                    letter => quoted.push(letter),
                }
            }
            quoted.push('"');
            quoted
        }
    }
}

/// A value in a sentence, between quotes.
fn quoted(value: &Value) -> String {
    format!("“{}”", shown(value).trim_matches('\''))
}

/// A value in a sentence: what somebody typed, cut where it is long.
fn shown(value: &Value) -> String {
    let text = text_of(value.clone());
    let short: String = text.chars().take(80).collect();
    match value {
        Value::Text(_) => format!("'{short}'"),
        Value::I64(_) | Value::F64(_) | Value::Bool(_) | Value::Decimal(_) => short,
        other => other.kind().to_owned(),
    }
}
