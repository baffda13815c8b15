//! Numbers: limits, steps, digits.

use std::cmp::Ordering;

use crate::schema::{FieldSchema, Literal};
use crate::{Invalid, Value};

pub(super) fn too_small(value: &Value, limit: &Literal) -> Option<Invalid> {
    (compare(value, limit)? == Ordering::Less).then(|| {
        let told = format!("Ensure this value is greater than or equal to {limit}.");
        Invalid::new("min_value", told)
    })
}

pub(super) fn too_large(value: &Value, limit: &Literal) -> Option<Invalid> {
    (compare(value, limit)? == Ordering::Greater).then(|| {
        let told = format!("Ensure this value is less than or equal to {limit}.");
        Invalid::new("max_value", told)
    })
}

// A remainder of a rounding error is none.
pub(super) fn no_step(value: &Value, step: &Literal) -> Option<Invalid> {
    let is_multiple = if let (Value::I64(number), Literal::I64(step)) = (value, step) {
        number.checked_rem(*step)? == 0
    } else {
        let steps = number(value)? / literal(step)?;
        (steps - steps.round()).abs() < 1e-9
    };
    (!is_multiple).then(|| {
        let told = format!("Ensure this value is a multiple of step size {step}.");
        Invalid::new("step_size", told)
    })
}

/// Django's three: all digits, those behind the point, those before it.
pub(super) fn decimal_errors(field: &FieldSchema, value: &Value) -> Vec<Invalid> {
    let (Value::Decimal(text) | Value::Text(text)) = value else { return Vec::new() };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.trim_start_matches(['-', '+']).trim_start_matches('0').len();
    let places = fraction.len();
    let digits =
        if whole > 0 { whole + places } else { fraction.trim_start_matches('0').len().max(places) };
    let mut errors = Vec::new();
    let mut limit = |code, found: usize, most: usize, what: &str| {
        if found > most {
            let plural = if most == 1 { "" } else { "s" };
            let told = what.replace("{n}", &most.to_string()).replace("{s}", plural);
            errors.push(Invalid::new(code, told));
        }
    };
    if let Some(most) = field.max_digits {
        let told = "Ensure that there are no more than {n} digit{s} in total.";
        limit("max_digits", digits, most.into(), told);
    }
    if let Some(most) = field.decimal_places {
        let told = "Ensure that there are no more than {n} decimal place{s}.";
        limit("max_decimal_places", places, most.into(), told);
        if let Some(all) = field.max_digits {
            let told = "Ensure that there are no more than {n} digit{s} before the decimal point.";
            limit("max_whole_digits", whole, usize::from(all.saturating_sub(most)), told);
        }
    }
    errors
}

/// Where a value stands beside a limit; nothing for what is no number, and no text beside text.
fn compare(value: &Value, limit: &Literal) -> Option<Ordering> {
    match (value, limit) {
        (Value::I64(number), Literal::I64(limit)) => Some(number.cmp(limit)),
        _ => number(value)?.partial_cmp(&literal(limit)?),
    }
}

#[expect(clippy::cast_precision_loss, reason = "compared with a float")]
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::I64(number) | Value::Duration(number) => Some(*number as f64),
        Value::F64(number) => Some(*number),
        Value::Decimal(text) => text.parse().ok(),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "compared with a float")]
fn literal(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::I64(number) => Some(*number as f64),
        Literal::F64(number) => Some(*number),
        _ => None,
    }
}
