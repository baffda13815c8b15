//! Functions of numbers. What is not defined (the root of -1) is NULL.

use rusqlite::{Connection, Result};

use super::scalar;

/// A function of one number.
type OfOne = (&'static str, fn(f64) -> f64);
/// A function of two numbers.
type OfTwo = (&'static str, fn(f64, f64) -> f64);

pub(super) fn add(connection: &Connection) -> Result<()> {
    let one: [OfOne; 16] = [
        ("acos", f64::acos),
        ("asin", f64::asin),
        ("atan", f64::atan),
        ("ceiling", f64::ceil),
        ("cos", f64::cos),
        ("cot", |angle| 1.0 / angle.tan()),
        ("degrees", f64::to_degrees),
        ("exp", f64::exp),
        ("floor", f64::floor),
        ("ln", f64::ln),
        ("radians", f64::to_radians),
        ("sin", f64::sin),
        ("sqrt", f64::sqrt),
        ("tan", f64::tan),
        ("log2", f64::log2),
        ("log10", f64::log10),
    ];
    for (name, compute) in one {
        scalar(connection, name, 1, move |context| Ok(defined(compute(context.get(0)?))))?;
    }
    let two: [OfTwo; 4] = [
        ("atan2", f64::atan2),
        ("log", |base, number| number.log(base)),
        ("mod", |number, by| number % by),
        ("power", f64::powf),
    ];
    for (name, compute) in two {
        scalar(connection, name, 2, move |context| {
            Ok(defined(compute(context.get(0)?, context.get(1)?)))
        })?;
    }
    scalar(connection, "pi", 0, |_| Ok(Some(std::f64::consts::PI)))
}

fn defined(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}
